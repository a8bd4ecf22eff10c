"""F43 on planted stories: eight ordinary weeks, then an incident. The limits are the defaults, for every story and seed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from schemas.outputs.insights import SurgeRaised
from streams.insights.surges.spans import Span, compare_spans
from streams.insights.surges.surge import friction_surge, span_of, surges
from streams.replay import Replay
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate, Aggregates, Key
from streams.totals import all_insights
from tests.seeds import seeds
from tests.streams.insights.planted import BEGUN, DAY, WEEKS, Incident, Odds, Town, usual

SEEDS = (1, 2, 3, 4, 5)

pytestmark = pytest.mark.long
FIRST = 7 * WEEKS  # the day of the incident, a Monday
each_seed = pytest.mark.parametrize("seed", seeds(SEEDS, usual=2))


@cache
def ordinary(seed: int) -> dict[bytes, bytes]:
    """The cells after eight weeks in which nothing is planted."""
    replay = Replay()
    for touchpoint in Town(seed).touchpoints(0, FIRST):
        replay.apply(touchpoint)
    return replay.partition.aggregates.encoded_rows()


def then(seed: int, incident: Incident, days: int = 1) -> Aggregates:
    """The cells after the incident's days, and an hour of the next, so that the last one has ended."""
    replay = Replay()
    replay.partition.aggregates = Aggregates(ordinary(seed))
    for touchpoint in Town(seed, incident).touchpoints(FIRST, FIRST + days):
        replay.apply(touchpoint)
    for touchpoint in Town(seed).touchpoints(FIRST + days, FIRST + days + 1):
        if touchpoint.at > BEGUN + (FIRST + days) * DAY + 7_200_000:
            break
        replay.apply(touchpoint)
    return replay.partition.aggregates


def found(cells: Aggregates) -> set[tuple[str, str, int]]:
    """Detector, channel and day of the incident of every surge in the last two days."""
    return {(one.of, one.channel, one.day - BEGUN // DAY - FIRST) for one in surges(cells.rows, newest_days=2)}


def payments_fail(_channel: str, odds: Odds) -> Odds:
    """The payment provider is half down: half of what is tried fails."""
    return replace(odds, fails=0.5)


def viral_article(_channel: str, odds: Odds) -> Odds:
    """Three times the traffic; the two thirds that are new read one article and leave."""
    return replace(odds, visits=3.0, readers=2 / 3)


def crowd(_channel: str, odds: Odds) -> Odds:
    """Three times the customers, who do what customers do, and meet what customers meet."""
    return replace(odds, visits=3.0)


def checkout_loop(channel: str, odds: Odds) -> Odds:
    """A release of the app sends half of its customers round in a circle."""
    return replace(odds, loops=0.5) if channel == "app" else odds


def test_a_crowd_that_does_other_things_is_no_surge() -> None:
    """Four times the visitors read one page: twice the rate is their way, three times the odds are not.

    Mutant caught: no crowd is asked for.
    """
    usual = [Span(21, 13_000)] * 8
    assert friction_surge(Span(45, 13_000), usual) is not None
    assert friction_surge(Span(4 * 45, 4 * 13_000), usual) is None
    assert friction_surge(Span(4 * 66, 4 * 13_000), usual) is not None
    assert friction_surge(Span(120, 200), [Span(24, 80)] * 8) is not None, "of checkouts, where a quarter is usual"


@each_seed
def test_eight_ordinary_weeks_raise_nothing(seed: int) -> None:
    """Every day after the third week is judged. Mutants caught: no season; a standard deviation without the baseline's own."""
    assert list(surges(Aggregates(ordinary(seed)).rows)) == []


@each_seed
def test_a_payment_incident_is_a_surge_within_its_first_day(seed: int) -> None:
    """On the channel with the most payments both the detector and the transition speak; nothing but payments does."""
    raised = found(then(seed, payments_fail))
    assert {("payment_failed", "web", 0), ("payment>order", "web", 0)} <= raised
    assert {of for of, _, _ in raised} <= {"payment_failed", "payment>order", "checkout>order"}


@each_seed
@pytest.mark.parametrize("story", [viral_article, crowd], ids=["viral_article", "crowd"])
def test_three_times_the_traffic_is_no_surge(seed: int, story: Incident) -> None:
    """Mutants caught: counts in place of rates (the crowd brings more than 20 frictions too many, see below)."""
    assert found(then(seed, story)) == set()


def test_counts_would_have_cried_wolf() -> None:
    """What the stories above are worth: by count, the crowd's dead clicks lie far beyond the limits."""
    day = BEGUN // DAY + FIRST
    spans = [span_of("dead_click", _web(then(1, crowd)), 24 * (day - 7 * ago), 24 * (day - 7 * ago) + 24) for ago in range(9)]
    by_count = [Span(span.openings, 1_000) for span in spans]
    assert friction_surge(by_count[0], by_count[1:]) is not None
    assert friction_surge(spans[0], spans[1:]) is None


def _web(cells: Aggregates) -> dict[int, dict[str, int]]:
    return {int(key[1]): cell.counts for key, cell in cells.rows.items() if key[0] == "rate" and key[2] == "web"}


@each_seed
def test_a_loop_on_one_channel_is_found_on_that_channel_only(seed: int) -> None:
    """Mutants caught: channels added up; a surge laid to every channel."""
    assert found(then(seed, checkout_loop)) == {("page_loop", "app", 0)}


def test_an_ordinary_day_after_an_incident_is_ordinary() -> None:
    assert found(then(1, usual)) == set()


def test_a_surge_says_what_it_was_held_against() -> None:
    """And a blueprint's own limits, or its silence, count."""
    cells = then(2, payments_fail).rows
    (one,) = (
        each for each in all_insights(cells) if isinstance(each, SurgeRaised) and (each.of, each.channel) == ("payment_failed", "web")
    )
    assert (one.day, one.weeks, one.limits["deviations"]) == ("2026-03-02", 8, 3.0)
    assert one.openings - one.expected >= 20
    assert one.beyond > 3
    assert one.words.startswith("payment_failed on web: ")
    assert not _raised(cells, Blueprint(limits={"friction_surge": {"more": 1_000}}))
    assert not _raised(cells, Blueprint(silent=("friction_surge",)))


def _raised(cells: dict[Key, Aggregate], blueprint: Blueprint) -> list[SurgeRaised]:
    return [each for each in all_insights(cells, blueprint) if isinstance(each, SurgeRaised)]


def test_the_deviation_is_the_binomial_one_where_weeks_agree() -> None:
    """n p (1 - p), and the same share again of what the baseline rests on: 100 of 1,000 against 400 of 4,000."""
    same = compare_spans(Span(130, 1_000), [Span(100, 1_000)] * 4)
    assert same.expected == pytest.approx(100, rel=0.01)
    assert same.deviations == pytest.approx(30 / (1_000 * 0.1 * 0.9 * 1.25) ** 0.5, rel=0.02)


def test_a_week_that_was_a_surge_is_not_usual() -> None:
    """Mutant caught: one incident hides the next for eight weeks. Two surges of three weeks leave too few to say anything."""
    ordinary, surge, now = Span(20, 1_000), Span(300, 1_000), Span(80, 1_000)
    assert friction_surge(now, [*[ordinary] * 7, surge]) is not None
    assert friction_surge(now, [ordinary, ordinary, surge]) is None


def test_weeks_that_differ_widen_it() -> None:
    """Mutant caught: Poisson's deviation where the weeks themselves differ by more."""
    wild = [Span(50, 1_000), Span(150, 1_000), Span(60, 1_000), Span(140, 1_000)]
    assert compare_spans(Span(160, 1_000), wild).deviations < 3 < compare_spans(Span(160, 1_000), [Span(100, 1_000)] * 4).deviations
