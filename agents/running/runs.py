"""Counts what became of the events of one run of `sojourn send`.

Its records have a header with the run's id, and ingest gives the header on to the touchpoints. So ingest and the journey can count a
run's events apart from those of all other producers. The counts lie in the partition record. One transaction writes them with the
outputs, so they are exact. Records without headers cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from schemas.reading import Batch, Passed, Read, Rejected

RUN = "sojourn-run"  # name of the header
AHEAD_BY = "sojourn-ahead"  # name of the header of a touchpoint whose time ingest set back: by how many ms it lay ahead of its arrival
REPLAYED = "sojourn-replayed"  # name of the header of a record that `sojourn rejections replay` sent: the id of the rejection
KEPT = 16  # runs that a partition remembers; the oldest is forgotten for a new one
KEPT_ID = 300  # bytes of a rejection's id
LONGEST = 32  # bytes of an id; a longer one is none of ours and is not counted

Runs: TypeAlias = dict[str, dict[str, int]]
"""Id of a run -> outcome -> events of this partition."""


def run_of(headers: Sequence[tuple[str, bytes | None]]) -> str:
    """Return the id of the run that these headers name; an empty text if there is none.

    >>> run_of([("ce_id", b"e1"), ("sojourn-run", b"5f2c")]), run_of([("sojourn-run", b"x" * 33)])
    ('5f2c', '')
    """
    for name, value in headers:
        if name == RUN and value and len(value) <= LONGEST and value.isalnum():
            return value.decode()
    return ""


def handed_on(headers: Sequence[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes], ...]:
    """Return the headers that ingest gives on to the touchpoints of a record: the run, and which rejection it replays.

    >>> handed_on([("ce_id", b"e1"), ("sojourn-replayed", b"interactions.v1-0-7")])
    (('sojourn-replayed', b'interactions.v1-0-7'),)
    """
    replayed = tuple((name, value[:KEPT_ID]) for name, value in headers if name == REPLAYED and value)
    return (*header_of(run_of(headers)), *replayed[:1])


def header_of(run: str) -> tuple[tuple[str, bytes], ...]:
    """Return the header of a record of this run; none without a run."""
    return ((RUN, run.encode()),) if run else ()


def count_run(runs: Runs, run: str, outcome: str, times: int = 1) -> None:
    """Add events to one outcome of a run. A new run takes the place of the oldest if there are too many.

    >>> runs: Runs = {str(number): {} for number in range(KEPT)}
    >>> count_run(runs, "new", "applied", 2)
    >>> runs["new"], len(runs), "0" in runs
    ({'applied': 2}, 16, False)
    """
    counts = runs.get(run)
    if counts is None:
        while len(runs) >= KEPT:
            del runs[next(iter(runs))]
        counts = runs[run] = {}
    counts[outcome] = counts.get(outcome, 0) + times


class Counted(Protocol):
    """What counts all events by outcome, and the events of some runs apart."""

    outcomes: dict[str, int]
    runs: Runs


def count_changes(counted: Counted, run: str, before: Mapping[str, int]) -> None:
    """Count for a run what its record has added to the outcomes, which were `before`."""
    for outcome, count in counted.outcomes.items():
        if added := count - before.get(outcome, 0):
            count_run(counted.runs, run, outcome, added)


def count_found(runs: Runs, run: str, found: Read | Batch | Passed | Rejected) -> None:
    """Count for a run what ingest made of one record: events by their outcome, and parts of forwarded events that were unread.

    >>> runs: Runs = {}
    >>> count_found(runs, "r1", Batch((), Rejected("unknown_kind", by_reason=(("unknown_kind", 2), ("bad_time", 1))), ("group",)))
    >>> runs["r1"]
    {'passed': 1, 'rejected unknown_kind': 2, 'rejected bad_time': 1}
    """
    reads = found.reads if isinstance(found, Batch) else (found,) if isinstance(found, Read) else ()
    passed = len(found.passed) if isinstance(found, Batch) else int(isinstance(found, Passed))
    refused = found.refused if isinstance(found, Batch) else found if isinstance(found, Rejected) else None
    clamped = sum(each.clamped for each in reads)
    for outcome, times in (("forwarded", len(reads)), ("passed", passed), ("clamped", clamped)):
        if times:
            count_run(runs, run, outcome, times)
    for each in reads:
        for part in each.unread:
            count_run(runs, run, f"unread {part.reason}")
    if refused is not None:
        for reason, times in refused.by_reason or ((refused.reason, 1),):
            count_run(runs, run, f"rejected {reason}", times)
