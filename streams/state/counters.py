"""How often lately: touchpoints per activity over the last 14 days and 13 weeks, in a few bytes.

Each activity that was counted has a row of little-endian u16, newest first; zeros at its end are not kept. One row of weeks more counts
the contacts that the customer sought: what we did in them, or asked for, is no sign of theirs.

Only this file knows the bytes: `numbers` and `counted` read them, `count` and `packed` write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from struct import Struct

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
    row = rows.get(slot)
    return sum(_reader(len(row))(row)[: max(0, newest)]) if row else 0


def numbers(row: bytearray) -> tuple[int, ...]:
    """The counts of a row, newest first; no zeros stand for those that are not kept.

    >>> numbers(bytearray(b"\\x02\\x00\\x01")), numbers(bytearray())
    ((2, 1), ())
    """
    return _reader(len(row))(row)


@cache
def _reader(length: int) -> Callable[[bytearray], tuple[int, ...]]:
    """What reads a row of so many bytes. Of its last number the higher byte, a zero, may not be kept: then it is a single byte."""
    return Struct(f"<{length // 2}H{length % 2}B").unpack


def packed(counts: Iterable[int]) -> bytearray:
    """The row of these counts, newest first, each at most 65,535; empty where all are 0.

    >>> packed((2, 0, 1, 0)), packed((0, 0))
    (bytearray(b'\\x02\\x00\\x00\\x00\\x01\\x00'), bytearray(b''))
    """
    row = bytearray().join(count.to_bytes(2, "little") for count in counts).rstrip(b"\0")
    return row + bytes(len(row) % 2)


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
