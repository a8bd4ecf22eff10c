"""The detectors of service, money, delivery and use: every guard is needed, what they are about, and what ends them."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

import pytest

from schemas.outputs.signals import FrictionClosed, FrictionOpened, FrictionRepeated
from streams.replay import Replay
from streams.story import START, offset, story
from tests.streams.friction.mutants import Mutant

MUTANTS = (
    Mutant("payment_retries", "not ref or "),
    Mutant("payment_retries", "failure.at < since or "),
    Mutant("payment_retries", "(isinstance(failure, PaymentFailed) and failure.test_card)", "False"),
    Mutant("payment_retries", " and not mark.test_card]", "]"),
    Mutant("payment_retries", "if mark.invoice == ref and not", "if not"),
    Mutant("payment_retries", "if m.at >= since", "if m.at <= failure.at"),
    Mutant("payment_retries", "if m.at >= since", "if m.at >= 0"),
    Mutant("payment_retries", "for mark in journey.rings.invoice_paid if mark.invoice == ref", "for mark in journey.rings.invoice_paid"),
    Mutant("payment_retries", "max(counted, failure.attempt)", "counted"),
    Mutant("payment_retries", "max(len(payments) + (not renewal), len(renewals) + renewal)", "len(payments) + len(renewals) + 1"),
    Mutant("payment_retries", 'failure.invoice or getattr(failure, "subscription", "")', "failure.invoice"),
    Mutant("payment_retries", "journey.rings.subscription_renewed if mark.subscription == ref", "() if mark.subscription == ref"),
    Mutant("repeated_information", "None if told.what == IDENTIFICATION else "),
    Mutant("repeated_information", "not told.intent or "),
    Mutant("repeated_information", "not told.assisted or "),
    Mutant("repeated_information", " or told.follow_up_promised"),
    Mutant("repeated_information", "mark.intent == told.intent and "),
    Mutant("repeated_information", "in same and not mark.warm", "in same"),
    Mutant("repeated_information", " or passed[-1].contact == told.contact"),
    Mutant("repeated_information", "* HOUR)", "* HOUR - 1)"),
    Mutant("repeated_information", "before(rings.contact_transferred, told, limits[\"hours\"] * HOUR)", "rings.contact_transferred"),
    Mutant("long_handling", " or contact.dropped"),
    Mutant("long_handling", "contact.intent or (stated[-1] if stated else \"\")", "contact.intent"),
    Mutant("long_handling", "contact.intent or (stated[-1] if stated else \"\")", "(stated[-1] if stated else contact.intent)"),
    Mutant("long_handling", "mark.contact == contact.contact and "),
    Mutant("long_handling", 'norm.count < limits["contacts"] or '),
    Mutant("long_handling", '<= limits["deviations"]', '< limits["deviations"]'),
    Mutant("complaint_opened", "[*rings.complaint_opened, *rings.complaint_resolved]", "rings.complaint_opened"),
    Mutant("complaint_opened", "mark.complaint == complaint.complaint", "True"),
    Mutant("delivery_failed", "attempt.reason == REFUSED or "),
    Mutant("delivery_failed", "not there and "),
    Mutant("delivery_failed", "mark.order == attempt.order and mark.complete", "mark.order == attempt.order"),
    Mutant("delivery_failed", "mark.order == attempt.order and mark.complete", "mark.complete"),
    Mutant("delivery_failed", " and not put_off"),
    Mutant("delivery_failed", "changes[-1].by_customer and "),
    Mutant("delivery_failed", '> limits["early_hours"] * HOUR', "> 0"),
    Mutant("delivery_failed", '> limits["early_hours"] * HOUR', '>= limits["early_hours"] * HOUR'),
    Mutant("delivery_failed", "for mark in rings.delivery_rescheduled if mark.order == attempt.order and mark.at <= attempt.at", "for mark in rings.delivery_rescheduled if mark.at <= attempt.at"),
    Mutant("delivery_failed", "for mark in rings.delivery_rescheduled if mark.order == attempt.order and mark.at <= attempt.at", "for mark in rings.delivery_rescheduled if mark.order == attempt.order"),
    Mutant("where_is_my_order", "contact.follow_up_promised or "),
    Mutant("where_is_my_order", "contact.intent in OTHER_WISHES or "),
    Mutant("where_is_my_order", "{contact.order, contact.matter}", "{contact.order}"),
    Mutant("where_is_my_order", "mark.order in about and mark.at <= contact.at", "mark.at <= contact.at"),
    Mutant("where_is_my_order", "mark.order in about and mark.at <= contact.at", "mark.order in about"),
    Mutant("where_is_my_order", "for mark in rings.order_delivered if mark.complete", "for mark in rings.order_delivered"),
    Mutant("where_is_my_order", "for mark in ended if mark.at <= contact.at", "for mark in ended"),
    Mutant("where_is_my_order", ", *rings.order_cancelled"),
    Mutant("where_is_my_order", ", *rings.pickup_ready"),
    Mutant("where_is_my_order", ", *rings.parcel_scanned"),
    Mutant("where_is_my_order", ", *rings.delivery_promised"),
    Mutant("returned_or_refunded", "undone.exchange or "),
    Mutant("returned_or_refunded", " or undone.reason == SWAPPED"),
    Mutant("returned_or_refunded", "back.exchange or "),
    Mutant("returned_or_refunded", "min(max(back.refund_due, back.at), back.at + round(limits[\"refund_days\"] * DAY))", "max(back.refund_due, back.at)"),
    Mutant("returned_or_refunded", "min(max(back.refund_due, back.at), back.at + round(limits[\"refund_days\"] * DAY))", "back.at + round(limits[\"refund_days\"] * DAY)"),
    Mutant("returned_or_refunded", " and refund.whole"),
    Mutant("returned_or_refunded", "refund.order == ref and "),
    Mutant("returned_or_refunded", "[*rings.item_returned, *rings.order_cancelled, *rings.order_refunded]", "rings.order_refunded"),
    Mutant("negative_review", "0 <= review.stars <= review.of", "review.stars <= review.of"),
    Mutant("negative_review", "5 * review.stars / review.of", "review.stars"),
    Mutant("negative_review", "> limits[\"stars\"]:", ">= limits[\"stars\"]:"),
    Mutant("negative_review", '"unverified" in real.doubts and real.weight < limits["suspect_below"]', "False"),
    Mutant("negative_review", '"unverified" in real.doubts and '),
    Mutant("onboarding_stalled", " if account.onboarding else None"),
    Mutant("onboarding_stalled", "gone or "),
    Mutant("onboarding_stalled", 'mark.account in ("", started.ref)', "True"),
    Mutant("onboarding_stalled", "mark.milestone for mark in rings.milestone_reached if mark.at >= started.opened", "mark.milestone for mark in rings.milestone_reached"),
    Mutant("onboarding_stalled", "started.opened <= mark.at <= started.due", "mark.at <= started.due"),
    Mutant("onboarding_stalled", "sum(lengths) if", "0 if"),
    Mutant("out_of_rhythm", " == ref and mark.at"),
    Mutant("out_of_rhythm", "mark.at >= found[1].at", "mark.at < found[1].at"),
    Mutant("out_of_rhythm", 'abs(norm.beyond(gap.value)) > limits["deviations"]', 'abs(norm.beyond(gap.value)) >= limits["deviations"]'),
    Mutant("out_of_rhythm", "abs(norm.beyond(gap.value))", "norm.beyond(gap.value)"),
    Mutant("out_of_rhythm", ' and abs(off) * 60 > limits["least_minutes"]'),
    Mutant("out_of_rhythm", 'norm.count < limits["pairs"] or '),
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()} {mutant.new}")
def test_every_guard_and_limit_is_missed_by_a_story(mutant: Mutant) -> None:
    """A guard that no story misses is either not tested or not needed."""
    assert mutant.noticed_by()


RETURN, REFUND_DUE = "post item_returned order=o", f"refund_due={START + offset('30d')}"
COURSES = (  # detector, story, until, (severity, count) as it grows
    ("payment_retries", "".join(f"{3 * n}d email renewal_failed subscription=a invoice=i\n" for n in range(5)), "13d", [(3, 1), (4, 2), (5, 3), (5, 4)]),
    ("delivery_failed", "0 post delivery_attempted order=o\n1d post delivery_attempted order=o", "2d", [(3, 1), (4, 2)]),
    ("delivery_failed", "0 post delivery_attempted order=o reason=refused\n1d post delivery_attempted order=o", "2d", [(3, 1)]),
    ("delivery_failed", "0 post delivery_attempted order=o\n1d post delivery_attempted order=q", "2d", [(3, 1), (3, 1)]),
    ("complaint_opened", "0 email complaint_opened complaint=b\n1d email complaint_opened complaint=b", "2d", [(4, 1)]),
    ("where_is_my_order", f"0 web order_placed order=o\n0 web delivery_promised order=o by={START + offset('1d')}\n9h call contact_opened contact=a order=o\n25h call contact_opened contact=b order=o", "2d", [(2, 1), (3, 2)]),
    ("returned_or_refunded", f"0 {RETURN} {REFUND_DUE}", "60d", [(2, 1), (4, 1)]),
    ("returned_or_refunded", f"0 {RETURN} refund_due={START + offset('3d')}", "60d", [(2, 1), (4, 2)]),
    ("returned_or_refunded", f"0 {RETURN}", "60d", [(2, 1)]),
    ("returned_or_refunded", f"0 {RETURN} reason=damaged {REFUND_DUE}\n3d web order_refunded order=o", "60d", [(3, 1)]),
    ("returned_or_refunded", f"0 web order_refunded order=o\n3d {RETURN} {REFUND_DUE}", "60d", [(3, 1), (3, 2)]),
    ("returned_or_refunded", f"0 {RETURN}\n1d web order_refunded order=o\n2d {RETURN} {REFUND_DUE}", "60d", [(2, 1), (2, 1), (4, 1)]),
    ("returned_or_refunded", "0 web order_placed order=o value=900\n1d web order_cancelled order=o", "60d", [(2, 1), (4, 1)]),
    ("returned_or_refunded", "0 web order_placed order=o\n1d web order_cancelled order=o by_customer=false", "60d", [(3, 1)]),
    ("returned_or_refunded", "0 web order_refunded order=o whole=false\n1d web order_refunded order=o whole=false", "60d", [(3, 1)]),
    ("onboarding_stalled", "0 web account_created account=q", "400d", [(2, 1), (3, 2), (4, 3)]),
    ("onboarding_stalled", "0 web account_created account=q\n10d app milestone_reached milestone=m", "400d", [(2, 1)]),
    ("onboarding_stalled", f"0 web account_created account=q\n10d web account_paused until={START + offset('40d')}", "45d", [(2, 1), (3, 1)]),
    ("repeat_contact", "".join(f"{n}d call contact_opened contact=h{n} intent=x\n" for n in range(3)), "3d", [(3, 1), (4, 2)]),
)  # fmt: skip


@pytest.mark.parametrize(("detector", "told", "until", "wanted"), COURSES)
def test_a_friction_grows_as_it_is_told_again(detector: str, told: str, until: str, wanted: list[tuple[int, int]]) -> None:
    """About the same thing it counts up; about another it is another. What has ended begins anew."""
    replay = Replay().run(story(told), START + offset(until))
    seen = [e for e in replay.emissions if isinstance(e, FrictionOpened | FrictionRepeated) and e.detector == detector]
    assert [(e.severity, e.count if isinstance(e, FrictionRepeated) else 1) for e in seen] == wanted


CONTACT = "0 call contact_opened contact=a intent=x\n1m call contact_closed contact=a\n2m call contact_opened contact=b intent=x\n"
PASSED, HELPED = "0 call contact_transferred contact=a\n", "0 web page_viewed page=/o matter=o\n1h call contact_opened contact=a order=o\n"
REFUSED = "".join(f"{n}s web form_rejected form=f field=a\n" for n in range(3))
ENDS = (  # detector, what opens it, what comes then, whether that resolves it
    ("payment_failed", "0 web payment_failed payment=z invoice=i\n", "invoice_paid invoice=i", True),
    ("payment_failed", "0 web payment_failed payment=z invoice=i\n", "invoice_paid invoice=j", False),
    ("payment_failed", "0 web payment_failed payment=z invoice=i\n", "order_placed order=o", False),
    ("payment_failed", "0 web payment_failed payment=z invoice=i\n", "purchase_made receipt=r", False),
    ("payment_failed", "0 web payment_failed payment=z order=o\n", "order_placed order=o", True),
    ("payment_failed", "0 web payment_failed payment=z order=o\n", "order_placed order=q", False),
    ("payment_failed", "0 web payment_failed payment=z order=o\n", "purchase_made receipt=r order=o", True),
    ("payment_failed", "0 web payment_failed payment=z order=o\n", "subscription_renewed subscription=a", False),
    ("payment_failed", "0 web payment_failed payment=z\n", "order_placed order=q", True),
    ("payment_failed", "0 web payment_failed payment=z\n", "subscription_renewed subscription=a", True),
    ("transferred", PASSED, "contact_closed contact=a resolved=true", True),
    ("transferred", PASSED, "contact_closed contact=b resolved=true", False),
    ("transferred", PASSED, "contact_closed contact=a", False),
    ("channel_escalation", HELPED, "contact_closed contact=a resolved=true", True),
    ("channel_escalation", HELPED, "contact_closed contact=b resolved=true", False),
    ("repeat_contact", CONTACT, "contact_closed contact=b resolved=true", True),
    ("repeat_contact", CONTACT, "contact_closed contact=c resolved=true intent=x", True),
    ("repeat_contact", CONTACT, "contact_closed contact=c resolved=true intent=y", False),
    ("repeat_contact", CONTACT, "contact_closed contact=b resolved=false", False),
    ("immediate_callback", CONTACT, "contact_closed contact=b resolved=true intent=x", True),
    ("immediate_callback", CONTACT, "contact_closed contact=c resolved=true intent=y", False),
    ("coupon_denied", "0 web coupon_denied code=x cart=k\n", "coupon_applied code=y cart=k", True),
    ("coupon_denied", "0 web coupon_denied code=x cart=k\n", "coupon_applied code=y cart=l", False),
    ("coupon_denied", "0 web coupon_denied code=x cart=k\n", "order_placed order=o cart=k", True),
    ("coupon_denied", "0 web coupon_denied code=x cart=k\n", "order_placed order=o cart=l", False),
    ("validation_loop", REFUSED, "form_submitted form=f", True),
    ("validation_loop", REFUSED, "form_submitted form=g", False),
    ("payment_retries", "0 email renewal_failed subscription=a invoice=i attempt=2\n", "invoice_paid invoice=i", True),
    ("payment_retries", "0 email renewal_failed subscription=a invoice=i attempt=2\n", "invoice_paid invoice=j", False),
    ("payment_retries", "0 email renewal_failed subscription=a attempt=2\n", "subscription_renewed subscription=a", True),
    ("payment_retries", "0 email renewal_failed subscription=a attempt=2\n", "subscription_renewed subscription=b", False),
    ("repeated_information", "0 call information_repeated contact=a\n", "contact_closed contact=a resolved=true", True),
    ("repeated_information", "0 call information_repeated contact=a\n", "contact_closed contact=b resolved=true", False),
    ("complaint_opened", "0 email complaint_opened complaint=b\n", "complaint_resolved complaint=b", True),
    ("complaint_opened", "0 email complaint_opened complaint=b\n", "complaint_resolved complaint=c", False),
    ("delivery_failed", "0 post delivery_attempted order=o\n", "order_delivered order=o", True),
    ("delivery_failed", "0 post delivery_attempted order=o\n", "order_delivered order=o complete=false", False),
    ("delivery_failed", "0 post delivery_attempted order=o\n", "order_delivered order=q", False),
    ("delivery_failed", "0 post delivery_attempted order=o\n", f"delivery_rescheduled order=o by={START + offset('2d')} by_customer=true", True),
    ("delivery_failed", "0 post delivery_attempted order=o\n", f"delivery_rescheduled order=o by={START + offset('2d')}", False),
    ("delivery_failed", "0 post delivery_attempted order=o\n", "order_cancelled order=o", True),
    ("where_is_my_order", "0 web order_placed order=o\n1m call contact_opened contact=a order=o\n", "order_delivered order=o", True),
    ("where_is_my_order", "0 web order_placed order=o\n1m call contact_opened contact=a order=o\n", "order_delivered order=q", False),
    ("where_is_my_order", "0 web order_placed order=o\n1m call contact_opened contact=a order=o\n", "pickup_ready order=o", True),
    ("where_is_my_order", "0 web order_placed order=o\n1m call contact_opened contact=a order=o\n", "order_cancelled order=o", True),
    ("returned_or_refunded", f"0 {RETURN}\n", "order_refunded order=o", True),
    ("returned_or_refunded", f"0 {RETURN}\n", "order_refunded order=o whole=false", False),
    ("returned_or_refunded", f"0 {RETURN}\n", "order_refunded order=q", False),
    ("negative_review", "0 web review_posted review=v stars=1 verified=true\n", "review_posted review=v stars=3", True),
    ("negative_review", "0 web review_posted review=v stars=1 verified=true\n", "review_posted review=v stars=2", False),
    ("negative_review", "0 web review_posted review=v stars=1 verified=true\n", "review_posted review=u stars=5", False),
)  # fmt: skip


@pytest.mark.parametrize(("detector", "opens", "then", "resolved"), ENDS)
def test_a_friction_ends_by_what_it_is_about(detector: str, opens: str, then: str, resolved: bool) -> None:
    """Mutants caught: a closer that does not look at the reference; a detector that names none."""
    replay = Replay().run(
        story(f"{opens}2h web {then}" if detector not in ("coupon_denied", "validation_loop") else f"{opens}9m web {then}")
    )
    closed = [e.because for e in replay.emissions if isinstance(e, FrictionClosed) and e.detector == detector]
    assert closed == ["resolved"] * resolved


def test_a_refund_whose_record_comes_late_retracts_the_absence() -> None:
    """The money was back in time. Mutant caught: a friction that opened by a pattern, and is retracted in place of resolved."""
    told = f"0 {RETURN} reason=size {REFUND_DUE}\n15d web page_viewed page=/\n10d web order_refunded order=o source=bank"
    made = [type(e).__name__ for e in Replay().run(story(told)).emissions if getattr(e, "detector", "") == "returned_or_refunded"]
    assert made == ["FrictionOpened", "SignalRetracted"]


def test_steps_are_measured_for_the_next_norm_with_or_without_one() -> None:
    """Mutants caught: measured only where there is a norm; a contact without an intent, or of unknown length, measured all the same."""
    told = "0 web order_placed order=o\n36h post order_delivered order=o\n40h call contact_opened contact=a intent=x\n41h call contact_closed contact=a handled_ms=120000"
    told += "\n42h call contact_closed contact=b handled_ms=60000\n43h call contact_closed contact=c intent=x"
    cells = Replay().run(story(told)).partition.aggregates.rows
    norms = {key[1:]: (cell.histograms["value"].count, cell.histograms["value"].total) for key, cell in cells.items() if key[0] == "norm"}
    assert norms == {
        ("out_of_rhythm", "order_placed>order_delivered"): (1, 36.0),
        ("out_of_rhythm", "contact_opened>contact_closed"): (1, 1.0),
        ("long_handling", "x"): (1, 2.0),
    }
