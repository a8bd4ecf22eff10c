"""The composition root: what the settings say is what the carrier is told, and what cannot be is refused with its fix."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agents.app import _serving_consumer, announce
from agents.carrier import Refusal
from agents.observing.health import serve
from agents.observing.witness import Witness
from agents.running.carrier_options import carrier_options
from agents.running.runfiles import record, run_file
from agents.settings import Settings
from schemas.topics import TOPICS
from tests.agents.cli.terminal_session import sojourn


def test_the_options_are_the_settings_and_the_catalogue() -> None:
    settings = Settings(worker="blue", brokers="127.0.0.1:9", partitions=7, session_timeout_ms=3_000, commit_interval_ms=100)
    journey, ingest = carrier_options(settings, "journey"), carrier_options(settings, "ingest")
    names = {row.name for row in TOPICS}
    assert {journey.changelog, ingest.changelog, journey.source, ingest.source, *journey.outputs, *ingest.outputs} <= names
    assert journey.transactional_id == "sojourn-journey-blue"
    assert (journey.partitions, journey.commit_interval, journey.session_timeout, journey.heartbeat_interval) == (7, 0.1, 3.0, 0.25)
    assert journey.keyed
    assert not ingest.keyed
    assert ingest.outputs == ("journey.touchpoints.v1",)


def test_the_journey_checks_every_topic_it_writes() -> None:
    """Mutant: an output topic that is created by nobody and missed only when the first output is committed."""
    written = {row.name for row in TOPICS if "journey" in row.writers}
    options = carrier_options(Settings(), "journey")
    assert written == {*options.outputs, options.rejections, options.changelog}


def test_a_role_can_be_found_with_the_port_it_chose(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, http_port=0, worker="blue")
    port = announce(settings, Witness("ingest", "blue"))
    found = json.loads(run_file(settings, "ingest").read_text())
    assert found == {"role": "ingest", "worker": "blue", "pid": os.getpid(), "http": f"127.0.0.1:{port}"}
    record(settings, "ingest", 1)
    assert json.loads(run_file(settings, "ingest").read_text())["pid"] == 1
    assert len(list((tmp_path / "workers").iterdir())) == 1


def test_a_port_that_is_taken_is_refused_with_the_way_out(tmp_path: Path) -> None:
    taken = serve(Witness("journey", "w"), "127.0.0.1", 0)
    with pytest.raises(Refusal, match="SOJOURN_HTTP_PORT"):
        announce(Settings(home=tmp_path, http_port=taken), Witness("journey", "w"))


def test_a_rebuild_wants_the_serving_role(tmp_path: Path) -> None:
    answer = sojourn("worker", "--rebuild", home=tmp_path)
    assert answer.code == 2
    assert "--only serving --rebuild" in answer.err


def test_serving_is_forgotten_by_its_group_as_soon_as_the_other_roles() -> None:
    """Mutant: librdkafka's own 45 s. After a long outage the group waits so long for the member that it was."""
    assert _serving_consumer(Settings(session_timeout_ms=3_000))["session.timeout.ms"] == 3_000
