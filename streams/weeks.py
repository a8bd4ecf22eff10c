"""The weeks a customer has completed: what detectors that are asked once a week look back on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemas.touchpoints import ACTIVITIES
from streams.counters import DAY, week_of
from streams.ids import mark
from streams.state import WEEKS, Journey

WEEK = 7 * DAY  # ms
COMPLETE = WEEKS - 1  # complete weeks that are remembered: the running one takes a place
USE = tuple(map(ACTIVITIES.index, ("browsing", "buying", "using")))  # what customers come for; that they ask or complain is no use


class Weeks(NamedTuple):
    """The complete weeks (Monday to Sunday UTC) before a moment, newest first."""

    at: int  # ms UTC, the moment
    known: int  # how many of them the customer was known throughout, at most COMPLETE
    rows: dict[int, tuple[int, ...]]  # activity (its place in ACTIVITIES) -> touchpoints of each of COMPLETE weeks; none: no row

    def of(self, slots: Iterable[int]) -> tuple[int, ...]:
        """Touchpoints of these activities together, a week.

        >>> Weeks(0, 3, {0: (1, 0, 2), 1: (5, 0, 0)}).of((0, 1, 4))[:3]
        (6, 0, 2)
        """
        rows = [self.rows[slot] for slot in slots if slot in self.rows]
        return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * COMPLETE


def completed(journey: Journey, at: int) -> Weeks:
    """What this journey did in the complete weeks before `at` (ms UTC, not before its latest touchpoint).

    >>> journey = Journey(day=20_465, first_seen=20_440 * DAY, weeks={3: bytearray(b"\\x02\\x00\\x01\\x00")})
    >>> weeks = completed(journey, 20_472 * DAY)
    >>> weeks.known, weeks.rows[3][:3]
    (4, (2, 1, 0))
    """
    now = week_of(at // DAY)
    passed = now - week_of(journey.day)
    known = now - week_of(journey.first_seen // DAY) - 1
    return Weeks(at, max(0, min(known, COMPLETE)), {slot: _row(row, passed) for slot, row in journey.weeks.items()})


def _row(row: bytearray, passed: int) -> tuple[int, ...]:
    """The counts of a stored row (little-endian u16, the running week first), `passed` weeks later, without the week that runs then."""
    stored = [int.from_bytes(row[at : at + 2], "little") for at in range(0, len(row), 2)]
    counts = [0] * passed + stored + [0] * WEEKS
    return tuple(counts[1 : COMPLETE + 1])


def busy_days(journey: Journey) -> int:
    """On how many of the seven days up to their latest act the customer used what we offer.

    >>> busy_days(Journey(day=20_473, acted_at=20_472 * DAY, days={0: bytearray(b"\\x00\\x00\\x02\\x00\\x00\\x00\\x01")}))
    2
    """
    since = journey.day - journey.acted_at // DAY
    rows = [journey.days[slot] for slot in USE if slot in journey.days]
    return sum(any(row[2 * age : 2 * age + 2].strip(b"\0") for row in rows) for age in range(since, since + 7))


def next_monday(customer: str, at: int) -> int:
    """The first moment (ms UTC) after `at` at which this customer's week is looked at: on a Monday, each at an hour of their own.

    The hour is a hash of the customer, for else all customers of a partition would wake at once.

    >>> from streams.story import START
    >>> first = next_monday("c1", START)
    >>> week_of(first // DAY) - week_of(START // DAY) in (0, 1), (first // DAY + 3) % 7, next_monday("c1", first) - first == WEEK
    (True, 0, True)
    """
    monday = (7 * week_of(at // DAY) - 3) * DAY
    due = monday + int.from_bytes(mark("week", customer), "big") % DAY
    return due if due > at else due + WEEK
