"""Counters of recent touchpoints per activity, in a few bytes: by day over 14 days, by week over 13 weeks.

Each activity that was counted has a row of little-endian u16 numbers, newest first. Zeros at the end of a row are not stored. The
weeks have one more row. It counts the contacts that the customer sought, because a contact that we started says nothing about the
customer.

Only this file knows the bytes: `unpack_row` and `recent_count` read them, `count_activity` and `pack_row` write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from struct import Struct

from schemas.durations import DAY, week_of
from schemas.touchpoints import ACTIVITIES
from streams.state.journey import DAYS, WEEKS, Journey

SOUGHT = len(ACTIVITIES)  # the row of contacts that the customer sought with one of our people
Rows = dict[int, bytearray]


def recent_count(rows: Rows, slot: int, newest: int) -> int:
    """Return how often an activity was counted in the newest `newest` days or weeks. `slot` is its index in ACTIVITIES.

    >>> rows = {3: bytearray(b"\\x02\\x00\\x01")}
    >>> recent_count(rows, 3, 1), recent_count(rows, 3, 2), recent_count({}, 3, 2)
    (2, 3, 0)
    """
    row = rows.get(slot)
    return sum(_reader(len(row))(row)[: max(0, newest)]) if row else 0


def unpack_row(row: bytearray) -> tuple[int, ...]:
    """Return the counts of a row, newest first, without the zeros that are not stored.

    >>> unpack_row(bytearray(b"\\x02\\x00\\x01")), unpack_row(bytearray())
    ((2, 1), ())
    """
    return _reader(len(row))(row)


@cache
def _reader(length: int) -> Callable[[bytearray], tuple[int, ...]]:
    """Return the function that reads a row of so many bytes. An odd length means that the last number is a single byte."""
    return Struct(f"<{length // 2}H{length % 2}B").unpack


def pack_row(counts: Iterable[int]) -> bytearray:
    """Return the row of these counts, newest first, each at most 65,535. It is empty if all are 0.

    >>> pack_row((2, 0, 1, 0)), pack_row((0, 0))
    (bytearray(b'\\x02\\x00\\x00\\x00\\x01\\x00'), bytearray(b''))
    """
    row = bytearray().join(count.to_bytes(2, "little") for count in counts).rstrip(b"\0")
    return row + bytes(len(row) % 2)


def count_activity(journey: Journey, at: int, slot: int) -> None:
    """Count one touchpoint of this activity at `at` (ms UTC). A touchpoint older than the rows reach back is not counted."""
    day = at // DAY
    if day != journey.day:
        if day < journey.day:
            _count_up(journey.days, slot, journey.day - day, DAYS)
            _count_up(journey.weeks, slot, week_of(journey.day) - week_of(day), WEEKS)
            return
        _begin_day(journey, day)
    if (row := journey.days.get(slot)) and (count := row[0]) < 255:
        row[0] = count + 1
    else:
        _count_up(journey.days, slot, 0, DAYS)
    if (row := journey.weeks.get(slot)) and (count := row[0]) < 255:
        row[0] = count + 1
    else:
        _count_up(journey.weeks, slot, 0, WEEKS)


def count_sought_contact(journey: Journey, at: int) -> None:
    """Count one contact that the customer sought, at `at` (ms UTC).

    Call it after `count_activity` for the same touchpoint: the rows must already have moved to its day.
    """
    _count_up(journey.weeks, SOUGHT, week_of(journey.day) - week_of(at // DAY), WEEKS)


def _begin_day(journey: Journey, day: int) -> None:
    """Move the rows on to this day."""
    known = journey.day > 0
    _advance(journey.days, day - journey.day if known else DAYS, DAYS)
    _advance(journey.weeks, week_of(day) - week_of(journey.day) if known else WEEKS, WEEKS)
    journey.day = day


def _advance(rows: Rows, by: int, keep: int) -> None:
    """Move every row back by `by` days or weeks. Delete a row in which nothing is left."""
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
    if age >= keep:
        return
    if (row := rows.get(slot)) is None:
        row = rows[slot] = bytearray()
    at = 2 * age
    if len(row) < at + 2:
        row.extend(bytes(at + 2 - len(row)))
    if row[at] < 255:
        row[at] += 1
    elif row[at + 1] < 255:
        row[at], row[at + 1] = 0, row[at + 1] + 1
