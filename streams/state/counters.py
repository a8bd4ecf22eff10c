"""How often lately: touchpoints per activity over the last 14 days and 13 weeks, in a few bytes.

Each activity that was counted has a row of little-endian u16, newest first; zeros at its end are not kept. One row of weeks more counts
the contacts that the customer sought: what we did in them, or asked for, is no sign of theirs.
"""

from __future__ import annotations

from schemas.durations import DAY, week_of
from schemas.touchpoints import ACTIVITIES
from streams.state.journey import DAYS, WEEKS, Journey

SOUGHT = len(ACTIVITIES)  # the row of contacts that the customer sought with a person of ours
Rows = dict[int, bytearray]


def counted(rows: Rows, slot: int, newest: int) -> int:
    """How often an activity (its place in ACTIVITIES) was counted in the newest so many days or weeks.

    >>> counted({3: bytearray(b"\\x02\\x00\\x01")}, 3, 1), counted({3: bytearray(b"\\x02\\x00\\x01")}, 3, 2), counted({}, 3, 2)
    (2, 3, 0)
    """
    row, end = rows.get(slot, b""), 2 * max(0, newest)
    return sum(row[0:end:2]) + 256 * sum(row[1:end:2])


def count(journey: Journey, at: int, slot: int) -> None:
    """One more touchpoint of this activity, at `at` (ms UTC); one older than what is kept is not counted."""
    day = at // DAY
    if day > journey.day:
        known = journey.day > 0
        _advance(journey.days, day - journey.day if known else DAYS, DAYS)
        _advance(journey.weeks, week_of(day) - week_of(journey.day) if known else WEEKS, WEEKS)
        journey.day = day
    if day == journey.day:
        _count_up(journey.days, slot, 0, DAYS)
        _count_up(journey.weeks, slot, 0, WEEKS)
    else:
        _count_up(journey.days, slot, journey.day - day, DAYS)
        _count_up(journey.weeks, slot, week_of(journey.day) - week_of(day), WEEKS)


def count_sought(journey: Journey, at: int) -> None:
    """One more contact that the customer sought, at `at` (ms UTC); its touchpoint has been counted, so the rows have come to its day."""
    _count_up(journey.weeks, SOUGHT, week_of(journey.day) - week_of(at // DAY), WEEKS)


def _advance(rows: Rows, by: int, keep: int) -> None:
    """Time has passed: every row moves back, and one that holds nothing any more goes."""
    if not by:
        return
    for slot, row in list(rows.items()):
        row[:0] = bytes(2 * min(by, keep))
        kept = row[: 2 * keep].rstrip(b"\0")
        if kept:
            rows[slot] = kept
        else:
            del rows[slot]


def _count_up(rows: Rows, slot: int, age: int, keep: int) -> None:
    row = rows.get(slot)
    if row and age == 0 and row[0] < 255:
        row[0] += 1
        return
    if age >= keep:
        return
    if row is None:
        row = rows[slot] = bytearray()
    at = 2 * age
    if len(row) < at + 2:
        row.extend(bytes(at + 2 - len(row)))
    if row[at] < 255:
        row[at] += 1
    elif row[at + 1] < 255:
        row[at], row[at + 1] = 0, row[at + 1] + 1
