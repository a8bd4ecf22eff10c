"""Doctor names each fault with its cause and its fix, runs every check, and is quick even where nothing answers."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient  # type: ignore[import-untyped]

from agents.kafka.admin import Admin
from agents.kafka.clock_offset import measure
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.operating.doctor import diagnose
from schemas.topics import TOPICS, topic
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.little_worker import working
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import until
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka


def _causes(answer: Answer) -> dict[str, str]:
    """Return what was found wrong: cause by subject; every finding has a fix."""
    findings = [finding for report in answer.documents() for finding in report["findings"]]
    assert all(finding["fix"] for finding in findings)
    return {finding["about"]: finding["cause"] for finding in findings}


@contextmanager
def _topic_as(settings: Settings, name: str, partitions: int | None) -> Iterator[None]:
    """Have a topic gone, or with another number of partitions, for a while."""
    client = KafkaAdminClient(bootstrap_servers=settings.brokers)
    client.delete_topics([name])
    if partitions is not None:
        client.create_topics({name: {"num_partitions": partitions, "configs": topic(name).configs}}, wait_for_metadata=True)
    yield
    if partitions is not None:
        client.delete_topics([name])
    client.close()
    with Admin(settings) as admin:
        admin.create()


def test_all_is_well_with_workers(cluster: Cluster) -> None:
    with working(cluster.settings):
        answer = cluster.sojourn("doctor")
    assert answer.code == 0, answer
    assert "✗" not in answer.out


def test_no_worker(cluster: Cluster) -> None:
    """What another file's killed command left open on this cluster is told as well, until the broker ends it."""
    found: list[Answer] = []

    def told() -> bool:
        found.append(cluster.sojourn("doctor", "--json"))
        return not any("wait behind" in cause for cause in _causes(found[-1]).values())

    until(told, lambda: str(found[-1]), 2 * cluster.settings.transaction_timeout_ms / 1000)
    assert found[-1].code == 1
    assert set(_causes(found[-1])) == {"sojourn-ingest", "sojourn-journey"}


def test_brokers_down_and_valkey_down_are_told_within_ten_seconds(tmp_path: Path) -> None:
    answer = sojourn("doctor", "--json", home=tmp_path, BROKERS="127.0.0.1:1", REDIS_URL="redis://127.0.0.1:1/0")
    causes = _causes(answer)
    begun = time.monotonic()
    assert len(diagnose(Settings(brokers="127.0.0.1:1", redis_url="redis://127.0.0.1:1/0"))) == 10
    assert time.monotonic() - begun < 10
    assert answer.code == 1
    assert "no Kafka broker answers at 127.0.0.1:1" in causes["broker"]
    assert "nothing answers at redis://127.0.0.1:1/0" in causes["Valkey"]
    assert [report["check"] for report in answer.documents() if not report["ran"]] == [
        "topics", "workers", "rules", "transactions", "views", "inputs", "clock",
    ]  # fmt: skip


def test_an_emptied_password_file_is_named(cluster: Cluster, tmp_path: Path) -> None:
    """It may be emptied after the settings were read. Mutant: the file read without a check; Valkey is then asked without a password."""
    file = tmp_path / "password"
    file.write_text("secret")
    settings = cluster.settings.model_copy(update={"redis_password_file": file})
    file.write_text(" \n")
    (report,) = [report for report in diagnose(settings) if report.check == "read model"]
    assert report.findings[0].cause == "SOJOURN_REDIS_PASSWORD_FILE names an empty file"
    assert report.findings[0].fix == "write the password into that file, on one line"


def test_a_frozen_broker_is_told_within_ten_seconds(tmp_path: Path) -> None:
    """A broker that accepts connections and never answers: every check has its own limit."""
    with Kafka(tmp_path / "kafka", cache=CACHE) as kafka:
        kafka.child(1).signal(signal.SIGSTOP)
        stopped = Path(f"/proc/{kafka.child(1).pid}/stat")
        until(lambda: stopped.read_text().rpartition(")")[2].split()[0] == "T", lambda: "the broker runs on")
        begun = time.monotonic()
        reports = diagnose(Settings(brokers=kafka.bootstrap, redis_url="redis://127.0.0.1:1/0"))
        took = time.monotonic() - begun
        kafka.child(1).signal(signal.SIGCONT)
    assert "broker" in {finding.about for report in reports for finding in report.findings}
    assert took < 10


def test_a_topic_is_missing(cluster: Cluster) -> None:
    with _topic_as(cluster.settings, "journey.offers.v1", None):
        causes = _causes(cluster.sojourn("doctor", "--json"))
        check = cluster.sojourn("topics", "check")
    assert causes["journey.offers.v1"] == "the topic does not exist"
    assert check.code == 1
    assert "sojourn topics create" in check.out


def test_a_topic_has_other_partitions(cluster: Cluster) -> None:
    with _topic_as(cluster.settings, "journey.risks.v1", 7):
        causes = _causes(cluster.sojourn("doctor", "--json"))
    assert causes["journey.risks.v1"] == "it has 7 partitions where the settings say 4"


def test_a_configuration_differs(cluster: Cluster) -> None:
    name = "sojourn-journey-journeys-changelog"
    changed = replace(topic(name), days=3)
    with Admin(cluster.settings) as admin:
        found = admin.check([changed])
    assert {finding.about for finding in found} == {name}
    assert "cleanup.policy is compact where the catalogue says delete" in {finding.cause for finding in found}


def test_a_clock_an_hour_off(cluster: Cluster) -> None:
    for seconds, words in ((3600, "ahead of"), (-3600, "behind")):
        causes = _causes(cluster.sojourn("doctor", "--json", "--assume-clock-offset", str(seconds)))
        assert f"s {words} the broker's" in causes["clock"]
    assert "clock" not in _causes(cluster.sojourn("doctor", "--json", "--assume-clock-offset", "200"))


def test_measuring_the_clock_leaves_nothing_to_read(cluster: Cluster) -> None:
    with LogReader(cluster.settings, "interactions.v1") as reader:
        before = reader.ends()
    skew = measure(cluster.settings, "interactions.v1", lambda: time.time_ns() // 1_000_000)
    with LogReader(cluster.settings, "interactions.v1", before) as reader:
        assert list(reader.until_end()) == []
        assert reader.ends() != before
    assert abs(skew.ms) <= skew.uncertainty_ms + 50


def test_every_topic_of_the_catalogue_is_created(cluster: Cluster) -> None:
    with Admin(cluster.settings) as admin:
        assert admin.partitions(row.name for row in TOPICS) == {row.name: 4 for row in TOPICS}
        assert admin.create() == []
        assert admin.check() == []
