"""What became of an offer, what is withdrawn, and what time alone brings."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from schemas.outputs.offers import OfferWithdrawn
from schemas.touchpoints import ANY, Touchpoint
from streams.offers import history, withdrawal
from streams.offers.verdict import TRIGGERS
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Deferred, Journey, MadeOffer
from tests.streams.offers.cases import (
    DAY,
    HOUR,
    MIDNIGHT,
    NOON,
    consenting,
    ctx,
    decided,
    decisions,
    friction,
    gift,
    offers_of,
    repair,
    ruled,
    told,
)

REPORTS = ("offer_delivered", "offer_seen", "offer_accepted", "offer_declined", "offer_expired", "offer_refused_by_channel")


def report(kind: str, offer: str = "m1", at: int = NOON) -> Touchpoint:
    touchpoint: Touchpoint = msgspec.convert({"kind": kind, "id": f"{kind}-{at}", "customer": "c1", "at": at, "offer": offer}, ANY)
    return touchpoint


def entry(id: str = "m1", **more: object) -> MadeOffer:
    made = MadeOffer(id, "gift", "incentive", "email", NOON, NOON + DAY)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def note(journey: Journey, touchpoint: Touchpoint, rules: Rules | None = None) -> list[object]:
    one = ctx(rules or ruled(gift()), journey, touchpoint.at)
    history.record_outcome(one, touchpoint)
    return list(one.out)


@pytest.mark.parametrize("order", tuple(itertools.permutations(("offer_delivered", "offer_seen", "offer_accepted"))))
def test_reports_in_any_order_end_with_the_strongest(order: tuple[str, ...]) -> None:
    """Mutant caught: `_settle` without its comparison (the report that came last would count)."""
    journey = Journey(made=[entry()])
    for number, kind in enumerate(order):
        note(journey, report(kind, at=NOON + number))
    assert journey.made[0].outcome == "accepted"


def test_a_report_about_an_offer_that_is_not_in_the_books_changes_nothing() -> None:
    """An outcome may come years later, or from somebody else's offers."""
    journey = Journey(made=[entry()])
    for kind in REPORTS:
        note(journey, report(kind, offer="other"))
    assert journey.made == [entry()]


def test_a_refusal_after_the_delivery_is_not_believed() -> None:
    """Caps never fail open: what was delivered once counts for good."""
    journey = Journey(made=[entry()])
    note(journey, report("offer_delivered"))
    note(journey, report("offer_refused_by_channel"))
    assert journey.made[0].outcome == "delivered"


def test_a_consent_taken_back_withdraws_what_has_not_been_delivered() -> None:
    """Only what needs it, only what is still on its way; once."""
    law = ruled(gift(), repair())
    journey = consenting(law)
    journey.made = [
        entry("m1"),
        entry("m2", outcome="delivered"),
        entry("m3", offer="repair", family="service_recovery"),
        entry("m4", shadow=True),
    ]
    withdrawn = msgspec.convert(
        {"kind": "consent_changed", "id": "e9", "customer": "c1", "at": NOON + HOUR, "purpose": "marketing", "state": "withdrawn"}, ANY
    )
    out = note(journey, withdrawn, law)
    assert [(w.made, w.because) for w in out if isinstance(w, OfferWithdrawn)] == [("m1", "consent_withdrawn")]
    assert [m.outcome for m in journey.made] == ["withdrawn", "delivered", "", "withdrawn"]
    assert note(journey, withdrawn, law) == []


@pytest.mark.parametrize("kind", ["erasure_requested", "account_deleted"])
def test_the_end_of_the_relationship_withdraws_everything_even_what_the_catalogue_forgot(kind: str) -> None:
    """An offer whose row has gone from the blueprint is withdrawn as well."""
    journey = Journey(made=[entry("m1"), entry("m2", offer="long_gone"), entry("m3", offer="repair", family="service_recovery")])
    law = ruled(gift(), repair())
    gone = msgspec.convert({"kind": kind, "id": "e9", "customer": "c1", "at": NOON + HOUR}, ANY)
    assert len(note(journey, gone, law)) == 3


def test_an_offer_is_withdrawn_when_the_last_of_its_signals_falls() -> None:
    """Mutant caught: withdrawn with the first of two signals."""
    journey = Journey(
        made=[entry(signals=["s1", "s2"]), entry("m2", signals=["s1"], shadow=True), entry("m3", signals=["s1"], outcome="seen")]
    )
    one = ctx(ruled(gift()), journey)
    withdrawal.withdraw_for_signal(one, "s1", "cause_resolved")
    assert [m.outcome for m in journey.made] == ["", "withdrawn", "seen"]
    assert one.out == []
    withdrawal.withdraw_for_signal(one, "s2", "signal_retracted")
    assert [(w.made, w.because) for w in one.out if isinstance(w, OfferWithdrawn)] == [("m1", "signal_retracted")]


def test_a_repair_is_withdrawn_when_the_customer_helps_themselves() -> None:
    """As told by a story: the order goes through a minute after the failed payment."""
    replay = told("0 web payment_failed /pay payment=z1 \n 1m web order_placed order=o1", offers=(repair(),))
    [made] = offers_of(replay.emissions)
    [withdrawn] = [e for e in replay.emissions if isinstance(e, OfferWithdrawn)]
    assert (withdrawn.made, withdrawn.offer, withdrawn.because) == (made.id, "repair", "cause_resolved")


def test_an_offer_nobody_reports_on_counts_as_delivered_at_its_end() -> None:
    """The wake comes exactly then, and none is left behind."""
    journey = Journey(made=[entry()])
    assert history.next_offer_due(journey) == NOON + DAY
    history.fire_offer_timers(ctx(ruled(gift()), journey, NOON + DAY - 1))
    assert journey.made[0].outcome == ""
    history.fire_offer_timers(ctx(ruled(gift()), journey, NOON + DAY))
    assert (journey.made[0].outcome, journey.made[0].outcome_at, history.next_offer_due(journey)) == ("delivered", NOON + DAY, 0)


def test_the_next_wake_is_the_earliest() -> None:
    """A waiting decision, or the end of an unreported offer."""
    journey = Journey(made=[entry(valid_until=500), entry(valid_until=300), entry(valid_until=100, outcome="seen")])
    assert history.next_offer_due(journey) == 300
    journey.deferred = Deferred("d", 200, [], "e")
    assert history.next_offer_due(journey) == 200


def test_a_decision_waits_for_the_morning_and_is_revised_with_an_id_of_its_own() -> None:
    """Two reasons in one night: one decision waits and takes both along; in the morning there is one offer."""
    night = "14h web payment_failed /a payment=z1 \n 15h web payment_failed /b payment=z2"
    first, second, third = decisions(told(night, until="40h", offers=(repair(),)))
    assert (first.reason, second.reason, third.outcome) == ("quiet_hours_deferred", "quiet_hours_deferred", "offered")
    assert (second.joins, second.deferred_until) == (first.id, first.deferred_until)
    assert (third.decision, third.revision, third.at) == (first.id, 2, first.deferred_until)
    assert len({first.id, second.id, third.id}) == 3  # one id a record: whoever drops second copies by id loses none
    assert third.triggers == ("friction_opened:payment_failed",)
    assert "2026-01-06T08:00:00.000Z" <= third.at < "2026-01-06T09:00:00.000Z"


def test_a_candidate_in_a_channel_that_disturbs_nobody_does_not_wait() -> None:
    """Deferral only if no candidate passes now."""
    [only] = decisions(told("14h web payment_failed /a payment=z1", offers=(repair(), repair("banner", channels=("web",)))))
    assert (only.outcome, only.offer_name, only.deferred_until) == ("offered", "banner", "")
    assert {c.reason for c in only.candidates} == {None, "quiet_hours_deferred"}


def test_what_was_resolved_over_night_is_not_offered_in_the_morning() -> None:
    """The revision looks at the morning's facts, not at the evening's."""
    text = "14h web payment_failed /a payment=z1 \n 15h web order_placed order=o1"
    last = decisions(told(text, until="40h", offers=(repair(),)))[-1]
    assert (last.revision, last.outcome, last.reason) == (2, "withheld", "not_applicable")


def test_a_waiting_decision_remembers_a_bounded_number_of_triggers() -> None:
    """Nothing in a journey grows without a limit."""
    law = ruled(gift())
    journey = consenting(law)
    for number in range(3 * TRIGGERS):
        decided(ctx(law, journey, MIDNIGHT + number, triggers=[f"friction_opened:f{number}"]))
    assert journey.deferred is not None
    assert len(journey.deferred.triggers) == TRIGGERS


def test_a_night_without_end_is_a_reasoned_no_and_no_wait() -> None:
    """Where no hour is day in every zone of the market, nothing waits for ever."""
    law = ruled(gift(), market_zones=("Europe/Rome", "America/Los_Angeles", "Asia/Tokyo"))
    journey = consenting(law, zone="")
    decision = decided(ctx(law, journey, MIDNIGHT))
    assert (decision.reason, decision.deferred_until, journey.deferred) == ("quiet_hours_deferred", "", None)


def test_the_books_survive_their_encoding() -> None:
    """What is remembered is what comes back from the bytes."""
    law = Rules(Blueprint(offers=(repair(),), holdout=0.0), detectors=())
    journey = consenting(law)
    journey.open = [friction()]
    decided(ctx(law, journey))
    again = law.codec.decode(law.codec.encode(journey), {})
    assert again.made == journey.made
    assert again.made[0].subjects == ["/pay"]
