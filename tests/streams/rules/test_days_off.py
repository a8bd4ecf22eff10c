"""A parcel that nobody scanned over the holidays is not missed before they are over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.durations import DAY
from streams.replay import signals_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.days_off import skip_days_off

TOLD = "0 post parcel_scanned north parcel=q1 order=o1"  # on Monday, 2026-01-05, 08:00


@pytest.mark.parametrize(("days", "hours"), [((), 48), (("2026-01-06",), 72), (("2026-01-06", "2026-01-08"), 96), (("2026-01-09",), 48)])
def test_days_off_do_not_count(days: tuple[str, ...], hours: int) -> None:
    """Mutants caught: days off before or after the wait counted too; a day off that the putting off itself runs into forgotten."""
    rules = Rules(Blueprint(days_off=days))
    assert "scan_gap" not in signals_of(TOLD, f"{hours - 1}h", rules)
    assert "scan_gap" in signals_of(TOLD, f"{hours}h", rules)


def test_what_we_promised_does_not_rest() -> None:
    """Only a detector that says so waits over days off. Mutant caught: every matter put off."""
    promise = "0 web delivery_promised north order=o1 by=1767686400000"
    assert "delivery_late" in signals_of(promise, "25h", Rules(Blueprint(days_off=("2026-01-06",))))


@given(st.sets(st.integers(0, 30)), st.integers(0, 20 * DAY), st.integers(0, 5 * DAY))
def test_exactly_so_much_working_time_passes(off: set[int], since: int, wait: int) -> None:
    """Between the beginning and the end lie `wait` ms outside of days off. Mutant caught: a day off begun in the middle counted whole."""
    due = skip_days_off(off, since, since + wait)
    resting = sum(max(0, min(due, (day + 1) * DAY) - max(since, day * DAY)) for day in off)
    assert due - since - resting == wait


@pytest.mark.parametrize("day", ["2026-13-01", "Christmas", "20261225"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        Blueprint(days_off=(day,))
