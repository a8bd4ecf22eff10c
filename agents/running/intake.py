"""What ingest has counted of its inputs, and what of it is recent. Counts only grow; the difference of two is what came between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

SOURCES = 50  # sources whose clocks are counted apart; further ones count as "other"
APART_MS = 20 * 60_000  # ms between two stored counts
MARKS = 4  # stored counts: they reach back at least an hour, and at most 80 minutes
_COUNTED = ("outcomes", "several", "refused", "passed", "unread", "masked")  # fields that count by name


class Intake(msgspec.Struct):
    """What became of a partition's records, up to a time. `forwarded` + `rejected` + `passed` is the number received."""

    at: int = 0  # ms UTC, by the worker's clock
    outcomes: dict[str, int] = {}  # records
    several: dict[str, int] = {}  # outcome -> events of batches, without the one that its record counts
    refused: dict[str, int] = {}  # reason -> rejected events
    clamped: int = 0  # touchpoints whose time was set back, of those forwarded
    passed: dict[str, int] = {}  # names of events that hold nothing for a journey -> how many
    unread: dict[str, int] = {}  # reason -> parts of forwarded touchpoints that could not be read
    masked: dict[str, int] = {}  # rule -> places that it hid
    ahead: dict[str, tuple[int, int]] = {}  # source -> how many of its times were set back, and the furthest of them in ms

    @property
    def received(self) -> int:
        """How many records came."""
        return sum(self.outcomes.values())

    @property
    def events(self) -> dict[str, int]:
        """How many events ended how: a record is one event, unless it is a batch.

        >>> Intake(outcomes={"forwarded": 2, "rejected": 1}, several={"forwarded": 9, "passed": 3}).events
        {'forwarded': 11, 'passed': 3, 'rejected': 1}
        """
        return _sum((self.outcomes, self.several))


def count_batch(intake: Intake, outcome: str, forwarded: int, passed: int, refused: int) -> None:
    """Count the events of a batch whose record is counted under `outcome`.

    >>> intake = Intake()
    >>> count_batch(intake, "rejected", 5, 0, 2), intake.several
    (None, {'forwarded': 5, 'rejected': 1})
    """
    for name, count in (("forwarded", forwarded), ("passed", passed), ("rejected", refused)):
        if more := count - (name == outcome):
            intake.several[name] = intake.several.get(name, 0) + more


def count_ahead(intake: Intake, source: str, ahead: int) -> None:
    """Count a time that lay `ahead` ms ahead of its arrival, under its source.

    >>> intake = Intake()
    >>> count_ahead(intake, "app", 400_000), count_ahead(intake, "app", 500_000), intake.ahead
    (None, None, {'app': (2, 500000)})
    """
    name = source or "no source named"
    known = name if name in intake.ahead or len(intake.ahead) < SOURCES else "other"
    count, most = intake.ahead.get(known, (0, 0))
    intake.ahead[known] = (count + 1, max(most, ahead))


def mark(intake: Intake, at: int) -> Intake:
    """Return a copy of these counts, as of `at`."""
    counts = {name: dict(getattr(intake, name)) for name in _COUNTED}
    return Intake(at=at, clamped=intake.clamped, ahead=dict(intake.ahead), **counts)


def keep_marks(marks: list[Intake], intake: Intake, at: int) -> None:
    """Add these counts to the stored ones, if the latest of those is old enough. Drop the oldest if there are too many."""
    if not marks or at - marks[-1].at >= APART_MS:
        marks.append(mark(intake, at))
        del marks[:-MARKS]


def recent(intake: Intake, marks: Iterable[Intake], since: int) -> Intake:
    """Return what was counted after the latest stored counts before `since` (ms UTC); after the oldest ones if none is so old.

    The result's `at` is the time of the stored counts. Nothing was counted lately if the counts themselves are older than `since`.
    """
    stored = sorted(marks, key=lambda each: each.at)
    if intake.at < since:
        return Intake(since)
    before = next((each for each in reversed(stored) if each.at <= since), stored[0] if stored else Intake(since))
    ahead = {name: (count - before.ahead.get(name, (0, 0))[0], most) for name, (count, most) in intake.ahead.items()}
    return Intake(
        at=before.at,
        clamped=intake.clamped - before.clamped,
        ahead={name: found for name, found in ahead.items() if found[0]},
        **{name: _added(getattr(intake, name), getattr(before, name)) for name in _COUNTED},
    )


def together(parts: Iterable[Intake]) -> Intake:
    """Return the sum of several partitions' counts; its `at` is the earliest of theirs."""
    found = list(parts)
    ahead: dict[str, tuple[int, int]] = {}
    for each in found:
        for name, (count, most) in each.ahead.items():
            so_far = ahead.get(name, (0, 0))
            ahead[name] = (so_far[0] + count, max(so_far[1], most))
    return Intake(
        at=min((each.at for each in found), default=0),
        clamped=sum(each.clamped for each in found),
        ahead=ahead,
        **{name: _sum(getattr(each, name) for each in found) for name in _COUNTED},
    )


def _added(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: count - before.get(name, 0) for name, count in now.items() if count != before.get(name, 0)}


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return dict(total.most_common())
