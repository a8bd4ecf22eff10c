"""Every line is sent as it is, and the counts that come back are exact."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from kafka.partitioner.default import murmur2  # type: ignore[import-untyped]

from agents.kafka.reader import LogReader
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.little_worker import working

pytestmark = pytest.mark.kafka


def _event(number: int, run: str) -> bytes:
    fields = {"kind": "page_reloaded", "id": f"{run}-{number}", "customer": f"c{number % 97}", "at": 1761555660000, "page": "/"}
    return json.dumps(fields).encode()


def test_ten_thousand_good_and_a_thousand_broken_lines(cluster: Cluster, tmp_path: Path) -> None:
    """Catches the mutants: rejections counted before the transaction's marker is written; offsets not matched exactly."""
    broken = [b"{broken", b"\xff\xfe\x00", b"[1,", b"not json", b"}"]
    lines = [_event(number, "many") for number in range(10_000)] + [broken[number % 5] + b"%d" % number for number in range(1_000)]
    lines += lines[:7]
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n\n"))
    with working(cluster.settings):
        answer = cluster.sojourn("send", str(path), "--json")
        again = cluster.sojourn("send", "-", "--json", "--direct", stdin=_event(1, "direct") + b"\n" + _event(1, "direct"))
    assert answer.code == 1, answer
    assert answer.documents()[0] == {
        "topic": "interactions.v1",
        "records": 11_007,
        "events": 11_007,
        "applied": 10_000,
        "duplicate": 7,
        "late": 0,
        "passed_by": 0,
        "rejected": 1_000,
        "rejected_records": 1_000,
        "reasons": {"unreadable_json": 1_000},
        "clamped": 0,
        "unread": {},
        "unsent": [],
        "mixed": 0,
    }
    assert again.code == 0, again
    ended = again.documents()[0]
    assert (ended["records"], ended["applied"], ended["rejected"], ended["duplicate"]) == (2, 1, 0, 1)


def test_lines_lie_in_the_log_as_they_were_under_their_customer(cluster: Cluster) -> None:
    good, broken = _event(3, "bytes"), b'{"customer":"c1", broken \xff'
    with LogReader(cluster.settings, "interactions.v1") as reader:
        before = reader.ends()
    answer = cluster.sojourn("send", "-", "--no-wait", stdin=good + b"\r\n\n" + broken)
    assert answer.code == 0, answer
    with LogReader(cluster.settings, "interactions.v1", before) as reader:
        found = {message.value(): (message.key(), message.partition()) for message in reader.until_end()}
    assert set(found) == {good, broken}
    assert found[good] == (b"c3", (murmur2(b"c3") & 0x7FFFFFFF) % 4)
    assert found[broken][0] is None


def test_waiting_ends_when_no_worker_moves(cluster: Cluster) -> None:
    answer = cluster.sojourn("send", "-", "--wait", "--timeout", "1", stdin=_event(1, "nobody"))
    assert answer.code == 2
    assert "sojourn-ingest has made no progress on interactions.v1 for 1 s" in answer.err
    assert "sojourn doctor" in answer.err


def test_a_line_that_no_broker_takes_is_named(cluster: Cluster) -> None:
    answer = cluster.sojourn("send", "-", "--no-wait", "--json", stdin=_event(1, "large") + b"\n" + b"x" * 1_100_000)
    assert answer.code == 1
    sent = answer.documents()[0]
    assert (sent["records"], len(sent["unsent"])) == (1, 1)
    assert sent["unsent"][0].startswith("line 2: ")


def test_a_missing_file_is_named(cluster: Cluster) -> None:
    answer = cluster.sojourn("send", "nowhere.jsonl")
    assert answer.code == 2
    assert "there is no file nowhere.jsonl" in answer.err
