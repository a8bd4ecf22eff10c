"""Rises over weeks on planted counts: what grows in the first weeks of all is none, and what rises later is told in its first week."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.durations import DAY, HOUR, monday_of
from streams.insights.surges.rise import rises
from streams.state.aggregates import RATE_WEEKS_KEPT, Aggregate, Key

FIRST = 2_923  # week of 2026-01-05
EXPOSURES = 500  # a week

Totals = dict[Key, Aggregate]


def weeks(*openings: int, channel: str = "web", begun: int = 0, kept: int = RATE_WEEKS_KEPT) -> Totals:
    """What is kept of a channel in the running week, the last one: the newest hours, and the places of every week."""
    found, now = Totals(), begun + len(openings) - 1
    for week, count in enumerate(openings, begun):
        found["place", str(FIRST + week), channel, "using", "/pay"] = Aggregate({"volume": EXPOSURES})
        if week >= now - kept:
            hour = monday_of(FIRST + week) // HOUR
            found["rate", str(hour), channel] = Aggregate({"browsing": EXPOSURES, "friction:rage_click": count})
    return found


def told(totals: Totals) -> list[tuple[str, int]]:
    """Channel and first week of each rise that lasts until now."""
    return [(one.channel, (one.day - monday_of(FIRST) // DAY) // 7) for one in rises(totals, newest_days=2)]


def told_by_week(openings: list[int]) -> dict[int, list[tuple[str, int]]]:
    """The same as the data grow, by the week that is running."""
    return {now: found for now in range(len(openings)) if (found := told(weeks(*openings[: now + 1])))}


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).map(sorted))
def test_growth_from_nothing_in_the_first_weeks_is_no_rise(growing: list[int]) -> None:
    """Five weeks of growth to what is usual from then on. Mutant caught: `SETTLING = 0`."""
    assert told_by_week([*growing, *[growing[-1]] * 15]) == {}


def test_the_first_weeks_of_a_company() -> None:
    """Trials and parcels of before the first day have no beginning.

    Mutants caught: `SETTLING = 0`; new weeks that are usual all the same.
    """
    assert told_by_week([0, 1, 1, 4, 20, 22, 21, 20, 22, 21, 20, 21, 22]) == {}


def test_a_channel_that_comes_later_has_first_weeks_of_its_own() -> None:
    """Mutant caught: the first weeks of all channels together."""
    app = (0, 1, 1, 4, 20, 22, 21, 20)
    for now in range(1, len(app) + 1):
        assert told(weeks(*[5] * (4 + now)) | weeks(*app[:now], channel="app", begun=4)) == []
    assert told(weeks(*[5] * 6, 25, 0) | weeks(*app[:4], channel="app", begun=4)) == [("web", 6)]


def test_a_real_rise_is_told_at_the_end_of_its_first_week() -> None:
    """It begins in the ninth week of thirteen. When the first weeks are forgotten, none is left out in their place.

    Mutants caught: `SETTLING = 5`; the oldest weeks whose hours are kept are always left out.
    """
    found = told_by_week([0, 2, *[5] * 6, 24, 26, 25, 24, 26, 25])
    assert found == {now: [("web", 8)] for now in range(9, 14)}


def test_the_seventh_week_is_the_first_that_is_judged() -> None:
    """Four usual weeks after two new ones. Mutants caught: `SETTLING = 1`; `SETTLING = 3`."""
    assert told(weeks(5, 5, 5, 5, 5, 25, 0)) == []
    assert told(weeks(5, 5, 5, 5, 5, 5, 25, 0)) == [("web", 6)]


def test_a_channel_without_places_has_first_weeks_as_well() -> None:
    """Mutant caught: weeks of places alone."""
    hours = {key: row for key, row in weeks(0, 1, 1, 4, 20, 0).items() if key[0] == "rate"}
    assert told(hours) == []


def test_what_comes_once_a_month_begins_no_rise_though_the_month_before_was_new() -> None:
    """Bills of the second week, and of the seventh. Mutant caught: weeks that are not judged are not looked back at."""
    assert told(weeks(5, 18, 5, 5, 5, 5, 22, 0)) == []
