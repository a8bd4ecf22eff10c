"""What asks for a decision beside frictions and rising bands: the way out, an unsolved contact, a silence that grows."""

from __future__ import annotations

import pytest

from schemas.outputs.decisions import DecisionMade
from streams.offers import silence
from streams.replay import Replay
from streams.risk.score import risk
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story
from tests.streams.offers.cases import DAY, decisions, gift, offers_of, repair, told

LAW = Rules(Blueprint(holdout=0.0))
YES = "0 web consent_changed purpose=marketing state=granted for_channel=email\n1s web consent_changed purpose=marketing state=granted\n"


def replayed(text: str, until: str | None = None) -> Replay:
    """Return the replay of a story under the default rules, without a holdout."""
    return Replay(LAW).run(story(text), None if until is None else START + offset(until))


@pytest.mark.parametrize(
    "way", ["web page_viewed /account/end page=/account/end page_type=cancel", "web contact_opened contact=h1 intent=cancel"]
)
def test_who_looks_for_the_way_out_gets_an_offer_in_time(way: str) -> None:
    """A subscriber in any phase. Mutants caught: `asks` left off `cancel_intent`; the offer only for the phase `retention`."""
    replay = replayed(YES + f"1m web subscription_started subscription=s1\n2d {way}")
    [made] = offers_of(replay.emissions)
    assert (made.offer, made.channel) == ("smaller_plan_or_pause", "web")
    assert "churn_signal:cancel_intent" in decisions(replay)[-1].triggers


def test_the_way_out_asks_also_where_nothing_fits() -> None:
    """Who has no subscription gets a reasoned no."""
    [decision] = decisions(replayed("0 web page_viewed /end page=/end page_type=cancel"))
    assert (decision.outcome, decision.triggers) == ("withheld", ("churn_signal:cancel_intent",))


def buyer(days: int) -> str:
    """Return a buyer with a gap of ten days, who may be reached by email and allows marketing."""
    return YES + "".join(f"{10 * n + 1}d store purchase_made till receipt=r{n} value=4000\n" for n in range(days))


def test_a_growing_silence_asks_again_each_time_it_has_doubled() -> None:
    """A rhythm of ten days, then nothing. Mutants caught: `silence.ask_again` not called; `silence *= 2` left out."""
    replay = replayed(buyer(9), "700d")
    asked = [e for e in replay.emissions if isinstance(e, DecisionMade) and silence.TRIGGER in e.triggers]
    assert 3 <= len(asked) <= 6
    assert "comeback_voucher" in {offer.offer for offer in offers_of(replay.emissions)}


def test_who_comes_back_is_not_asked_about() -> None:
    """An act ends the silence. Mutant caught: the length of the silence is not looked at when the timer is due."""
    steady = YES + "".join(f"{10 * n + 1}d store purchase_made till receipt=r{n} value=4000\n" for n in range(30))
    assert not [d for d in decisions(replayed(steady)) if silence.TRIGGER in d.triggers]


def test_nothing_is_sold_while_a_contact_is_unsolved() -> None:
    """A call about a late parcel ends without a solution. Mutant caught: `contact_unsolved` taken away."""
    about = "orders contact=h1 intent=delivery"
    call = f"100d call contact_opened {about}\n100.01d call contact_closed {about} resolved=false"
    replay = replayed(buyer(10) + call, "101d")
    assert {offer.family for offer in offers_of(replay.emissions) if offer.at > "2026-04-15"} == {"service_recovery"}
    last = decisions(replay)[-1]
    assert (last.outcome, last.offer_name) == ("offered", "call_back")


def test_silence_alone_never_lowers_the_risk() -> None:
    """Nothing happens for two years. Mutant caught: a signal of silence fades like any other."""
    replay = replayed(buyer(9), "91d")
    journey, risks = replay.journeys["c1"], []
    for days in range(91, 730, 30):
        replay.pass_time(START + days * DAY)
        risks.append(risk(journey, START + days * DAY, LAW))
    assert risks == sorted(risks)
    assert journey.band != "calm"


def test_no_decision_is_made_about_what_no_offer_repairs() -> None:
    """A rage click opens and closes, and nothing is asked. Mutant caught: every friction asks."""
    clicks = "".join(f"{n}ms web clicked /p target=a page=/p\n" for n in range(5))
    replay = replayed(clicks, "2h")
    assert replay.counts()["FrictionOpened"] == replay.counts()["FrictionClosed"] == 1
    assert decisions(replay) == []


def test_an_end_asks_only_if_a_promotion_was_held_up() -> None:
    """Help went out and they paid: nothing waits. Who was to get a promotion is asked about again. Mutant caught: every end asks."""
    paid = "0 web payment_failed /pay payment=z1\n5m web order_placed order=o1"
    assert [d.triggers for d in decisions(told(paid, offers=(repair(),)))] == [("friction_opened:payment_failed",)]
    held = "0 web consent_changed purpose=marketing state=granted\n1s web payment_failed /pay payment=z1\n5m web order_placed order=o1"
    last = decisions(told(held, offers=(repair(), gift())))[-1]
    assert (last.triggers, last.offer_name) == (("friction_closed:payment_failed",), "gift")
