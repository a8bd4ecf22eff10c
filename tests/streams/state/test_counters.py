"""The bytes of the counters: every reader sees the same numbers, and what is written is read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.durations import DAY, WEEK
from streams.state import DAYS, WEEKS, Journey
from streams.state.counters import count_activity, pack_row, recent_count, unpack_row
from streams.state.weeks import COMPLETE, completed_weeks

SLOT = 3
START = 20_440 * DAY  # a Thursday


@given(st.lists(st.integers(0, 0xFFFF), max_size=DAYS), st.booleans(), st.integers(-2, DAYS + 2))
def test_what_is_packed_is_read_again(counts: list[int], cut: bool, newest: int) -> None:
    """Also where the zero that is the higher byte of the last number is not kept. Mutants caught: big-endian; the last byte of an odd row
    left out; a negative number of days counted from the end."""
    row = pack_row(counts)
    kept = row.rstrip(b"\0") if cut else row
    assert unpack_row(kept) == unpack_row(row)
    assert list(unpack_row(row)) + [0] * (len(counts) - len(unpack_row(row))) == counts
    assert recent_count({SLOT: kept}, SLOT, newest) == sum(counts[: max(0, newest)])


@given(st.lists(st.integers(0, 120 * 24).map(lambda hours: START + hours * DAY // 24), min_size=1, max_size=300), st.integers(0, 9))
def test_days_and_weeks_hold_what_was_counted(times: list[int], later: int) -> None:
    """In whatever order it came: what is too old to be counted when it comes, is too old ever after. Mutants caught: a row not moved back
    when a day has passed; `completed_weeks` with the running week."""
    journey = Journey()
    for at in times:
        count_activity(journey, at, SLOT)
    latest = max(times)
    day = latest // DAY
    for newest in range(1, DAYS + 1):
        assert recent_count(journey.days, SLOT, newest) == sum(day - at // DAY < newest for at in times)
    weeks = completed_weeks(journey, latest + later * WEEK)
    running = (latest // DAY + 3) // 7
    expected = tuple(sum(running + later - 1 - age == (at // DAY + 3) // 7 for at in times) for age in range(COMPLETE))
    assert weeks.rows[SLOT] == expected
    assert COMPLETE == WEEKS - 1
