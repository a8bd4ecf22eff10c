"""Laws of the score, over generated contributions. Each names the mutant it was seen to catch."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outputs.signals import RiskChanged
from schemas.vocabulary import BANDS
from streams.context import Context, Emission
from streams.detectors import DAY, Detector, Found, Risk
from streams.risk import score, update
from streams.risk.crossing import GRAIN
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Contribution, Journey, Partition

NOW = 1_767_600_000_000
RULES = Rules(detectors=())
FREE = Rules(Blueprint(two_families=False), detectors=())
FAMILIES = ("silence", "decline", "service", "money", "relationship")


def summand(family: str = "service", weight: float = 2.0, strength: float = 1.0, days: float = 10, since: int = NOW) -> Contribution:
    return Contribution(1, family, weight, strength, round(days * DAY), since, ["e1"], "s1")


def summands() -> st.SearchStrategy[Contribution]:
    return st.builds(
        summand,
        st.sampled_from(FAMILIES),
        st.floats(0, 4),
        st.floats(0, 1),
        st.floats(0.5, 120),
        st.integers(NOW - 200 * DAY, NOW + 20 * DAY),  # some lie ahead of the moment asked about
    )


def journeys() -> st.SearchStrategy[Journey]:
    return st.lists(summands(), max_size=8).map(lambda parts: Journey(contributions={f"d{i}": part for i, part in enumerate(parts)}))


def crossing(journey: Journey, rules: Rules, at: int = NOW) -> int:
    """The first moment in another band, found by looking whenever the search says so; 0: none."""
    now = score.band(journey, at, rules)[0]
    while at := score.next_crossing(journey, at, rules):
        if score.band(journey, at, rules)[0] != now:
            return at
    return 0


def ctx(journey: Journey, at: int = NOW, cause: str = "e1", rules: Rules = RULES) -> Context:
    out: list[Emission] = []
    return Context(journey, Partition(), rules, "c1", at, cause, out)


def detector(name: str, family: str = "service", weight: float = 2.0, days: float = 10) -> Detector:
    return Detector(
        name=name, version=1, family="churn", ask=lambda *_: None, doc="d", module="m", risk=Risk(family, weight, days)  # type: ignore[arg-type]
    )  # fmt: skip


@given(journeys(), st.integers(0, 400 * DAY))
def test_the_published_parts_add_up_to_the_risk(journey: Journey, later: int) -> None:
    """Mutant caught: `contributions` leaving out the half-life."""
    parts = score.published_contributions(journey, NOW + later, RULES)
    total = math.fsum([RULES.blueprint.bias, *(part.value for part in parts)])
    assert score.log_odds(journey, NOW + later, RULES) == total
    assert [part.value for part in parts] == sorted((part.value for part in parts), reverse=True)


@given(journeys(), st.lists(st.integers(0, 400 * DAY), min_size=2, max_size=5).map(sorted))
def test_time_alone_never_raises_the_risk_or_the_band(journey: Journey, times: list[int]) -> None:
    """Mutant caught: age taken as `abs(at - since)` with `since` in the future; growth `2 **` in place of `0.5 **`."""
    risks = [score.risk(journey, NOW + t, RULES) for t in times]
    bands = [BANDS.index(score.band(journey, NOW + t, RULES)[0]) for t in times]
    assert risks == sorted(risks, reverse=True)
    assert bands == sorted(bands, reverse=True)


@given(journeys(), st.sampled_from([RULES, FREE]))
def test_the_next_crossing_is_the_first_moment_in_another_band(journey: Journey, rules: Rules) -> None:
    """Mutants caught: returning the left end of what is found; looking at the later half first."""
    now, due = score.band(journey, NOW, rules)[0], crossing(journey, rules)
    if due:
        assert score.band(journey, due - GRAIN, rules)[0] == now
        assert BANDS.index(score.band(journey, due, rules)[0]) < BANDS.index(now)
    else:
        assert score.band(journey, NOW + 4000 * DAY, rules)[0] == now


@given(st.lists(summands(), max_size=8), st.randoms(use_true_random=False), st.integers(0, 100 * DAY))
def test_the_order_in_which_signals_came_changes_nothing(parts: list[Contribution], shuffle: object, later: int) -> None:
    """Mutant caught: `sum` in place of `fsum`."""
    named = [(f"d{i}", part) for i, part in enumerate(parts)]
    other = list(named)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    one, two = Journey(contributions=dict(named)), Journey(contributions=dict(other))
    assert score.log_odds(one, NOW + later, RULES) == score.log_odds(two, NOW + later, RULES)
    assert score.published_contributions(one, NOW + later, RULES) == score.published_contributions(two, NOW + later, RULES)


@given(st.lists(st.tuples(st.integers(0, 30 * DAY), st.floats(0, 1)), min_size=1, max_size=6))
def test_the_order_in_which_one_detector_repeats_itself_changes_nothing(claims: list[tuple[int, float]]) -> None:
    """Mutant caught: the latest claim always replacing the one before."""
    kept = []
    for order in (claims, claims[::-1]):
        journey = Journey(newest=NOW + 30 * DAY)
        for i, (later, strength) in enumerate(order):
            update.add_contribution(
                ctx(journey, NOW + later), detector("d"), Found(["e1"], strength=strength), f"s{claims.index(order[i])}"
            )
        kept.append(journey.contributions["d"])
    values = [score.contribution_value(one, NOW + 40 * DAY) for one in kept]
    assert values[0] == pytest.approx(values[1])


@given(journeys(), st.integers(0, 400 * DAY))
def test_forgetting_what_is_negligible_changes_no_risk(journey: Journey, later: int) -> None:
    """Mutant caught: pruning below 5 % in place of 1 %."""
    before = score.log_odds(journey, NOW + later, RULES), score.band(journey, NOW + later, RULES)
    update.prune_faded(journey, NOW + later)
    assert before == (score.log_odds(journey, NOW + later, RULES), score.band(journey, NOW + later, RULES))
    assert all(score.faded_strength(one, NOW + later) > 0 for one in journey.contributions.values())


def test_one_family_alone_is_watched_and_no_more() -> None:
    alone = Journey(contributions={"a": summand(weight=4), "b": summand(weight=4)})
    assert score.band(alone, NOW, RULES) == ("watch", "two_families")
    assert score.band(alone, NOW, FREE) == ("critical", "")
    alone.contributions["c"] = summand("money", weight=0.5)
    assert score.band(alone, NOW, RULES) == ("critical", "")


def test_the_guard_holds_again_when_the_second_family_has_faded() -> None:
    """The money summand is nothing after log2(100) = 6.65 of its half-lives; the service one alone would still be critical.

    Mutant caught: the guard left out of the search.
    """
    journey = Journey(contributions={"a": summand(weight=4, days=300), "b": summand("money", weight=0.5, days=1)})
    assert score.band(journey, NOW, RULES) == ("critical", "")
    due = crossing(journey, RULES)
    assert score.band(journey, due, RULES) == ("watch", "two_families")
    assert due - NOW == pytest.approx(math.log2(100) * DAY, abs=1000)


def test_a_summand_heavy_to_the_last_is_searched_for_until_it_is_nothing() -> None:
    """At 1 % of a weight of 400 the customer is still watched. Mutant caught: the search ending one half-life too early."""
    due = crossing(Journey(contributions={"a": summand(weight=400, days=10)}), RULES)
    assert due - NOW == pytest.approx(math.log2(100) * 10 * DAY, abs=GRAIN)


def test_the_crossing_of_one_summand_is_where_the_formula_says() -> None:
    """watch ends at log-odds log(.25/.75): weight x 0.5^(t/h) = 2.5 - log 3, so t = h x log2(2 / (2.5 - log 3))."""
    journey = Journey(contributions={"a": summand(weight=2.0, days=10)})
    expected = NOW + 10 * DAY * math.log2(2.0 / (2.5 - math.log(3)))
    assert abs(crossing(journey, RULES) - expected) <= GRAIN


def test_a_change_of_band_is_published_once_with_its_reasons_and_a_fall_is_no_reason_to_decide() -> None:
    journey = Journey(newest=NOW)
    rises = ctx(journey)
    update.add_contribution(rises, detector("late", "service", 2.0), Found(["e1"]), "s1")
    update.add_contribution(rises, detector("gone", "silence", 2.0), Found(["e2"]), "s2")
    update.update_band(rises)
    update.update_band(rises)
    (change,) = rises.out
    assert isinstance(change, RiskChanged)
    assert (change.left, change.band, journey.band) == ("calm", "critical", "critical")
    assert {part.signal: part.evidence for part in change.contributions} == {"late": ("e1",), "gone": ("e2",)}
    assert rises.triggers == ["risk_rose:critical"]
    falls = ctx(journey, journey.band_due, "wake")
    update.update_band(falls)
    assert journey.band == "high"
    assert journey.band_due > falls.at
    assert falls.triggers == []


def test_nothing_is_looked_at_before_the_crossing() -> None:
    journey = Journey(newest=NOW, contributions={"a": summand()}, band="watch", band_due=NOW + 5)
    early = ctx(journey, NOW + 4)
    update.update_band(early)
    assert (early.out, journey.band_due) == ([], NOW + 5)


def test_what_is_dropped_lowers_the_band_at_once() -> None:
    journey = Journey(newest=NOW, contributions={"a": summand()}, band="watch", band_due=NOW + 5)
    comes_back = ctx(journey)
    update.drop_contribution(journey, "a")
    update.update_band(comes_back)
    assert (journey.band, journey.band_due, len(comes_back.out)) == ("calm", 0, 1)


def test_a_late_signal_is_weighed_as_of_now() -> None:
    journey = Journey(newest=NOW)
    late = ctx(journey, NOW - 90 * DAY)
    update.add_contribution(late, detector("old", days=10), Found(["e1"]), "s1")
    update.update_band(late)
    assert (journey.band, journey.contributions) == ("calm", {})


def test_a_friction_detector_adds_no_risk() -> None:
    plain = Detector(name="d", version=1, family="friction", ask=lambda *_: None, doc="d", module="m")
    with pytest.raises(TypeError, match="declares no risk"):
        update.add_contribution(ctx(Journey()), plain, Found(["e1"]), "s1")
