"""Laws of the night: quiet hours in every zone, over changes of clocks. Each names the mutant that it was seen to catch."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.writing import from_rfc3339
from streams.offers.funnel import decide_offer
from streams.offers.steps import quiet
from tests.streams.offers.cases import DAY, HOUR, NOON, consenting, ctx, gift, offers_of, ruled

ZONES = tuple(sorted(z for z in available_timezones() if quiet.is_zone(z)))


HOURS = st.sampled_from([(21, 8), (22, 7), (20, 10), (0, 6), (2, 3), (23, 1), (0, 0), (12, 24)])
CHANGES = [datetime(2026, month, day, 2, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))]  # of clocks
CHANGING = st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kathmandu"])
NEAR_A_CHANGE = st.builds(lambda day, off: int(day.timestamp()) * 1000 + off, st.sampled_from(CHANGES), st.integers(-36 * HOUR, 36 * HOUR))


@settings(max_examples=300)
@given(
    st.one_of(NEAR_A_CHANGE, st.integers(NOON - 400 * DAY, NOON + 400 * DAY)),
    st.lists(st.one_of(CHANGING, st.sampled_from(ZONES)), min_size=1, max_size=3).map(tuple),
    HOURS,
)
def test_quiet_hours_end_at_the_first_allowed_moment_in_every_zone(at: int, zones: tuple[str, ...], hours: tuple[int, int]) -> None:
    """Mutants caught: the end computed by adding hours to UTC (wrong by one over a change of clocks); only the first zone looked at."""
    allowed = quiet.allowed_from(at, zones, hours)
    if not allowed:
        assert len(zones) > 1
        return
    assert allowed >= at
    assert not any(_is_quiet(allowed, zone, hours) for zone in zones)
    if allowed > at:
        assert any(_is_quiet(allowed - 1, zone, hours) for zone in zones)
        assert any(_is_quiet(at, zone, hours) for zone in zones)


def _is_quiet(at: int, zone: str, hours: tuple[int, int]) -> bool:
    """By the clock on the wall, worked out in the plainest way."""
    hour = datetime.fromtimestamp(at // 1000, quiet.clock_of(zone)).hour
    start, end = hours
    return (start <= hour < end) if start <= end else (hour >= start or hour < end)


MARKET = ("America/Chicago", "Asia/Yangon")  # in winter it is day in both for half an hour only


@settings(max_examples=150)
@given(
    st.integers(0, 300 * 24 * 60),
    st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "", "no/zone"]),
    st.integers(0, 9),
)
def test_nothing_is_sent_at_night(minutes: int, zone: str, number: int) -> None:
    """Mutants caught: the spread of a deferred decision running past a narrow allowed window; UTC taken for an unknown zone."""
    law, customer = ruled(gift(), market_zones=MARKET, quiet_hours=(21, 8)), f"c{number}"
    journey, zones = consenting(law, zone=zone), (zone,) if quiet.is_zone(zone) else MARKET
    one = ctx(law, journey, NOON + minutes * 60_000, customer=customer)
    decide_offer(one)
    if journey.deferred:
        one = ctx(law, journey, journey.deferred.due, customer=customer, triggers=())
        decide_offer(one)
    [made] = offers_of(one.out)
    assert not any(_is_quiet(from_rfc3339(made.at), z, (21, 8)) for z in zones)
