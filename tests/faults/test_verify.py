"""The verifier is believed only because it catches each of these: one honest run, tampered with in one place."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec
import pytest

from agents.carrier.record import PARTITION_KEY, STATE, PartitionRecord
from agents.carrier.rejections import rejection_record
from agents.outputs import published
from schemas.control import SIGNATURE, Tick, signature
from schemas.outputs import Output
from streams.replay import Replay
from streams.story import START
from tests.faults.evidence import JOURNEYS, LOG, REJECTIONS, Evidence
from tests.faults.load import Load
from tests.faults.manifest import Manifest
from tests.faults.oracle import understood
from tests.faults.reading import Reading, Record
from tests.faults.verdict import FIGURES, Figure
from tests.faults.verify import PUBLISHED, verify

KEY, PARTITIONS, BROKEN = b"secret", 2, b'{"kind":"page_viewed"'
DECISIONS = "journey.decisions.v1"


def _honest() -> Evidence:
    """What a faultless pipeline leaves of 600 touchpoints through the direct door, some sent twice, one of them broken."""
    manifest, reading = Manifest(), Reading(partitions=PARTITIONS)
    load = Load(7, START, customers=20)
    for number in range(6):
        for event in load.next(100, START + number * 500):
            for _ in range(1 + (zlib.crc32(event.value) % 20 == 0)):
                manifest.sent(event.touchpoint.id, event.touchpoint.customer)
                _log(reading, event.touchpoint.customer.encode(), event.value, START + number * 500)
    _log(reading, b"c1", BROKEN, START)
    manifest.broke(LOG, BROKEN)
    committed = {LOG: {number: _applied(reading, number) for number in range(PARTITIONS)}}
    return Evidence(manifest, reading, committed, stopped_at=START + 4_000, key=KEY)


def _log(reading: Reading, key: bytes, value: bytes, at: int, headers: tuple[tuple[str, bytes], ...] = ()) -> None:
    partition = zlib.crc32(key) % PARTITIONS
    reading.add(LOG, Record(partition, len(reading.of(LOG, partition)), at, key, value, headers))


def _applied(reading: Reading, partition: int) -> int:
    """One partition's journeys, outputs, rejections and partition record, as a worker would write them, ticks included."""
    replay, rejected = Replay(), 0
    for each in reading.of(LOG, partition):
        event = understood(each, KEY)
        if isinstance(event, str):
            rejected += 1
            source = Carried(LOG, partition, each.offset, each.at, each.key, each.value)
            value, headers = rejection_record(source, event)
            _publish(reading, REJECTIONS, each.key, value, headers)
        else:
            replay.apply(event, each.at)
    for customer, journey in list(replay.journeys.items()):
        while 0 < (due := journey.next_wake) < START:
            value = msgspec.json.encode(Tick(customer=customer, due=due))
            _log(reading, customer.encode(), value, START + 3_000, ((SIGNATURE, signature(KEY, value)),))
            replay.apply(Tick(customer=customer, due=due), START + 3_000)
    for output in replay.emissions:
        if isinstance(output, Output):
            made = published(output, START)
            _publish(reading, made.topic, made.key, made.value, made.headers)
    for customer, state in replay.states().items():
        _publish(reading, JOURNEYS, STATE + customer.encode(), state, partition=partition)
    replay.partition.outcomes |= {"rejected": rejected} if rejected else {}
    position = len(reading.of(LOG, partition))
    row = PartitionRecord(position, "topic", msgspec.msgpack.encode(replay.partition)).encode()
    _publish(reading, JOURNEYS, PARTITION_KEY, row, partition=partition)
    return position


class Carried(NamedTuple):
    """A log record as the carrier sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


def _publish(reading: Reading, topic: str, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]] = (), partition: int = 0) -> None:
    reading.add(topic, Record(partition, len(reading.of(topic, partition)), START, key, value, tuple(headers), seen=START))


def _without(topic: str, at: int) -> Callable[[Evidence], None]:
    def tamper(evidence: Evidence) -> None:
        del evidence.reading.records[topic][at]

    return tamper


def _twice(topic: str, at: int) -> Callable[[Evidence], None]:
    def tamper(evidence: Evidence) -> None:
        evidence.reading.records[topic].append(evidence.reading.records[topic][at])

    return tamper


def _changed(topic: str, at: int) -> Callable[[Evidence], None]:
    def tamper(evidence: Evidence) -> None:
        rows = evidence.reading.records[topic]
        rows[at] = replace(rows[at], value=(rows[at].value or b"").replace(b'"rules":"', b'"rules":"0'))

    return tamper


def _stale(evidence: Evidence) -> None:
    """One journey is what it was a touchpoint ago."""
    rows = evidence.reading.records[JOURNEYS]
    at = next(number for number, row in enumerate(rows) if row.key.startswith(STATE))
    replay = Replay()
    mine = [event for each in evidence.reading.of(LOG, rows[at].partition) if not isinstance(event := understood(each, KEY), str)]
    last = next(event for event in reversed(mine) if getattr(event, "id", "") and _customer(event) == rows[at].key[1:].decode())
    for event in mine:
        if event is not last:
            replay.apply(event, START + 3_000)
    rows[at] = replace(rows[at], value=replay.states()[rows[at].key[1:].decode()])


def _customer(event: object) -> str:
    return str(getattr(event, "customer", ""))


def _lost_event(evidence: Evidence) -> None:
    """The producer has sent one more than anybody has ever seen."""
    evidence.manifest.sent("e-lost", "c0001")


def _doubled_event(evidence: Evidence) -> None:
    """A touchpoint arrived twice that was sent once: a hop repeated it."""
    id = next(id for id, copies in evidence.manifest.copies.items() if copies == 2)
    evidence.manifest.copies[id] = 1


def _lost_line(evidence: Evidence) -> None:
    evidence.manifest.broke(LOG, b"{")


def _behind(evidence: Evidence) -> None:
    evidence.committed = {LOG: {**evidence.committed[LOG], 0: evidence.committed[LOG][0] - 1}}


def _forgotten(evidence: Evidence) -> None:
    """The workers ran a year longer, and fired nothing."""
    evidence.stopped_at += 365 * 86_400_000


TAMPERED: tuple[tuple[Figure, Callable[[Evidence], None]], ...] = (
    ("lost", _lost_event),
    ("lost", _lost_line),
    ("lost", _without(REJECTIONS, 0)),
    ("doubled", _doubled_event),
    ("doubled", _twice(REJECTIONS, 0)),
    ("stale", _stale),
    ("missing", _without(DECISIONS, 3)),
    ("twice", _twice(DECISIONS, 3)),
    ("extra", _changed(DECISIONS, 3)),
    ("missing", _changed(DECISIONS, 3)),
    ("unsettled", _behind),
    ("unsettled", _forgotten),
)


@pytest.fixture(scope="module")
def honest() -> Evidence:
    return _honest()


def test_an_honest_run_is_exact_and_had_something_to_get_wrong(honest: Evidence) -> None:
    verdict = verify(honest)
    assert {figure: getattr(verdict, figure) for figure in FIGURES} == dict.fromkeys(FIGURES, 0), verdict.notes
    assert verdict.sent > 600
    assert verdict.outputs > 200
    assert all(honest.reading.records[topic] for topic in (*PUBLISHED, REJECTIONS, JOURNEYS))


@pytest.mark.parametrize(("figure", "tamper"), TAMPERED, ids=[f"{figure}-{n}" for n, (figure, _) in enumerate(TAMPERED)])
def test_it_catches(figure: Figure, tamper: Callable[[Evidence], None], honest: Evidence) -> None:
    evidence = copy.deepcopy(honest)
    tamper(evidence)
    verdict = verify(evidence)
    assert getattr(verdict, figure) > 0
    assert not verdict.good
    assert any(note.startswith(figure) for note in verdict.notes)
