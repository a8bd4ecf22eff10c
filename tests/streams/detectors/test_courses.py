"""The course of a signal: it grows worse, is resolved, is retracted; a customer who comes back no longer counts as gone."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

import pytest

from schemas.outputs.signals import ChurnSignalRaised, FrictionClosed, FrictionOpened, FrictionRepeated, SignalRetracted
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story

BY = START + offset("1d")  # a promise one day after the story's start


def weekly(weeks: int) -> str:
    return "".join(f"{7 * week}d store purchase_made till receipt=r{week}\n" for week in range(weeks))


def test_the_severity_of_a_late_delivery_rises_by_the_hours() -> None:
    replay = Replay().run(story(f"0 web delivery_promised order=o by={BY}"), BY + offset("80h"))
    at = [(e.at[8:13], e.severity) for e in replay.emissions if isinstance(e, FrictionOpened | FrictionRepeated)]
    assert at == [("06T08", 3), ("07T08", 4), ("09T08", 5)]


def test_a_promise_broken_for_longer_weighs_more_and_an_early_one_in_full_at_once() -> None:
    """A regular customer's trust wears out by the hours; a new one's is gone at the first. Mutant caught: severity read at opening only."""
    promise = f"4h web delivery_promised order=o by={BY}"
    bought = "".join(f"{hour}h store purchase_made receipt=r{hour}\n" for hour in range(3))
    strengths = []
    for told in (promise, bought + promise):
        replay = Replay().run(story(told), BY + offset("80h"))
        strengths.append([e.strength for e in replay.emissions if isinstance(e, ChurnSignalRaised)])
    assert strengths == [[1.0], [0.5, 0.75, 1.0]]


def test_a_complaint_is_warned_of_once_and_breached_once() -> None:
    replay = Replay().run(story(f"0 web complaint_opened complaint=b due={START + offset('10d')}"), START + offset("30d"))
    seen = [
        (e.at[:10], e.severity) for e in replay.emissions if isinstance(e, FrictionOpened | FrictionRepeated) and "overdue" in e.detector
    ]
    assert seen == [("2026-01-10", 3), ("2026-01-15", 5)]


def test_the_pause_of_a_complaint_moves_the_breach_by_as_much_and_no_more() -> None:
    told = f"0 web complaint_opened complaint=b due={START + offset('10d')}\n2d web waiting_on_customer complaint=b\n4d web waiting_on_customer complaint=b waiting=false"
    replay = Replay().run(story(told), START + offset("30d"))
    seen = [e.at[:10] for e in replay.emissions if isinstance(e, FrictionOpened | FrictionRepeated) and "overdue" in e.detector]
    assert seen == ["2026-01-12", "2026-01-17"]


def test_an_order_that_arrives_late_but_happened_in_time_retracts_the_abandoned_cart() -> None:
    """The till's file comes in an hour after the absence was noticed; the purchase itself was in time."""
    events = story("0 web cart_updated cart=k items=1\n70m web page_viewed page=/\n50m store purchase_made receipt=r source=till")
    replay = Replay().run(events)
    opened = [e for e in replay.emissions if isinstance(e, FrictionOpened)]
    retracted = [e for e in replay.emissions if isinstance(e, SignalRetracted)]
    assert [e.detector for e in opened] == [e.detector for e in retracted] == ["cart_abandoned"]
    assert retracted[0].signal == opened[0].id


def test_an_order_after_the_absence_resolves_it() -> None:
    replay = Replay().run(story("0 web cart_updated cart=k items=1\n90m web order_placed order=o"))
    assert [e.because for e in replay.emissions if isinstance(e, FrictionClosed)] == ["resolved"]


CLOSED = (
    ("payment_failed", "0 web payment_failed payment=z\n1m web order_placed order=o"),
    ("coupon_denied", "0 web coupon_denied code=x\n1m web coupon_applied code=y"),
    ("delivery_late", f"0 web delivery_promised order=o by={BY}\n25h post order_delivered order=o"),
    ("delivery_late", f"0 web delivery_promised order=o by={BY}\n25h web delivery_rescheduled order=o by={BY + 99_000_000} by_customer=true"),
    ("unanswered_message", "0 chat message_received message=m\n5m chat message_answered message=m"),
    ("complaint_overdue", "0 web complaint_opened complaint=b\n8d web complaint_resolved complaint=b"),
    ("sign_in_loop", "0 web sign_in_failed\n1m web sign_in_failed\n2m web sign_in_failed\n3m web signed_in"),
    ("repeat_contact", "0 call contact_opened contact=a intent=x\n1d call contact_opened contact=b intent=x\n2d call contact_closed contact=b resolved=true"),
)  # fmt: skip


@pytest.mark.parametrize(("detector", "told"), CLOSED)
def test_a_friction_is_closed_by_what_resolves_it(detector: str, told: str) -> None:
    closed = [e.because for e in Replay().run(story(told)).emissions if isinstance(e, FrictionClosed) and e.detector == detector]
    assert closed == ["resolved"]


def test_an_order_delivered_does_not_close_another_orders_lateness() -> None:
    replay = Replay().run(story(f"0 web delivery_promised order=o by={BY}\n25h post order_delivered order=q"))
    assert [signal.detector for signal in replay.journey("c1").open] == ["delivery_late"]


RETURNS = (
    ("dormant", "0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b\n{}d web app_opened"),
    ("purchase_overdue", weekly(6) + "{}d web order_placed order=o"),
    ("channel_closed", "0 app app_uninstalled\n{}d app app_opened"),
    ("involuntary_risk", "0 web renewal_failed subscription=a\n{}d web invoice_paid invoice=i"),
    ("unsubscribed", "0 email unsubscribed\n{}d web consent_changed purpose=marketing state=granted"),
    ("cancelled", "0 web subscription_cancelled subscription=a\n{}d web subscription_started subscription=b"),
    ("complaint_unresolved", "0 web complaint_opened complaint=b\n{}d web complaint_resolved complaint=b"),
)


@pytest.mark.parametrize(("detector", "told"), RETURNS, ids=[name for name, _ in RETURNS])
def test_what_the_customer_takes_back_no_longer_counts(detector: str, told: str) -> None:
    replay = Replay().run(story(told.format(60)))
    raised = [e.detector for e in replay.emissions if isinstance(e, ChurnSignalRaised)]
    assert detector in raised
    assert detector not in replay.journey("c1").contributions


def test_silence_is_said_twice_and_then_no_more() -> None:
    told = "0 web page_viewed page=/\n0 web page_viewed page=/a\n0 web page_viewed page=/b"
    replay = Replay().run(story(told), START + offset("400d"))
    raised = [(e.at[:10], e.strength) for e in replay.emissions if isinstance(e, ChurnSignalRaised)]
    assert raised == [("2026-02-04", 0.7), ("2026-03-06", 1.0)]


def test_a_yearly_customer_is_not_missed_after_a_month() -> None:
    """Before three gaps there is no rhythm: after the third purchase the fixed days still hold, and that silence is said (twice)."""
    told = "".join(f"{365 * year}d store purchase_made receipt=r{year}\n" for year in range(5))
    replay = Replay().run(story(told), START + offset(f"{4 * 365 + 200}d"))
    assert [e.at[:10] for e in replay.emissions if isinstance(e, ChurnSignalRaised)] == ["2028-02-04", "2028-03-05"]


def test_a_second_return_of_silence_is_timed_anew() -> None:
    told = "0 web page_viewed page=/\n0 web page_viewed page=/a\n40d web page_viewed page=/b\n41d web page_viewed page=/b"
    raised = [e.at[:10] for e in Replay().run(story(told), START + offset("75d")).emissions if isinstance(e, ChurnSignalRaised)]
    assert raised == ["2026-03-17"]


def test_a_company_may_move_a_limit_and_the_signal_says_so() -> None:
    rules = Rules(Blueprint(limits={"cart_abandoned": {"minutes": 30}}))
    replay = Replay(rules).run(story("0 web cart_updated cart=k items=1"), START + offset("31m"))
    assert [e.limits for e in replay.emissions if isinstance(e, FrictionOpened)] == [{"minutes": 30}]
