"""The verifier is believed only because it catches each of these: one honest run, tampered with in one place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from agents.carrier.record import STATE
from streams.replay import Replay
from streams.story import START
from tests.faults.evidence import JOURNEYS, LOG, REJECTIONS, Evidence
from tests.faults.honest import SEAL, honest_run
from tests.faults.oracle import understood
from tests.faults.reading import Record
from tests.faults.verdict import FIGURES, Figure
from tests.faults.verify import PUBLISHED, verify

DECISIONS = "journey.decisions.v1"


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
    replay = Replay(sent_in_log=True)
    mine = [event for each in evidence.reading.of(LOG, rows[at].partition) if not isinstance(event := understood(each, SEAL), str)]
    last = next(event for event in reversed(mine) if getattr(event, "id", "") and _customer(event) == rows[at].key[1:].decode())
    for event in mine:
        if event is not last:
            replay.apply(event, START + 3_000)
    rows[at] = replace(rows[at], value=replay.states()[rows[at].key[1:].decode()])


def _customer(event: object) -> str:
    return str(getattr(event, "customer", ""))


def _lost_event(evidence: Evidence) -> None:
    """The producer has sent one more than anybody has ever seen."""
    evidence.manifest.sent("e-lost", "c0001", LOG)


def _doubled_event(evidence: Evidence) -> None:
    """A touchpoint arrived twice that was sent once: a hop repeated it."""
    id = next(id for id, copies in evidence.manifest.copies.items() if copies == 2)
    evidence.manifest.copies[id] = 1


def _lost_line(evidence: Evidence) -> None:
    evidence.manifest.broke(LOG, b"{")


def _disordered(evidence: Evidence) -> None:
    """A customer's two latest touchpoints were sent in the other order."""
    customers = evidence.manifest.customers
    last = next(reversed(customers))
    evidence.manifest.customers = {last: customers[last], **customers}


def _behind(evidence: Evidence) -> None:
    evidence.committed = {LOG: {**evidence.committed[LOG], 0: evidence.committed[LOG][0] - 1}}


def _forgotten(evidence: Evidence) -> None:
    """The workers ran a year longer, and fired nothing."""
    evidence.stopped_at += 365 * 86_400_000


def _told(evidence: Evidence) -> list[Record]:
    return [
        each for each in evidence.reading.of(LOG) if (each.value or b"").startswith((b'{"kind":"journey_handed_over"', b'{"kind":"touch'))
    ]


def _untold(evidence: Evidence) -> None:
    """What a journey handed over was never written."""
    evidence.reading.records[LOG].remove(_told(evidence)[0])


def _told_twice(evidence: Evidence) -> None:
    """A hop inside repeated what one journey told another."""
    rows, first = evidence.reading.records[LOG], _told(evidence)[0]
    rows.insert(rows.index(first) + 1, first)


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
    ("missing", _untold),
    ("twice", _told_twice),
    ("disordered", _disordered),
    ("unsettled", _behind),
    ("unsettled", _forgotten),
)


@pytest.fixture(scope="module")
def honest() -> Evidence:
    return honest_run()


def test_an_honest_run_is_exact_and_had_something_to_get_wrong(honest: Evidence) -> None:
    verdict = verify(honest)
    assert {figure: getattr(verdict, figure) for figure in FIGURES} == dict.fromkeys(FIGURES, 0), verdict.notes
    assert verdict.sent > 600
    assert verdict.outputs > 200
    assert verdict.told > 20
    assert all(honest.reading.records[topic] for topic in (*PUBLISHED, REJECTIONS, JOURNEYS))


@pytest.mark.parametrize(("figure", "tamper"), TAMPERED, ids=[f"{figure}-{n}" for n, (figure, _) in enumerate(TAMPERED)])
def test_it_catches(figure: Figure, tamper: Callable[[Evidence], None], honest: Evidence) -> None:
    evidence = copy.deepcopy(honest)
    tamper(evidence)
    verdict = verify(evidence)
    assert getattr(verdict, figure) > 0
    assert not verdict.good
    assert any(note.startswith(figure) for note in verdict.notes)
