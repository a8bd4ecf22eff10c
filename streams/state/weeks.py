"""The complete weeks of a customer: what the weekly detectors look back on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from schemas.durations import DAY, WEEK, monday_of, week_of
from schemas.touchpoints import ACTIVITIES
from streams.state.counters import unpack_row
from streams.state.ids import short_hash
from streams.state.journey import WEEKS, Journey

COMPLETE = WEEKS - 1  # complete weeks that are remembered: the running week takes one entry of a row
USE = tuple(map(ACTIVITIES.index, ("browsing", "buying", "using")))  # what customers come for: not asking or complaining


class Weeks(NamedTuple):
    """The complete weeks (Monday to Sunday UTC) before a time, newest first."""

    at: int  # ms UTC: the time before which the weeks lie
    known: int  # how many of them the customer was known for from beginning to end, at most COMPLETE
    rows: dict[int, tuple[int, ...]]  # activity (index in ACTIVITIES) -> touchpoints of each of COMPLETE weeks; no row: none
    lately: frozenset[int] = frozenset()  # activities of the week that is running at `at`
    off: tuple[int, ...] = ()  # days off in each of COMPLETE weeks; empty: the company named none

    def counts(self, slots: Iterable[int]) -> tuple[int, ...]:
        """Return the touchpoints per week of these activities together.

        >>> Weeks(0, 3, {0: (1, 0, 2), 1: (5, 0, 0)}).counts((0, 1, 4))[:3]
        (6, 0, 2)
        """
        rows = [self.rows[slot] for slot in slots if slot in self.rows]
        return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * COMPLETE


def completed_weeks(journey: Journey, at: int, days_off: Collection[int] = ()) -> Weeks:
    """Return what this journey did in the complete weeks before `at` (ms UTC, not before its latest touchpoint).

    `days_off` are the company's days off, as day numbers since 1970-01-01.

    >>> journey = Journey(day=20_465, first_seen=20_440 * DAY, weeks={3: bytearray(b"\\x02\\x00\\x01\\x00")})
    >>> weeks = completed_weeks(journey, 20_472 * DAY)
    >>> weeks.known, weeks.rows[3][:3]
    (4, (2, 1, 0))
    """
    now = week_of(at // DAY)
    passed = now - week_of(journey.day)
    known = now - week_of(journey.first_seen // DAY) - 1
    counts = {slot: (0,) * passed + unpack_row(row) + (0,) * WEEKS for slot, row in journey.weeks.items()}  # the running week first
    rows = {slot: row[1 : COMPLETE + 1] for slot, row in counts.items()}
    lately = frozenset(slot for slot, row in counts.items() if not passed and row[0])
    return Weeks(at, max(0, min(known, COMPLETE)), rows, lately, _days_off_per_week(days_off, now) if days_off else ())


def complete_counts(journey: Journey, at: int, slot: int) -> tuple[int, ...]:
    """Return what `completed_weeks` counts of one activity, for the weeks that the customer was known. It is cheaper.

    >>> journey = Journey(day=20_465, first_seen=20_440 * DAY, weeks={3: bytearray(b"\\x02\\x00\\x01\\x00")})
    >>> complete_counts(journey, 20_472 * DAY, 3), complete_counts(journey, 20_472 * DAY, 4)
    ((2, 1, 0, 0), (0, 0, 0, 0))
    """
    now = week_of(at // DAY)
    known = max(0, min(now - week_of(journey.first_seen // DAY) - 1, COMPLETE))
    row = journey.weeks.get(slot)
    counts = (0,) * (now - week_of(journey.day)) + (unpack_row(row) if row else ()) + (0,) * WEEKS
    return counts[1 : known + 1]


def _days_off_per_week(days_off: Collection[int], week: int) -> tuple[int, ...]:
    """Return how many days off each of the complete weeks before this one had.

    >>> _days_off_per_week({20_458, 20_459, 20_450}, 2924)[:3]
    (2, 0, 1)
    """
    weeks = [week_of(day) for day in days_off]
    return tuple(weeks.count(week - age) for age in range(1, COMPLETE + 1))


def busy_days(journey: Journey) -> int:
    """Return on how many of the seven days up to their latest act the customer used what we offer.

    >>> busy_days(Journey(day=20_473, acted_at=20_472 * DAY, days={0: bytearray(b"\\x00\\x00\\x02\\x00\\x00\\x00\\x01")}))
    2
    """
    since = journey.day - journey.acted_at // DAY
    rows = [unpack_row(journey.days[slot]) for slot in USE if slot in journey.days]
    return sum(any(0 <= age < len(row) and row[age] for row in rows) for age in range(since, since + 7))


def next_monday(customer: str, at: int) -> int:
    """Return the time of this customer's next weekly review after `at` (ms UTC): a Monday, at their own hour.

    The hour is a hash of the customer. Otherwise the timers of all customers of a partition would fire at once.

    >>> from streams.story import START
    >>> first = next_monday("c1", START)
    >>> week_of(first // DAY) - week_of(START // DAY) in (0, 1), (first // DAY + 3) % 7, next_monday("c1", first) - first == WEEK
    (True, 0, True)
    """
    monday = monday_of(week_of(at // DAY))
    due = monday + int.from_bytes(short_hash("week", customer), "big") % DAY
    return due if due > at else due + WEEK
