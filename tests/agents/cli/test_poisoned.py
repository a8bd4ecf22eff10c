"""One record with a header's name that is not UTF-8 ends no command: each reads headers with the worker's own reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from schemas.topics import DECISIONS, INTERACTIONS, TOUCHPOINTS
from tests.agents.carrier import poison
from tests.agents.cli.terminal_session import SOJOURN
from tests.agents.company import Company, company, until

pytestmark = pytest.mark.kafka
EVENT = '{"kind":"page_viewed","id":"%s","customer":"poison","at":1767225600000,"channel":"web","page":"/a","place":"/a"}'
LISTENS = """
import os, sys
from agents.settings import Settings
from agents.tools.demo.grocer.listening import Listener
with Listener(Settings.from_env(os.environ)) as listener:
    print("listens", flush=True)
    sys.stdin.readline()
print([each.caused_by for each in listener.arrivals], [each.logged_at for each in listener.arrivals], flush=True)
"""


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """A company with one partition and a worker."""
    with company(server_folder / "poisoned", 1) as here:
        here.worker("--without", "serving", "--without", "insights", "--without", "learning")
        until(lambda: here.ready("ingest", "journey"), here.log)
        yield here


def begin(here: Company, *words: str) -> subprocess.Popen[bytes]:
    """Start a program with the company's settings. Its input stays open."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("SOJOURN_")}
    env = {**clean, **here.variables, "COLUMNS": "200"}
    return subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_send_waits_for_its_events_beside_such_a_record(made: Company) -> None:
    """Mutant: `Message.headers()` in `agents/tools/operating/settling.py`: the command dies of a signal, and nobody gets the counts."""
    broker = made.variables["SOJOURN_BROKERS"]
    sending = begin(made, str(SOJOURN), "send", "-", "--json")
    assert sending.stdin is not None
    sending.stdin.write((EVENT % "s1").encode() + b"\n")
    sending.stdin.flush()
    poison.header_name(broker, TOUCHPOINTS, 0)
    until(lambda: any(b'"s1"' in (value or b"") for value in values(made, INTERACTIONS)), made.log)
    poison.header_name(broker, TOUCHPOINTS, 0)
    out, err = sending.communicate((EVENT % "s2").encode() + b"\n", timeout=90)
    assert sending.returncode == 0, err.decode()
    counts = json.loads(out.splitlines()[-1])
    assert (counts["events"], counts["applied"], counts["rejected"]) == (2, 2, 0)


def values(here: Company, topic: str) -> list[bytes | None]:
    """Values alone: headers of poison crash librdkafka's binding."""
    with LogReader(here.settings, topic, beginning=True) as reader:
        return [found.value() for found in reader.until_end()]


def test_explain_tells_the_story_without_such_a_record(made: Company) -> None:
    """Mutant: `Message.headers()` in `agents/tools/reports/chronicle/reading.py`. The journey rejects that record."""
    producer = LogProducer({"bootstrap.servers": made.variables["SOJOURN_BROKERS"]}, resend=True)
    producer.send(TOUCHPOINTS, "poison", (EVENT % "x1").encode(), partition=partition_of(b"poison", 1))
    producer.flush(20)
    poison.header_name(made.variables["SOJOURN_BROKERS"], TOUCHPOINTS, 0, (EVENT % "x2").encode())
    out, err = begin(made, str(SOJOURN), "explain", "poison", "--json").communicate(timeout=60)
    assert b"x1" in out, err
    assert b"x2" not in out


def test_the_demos_listener_goes_on_behind_such_a_record(made: Company) -> None:
    """Mutant: `Message.headers()` in `agents/tools/demo/grocer/listening.py`; an answer that is no output of ours ends the thread."""
    broker = made.variables["SOJOURN_BROKERS"]
    listening = begin(made, sys.executable, "-c", LISTENS)
    assert listening.stdout is not None
    assert listening.stdout.readline() == b"listens\n"
    poison.header_name(broker, DECISIONS, 0)
    poison.no_json(broker, DECISIONS, 0)
    producer = LogProducer({"bootstrap.servers": broker}, resend=True)
    producer.send(DECISIONS, "c", b'{"caused_by":"e7"}', [("journey_logged_at", b"12")])
    producer.flush(20)
    out, err = listening.communicate(b"\n", timeout=60)
    assert (listening.returncode, out) == (0, b"['e7'] [12.0]\n"), err
