"""Which offer wins, who is left alone, and what is published of it."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import Factors, OfferMade, OfferWithdrawn
from schemas.writing import from_rfc3339
from streams.offers import funnel
from streams.offers.funnel import FUNNEL, OFFER_STEPS, STEPS
from streams.offers.grounds import grounds_of
from streams.offers.habituation import freshness
from streams.offers.passage import Ranked
from streams.offers.rank import best, rank_channels
from streams.offers.saving import saving
from streams.risk.score import risk
from streams.state import Cadence, Contribution, Deadline, Journey, MadeOffer, Value
from streams.story import START
from tests.streams.offers.cases import DAY, HOUR, NOON, consenting, ctx, decided, friction, gift, offers_of, repair, ruled


def test_the_steps_stand_in_the_order_of_the_design() -> None:
    """Steps that look at the offer alone come first: they speak for all of its channels."""
    names = (
        "eligible",
        "applicable",
        "suitable",
        "worth",
        "valid",
        "identified",
        "consent",
        "reachable",
        "caps",
        "cooldown",
        "quiet",
        "rank",
        "holdout",
    )
    assert names == STEPS
    assert [s.name for s in FUNNEL[: len(OFFER_STEPS) + 1]] == ["eligible", *(name for name, _ in OFFER_STEPS)]


def test_the_rank_is_the_product_of_its_factors() -> None:
    """Of every candidate that came that far, winner and losers; the winner has the highest."""
    law = ruled(gift("a", channels=("email", "web")), gift("b", value=70.0, lever="social"), gift("c", lever="structural", cost=30.0))
    decision = decided(ctx(law, consenting(law)))
    assert len(decision.candidates) == 4
    for one in decision.candidates:
        assert one.factors is not None
        product = one.factors.propensity * one.factors.context * one.factors.value * one.factors.lever
        assert math.isclose(one.rank, product, rel_tol=1e-4)
    assert decision.candidates[0].rank == max(c.rank for c in decision.candidates)
    assert decision.candidates[0].step == ""


@settings(max_examples=50)
@given(st.integers(0, 50_000), st.integers(1, 60), st.floats(1, 90), st.floats(0.1, 6))
def test_what_an_offer_may_save_lies_between_the_prior_and_the_customers_own_figure(
    margin: int, bought: int, gap: float, weight: float
) -> None:
    """The own figure is risk x margin x purchases in the horizon. Mutants caught: the prior alone; the risk left out; spend for margin."""
    law = ruled(gift("a"))
    journey = consenting(law)
    journey.cadence = Cadence(bought + 1, START, NOON, bought, gap)
    assert saving(ctx(law, journey), grounds_of(ctx(law, journey)).risk, law.offers[0]) == (100.0, "prior")
    journey.value = Value(spend=10**9, margin=margin * bought, margins=bought, currency="EUR")
    journey.contributions = {"complained": Contribution(1, "service", weight, 1.0, 60 * DAY, NOON, ["e1"], "s1")}
    moment = ctx(law, journey)
    own = risk(journey, NOON, law) * margin * law.blueprint.horizon_days / gap
    found = grounds_of(moment)
    told = saving(moment, found.risk, law.offers[0])
    assert told.basis == "own"
    assert math.isclose(told.amount, 100 + (own - 100) * bought / (bought + 5), rel_tol=1e-9)
    factors = rank_channels(moment, found, law.offers[0], ["email"])[0].factors
    assert (factors.value, factors.basis) == (round(told.amount, 6), "own")


def test_what_raises_a_rank() -> None:
    """Being there, knowing the channel, the risk, the severity of what is repaired, coupons for money, devotion for standing."""

    def rank_of(journey: Journey, offer: str, channel: str) -> float:
        return next(c.rank for c in funnel.run_funnel(ctx(law, journey)).passed if (c.offer.name, c.channel) == (offer, channel))

    law = ruled(gift("money", channels=("email", "sms")), gift("standing", lever="social"), repair())
    plain, other = consenting(law), consenting(law)
    assert rank_of(plain, "money", "email") > rank_of(plain, "money", "sms")
    other.channels = {"sms": 9, "web": 1}
    assert rank_of(other, "money", "sms") > rank_of(other, "money", "email")
    other = consenting(law)
    other.band = "critical"
    assert rank_of(other, "money", "email") > rank_of(plain, "money", "email")
    other = consenting(law)
    other.rung.name = "loyal"
    assert rank_of(other, "standing", "email") > rank_of(plain, "standing", "email")
    bargain, other = consenting(law), consenting(law)
    bargain.cadence.count, bargain.value.coupons, other.cadence.count = 4, 4, 4
    assert rank_of(bargain, "money", "email") > rank_of(other, "money", "email")
    mild, grave = consenting(law), consenting(law)
    mild.open, grave.open = [friction(severity=1)], [friction(severity=5)]
    assert rank_of(grave, "repair", "email") > rank_of(mild, "repair", "email")


def test_between_equals_a_hash_of_the_decision_chooses() -> None:
    """No name is for ever first, and the same decision always chooses alike. Mutant caught: the tie going to the first."""
    same = Factors(propensity=0.1, context=1.0, value=1.0, lever=1.0)
    twins = [Ranked(gift(name), "email", same, 1.0) for name in ("a", "b")]
    chosen = [best(f"d{n}", twins).offer.name for n in range(200)]
    assert 60 < chosen.count("a") < 140
    assert chosen == [best(f"d{n}", twins[::-1]).offer.name for n in range(200)]


def test_repeats_wear_an_offer_out_and_rest_brings_it_back() -> None:
    """Half the effect with each repeat, half of that forgotten after the row's days of rest; others and refused ones do not count."""
    row = gift(habituation=0.5, rest_days=10)
    once, twice = (
        [MadeOffer("1", "gift", "incentive", "email", NOON, NOON)],
        [MadeOffer(str(i), "gift", "incentive", "email", NOON, NOON) for i in (1, 2)],
    )
    assert freshness(Journey(), row, NOON) == 1.0
    assert freshness(Journey(made=once), row, NOON) == 0.5
    assert freshness(Journey(made=twice), row, NOON) == 0.25
    assert math.isclose(freshness(Journey(made=twice), row, NOON + 10 * DAY), 0.5)
    unlike = [MadeOffer("1", "gift", "incentive", "email", NOON, NOON, "refused"), MadeOffer("2", "x", "incentive", "email", NOON, NOON)]
    assert freshness(Journey(made=unlike), row, NOON) == 1.0


def test_an_open_complaint_blocks_promotion_even_when_no_friction_stands_any_more() -> None:
    """Follow up complaints first, sell later: the complaint's clock runs longer than its first signal is open."""
    law = ruled(gift())
    journey = consenting(law)
    journey.deadlines = {"complaint_overdue:k1": Deadline("k1", NOON - 9 * DAY, NOON + 9 * DAY, "e1")}
    assert decided(ctx(law, journey)).reason == "open_friction"


def test_a_repair_under_way_is_not_repeated_for_the_same_friction() -> None:
    """Neither by itself nor by another row; a new friction elsewhere is answered."""
    law = ruled(repair(), repair("other", value=50.0))
    journey = consenting(law)
    journey.open = [friction()]
    assert decided(ctx(law, journey)).outcome == "offered"
    assert decided(ctx(law, journey, NOON + 1)).reason == "not_applicable"
    journey.open.append(friction("s2", place="/basket", opened=NOON + 2))
    decision = decided(ctx(law, journey, NOON + 2))
    assert decision.outcome == "offered"
    assert journey.made[-1].signals == ["s2"]


@pytest.mark.parametrize(("severity", "place", "again"), [(3, "/pay", True), (2, "/pay", False), (3, "/basket", False)])
def test_a_second_failure_is_serious_and_of_the_same_matter(severity: int, place: str, again: bool) -> None:
    """A nuisance, or trouble elsewhere, is no failed repair."""
    law = ruled(repair())
    journey = consenting(law)
    journey.open = [friction()]
    decided(ctx(law, journey))
    journey.open.append(friction("s2", "other", place, NOON + 5, severity))
    decision = decided(ctx(law, journey, NOON + 5))
    assert (decision.reason == "double_deviation") == again
    assert bool(decision.owner) == again


def test_control_hears_nothing_and_is_told_apart() -> None:
    """The would-have-been decision is published, no offer is; a repair goes out to everybody, and joins no experiment."""
    law = ruled(gift(), repair(), holdout=1.0, experiment="spring")
    journey = consenting(law)
    one = ctx(law, journey)
    decision = decided(one)
    assert (decision.outcome, decision.reason, decision.arm, decision.experiment) == ("held_out", "held_out", "control", "spring")
    assert decision.offer == journey.made[0].id
    assert journey.made[0].shadow
    assert not offers_of(one.out)
    journey.open = [friction()]
    one = ctx(law, journey, NOON + 1)
    assert (decided(one).arm, [o.offer for o in offers_of(one.out)]) == ("", ["repair"])


def test_an_anonymous_journey_joins_no_experiment() -> None:
    """Nobody knows yet whose it is: a promotion waits, and a repair, shown where it is needed, belongs to no arm."""
    law = ruled(gift(), repair(channels=("email", "web")), holdout=1.0)
    one = ctx(law, consenting(law), customer="anon:5f2c")
    one.journey.open = [friction()]
    decision = decided(one)
    [made] = offers_of(one.out)
    assert (decision.outcome, made.offer, made.channel, made.arm) == ("offered", "repair", "web", "")
    one = ctx(law, consenting(law), customer="anon:5f2c")
    assert (decided(one).reason, offers_of(one.out)) == ("anonymous", [])


def test_an_offer_says_why_and_on_what_evidence() -> None:
    """Reasons in words, ids of signals and touchpoints, the winner's factors, its window and the decision it comes from."""
    law = ruled(gift(wording="w1", valid_hours=10), holdout=0.01)
    journey = consenting(law)
    journey.contributions = {"dormant": Contribution(1, "silence", 2.0, 1.0, DAY, NOON, ["e7"], "signal-1")}
    one = ctx(law, journey)
    decision = decided(one)
    [made] = offers_of(one.out)
    assert made.evidence == ("signal-1", "e7")
    assert made.reasons[0] == "dormant raises the risk of leaving"
    assert (made.decision, made.id, made.arm, made.wording, made.share) == (decision.id, decision.offer, "treated", "w1", 1.0)
    assert made.factors == decision.candidates[0].factors
    assert from_rfc3339(made.valid_until) - from_rfc3339(made.valid_from) == 10 * HOUR
    assert made.expected_value == round(made.factors.propensity * made.factors.value, 2)
    assert journey.made[0].signals == ["signal-1"]


def test_a_catalogue_without_rows_decides_nothing_and_says_so() -> None:
    """Also that is a decision."""
    law = ruled()
    decision = decided(ctx(law, consenting(law)))
    assert (decision.outcome, decision.reason, decision.candidates) == ("nothing_eligible", None, ())


@pytest.mark.parametrize("record", [DecisionMade, OfferMade, OfferWithdrawn])
def test_the_published_examples_are_records(record: type[DecisionMade | OfferMade | OfferWithdrawn]) -> None:
    """They read, and write back, as they stand."""
    assert record.examples
    for example in record.examples:
        assert msgspec.json.encode(msgspec.json.decode(example, type=record)).decode() == example
