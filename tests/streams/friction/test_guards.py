"""The guards that the design's table asks of every detector are there and are needed: without one, a story tells."""

from __future__ import annotations

import pytest

from tests.streams.friction.mutants import Mutant

GUARDS = (
    Mutant("rage_click", '("stepper", "slider", "text")', "()"),
    Mutant("rage_click", " or any(min(times) <= scroll.at <= max(times) for scroll in journey.rings.scrolled)"),
    Mutant("rage_click", " or click.reacted_after_ms is not None"),
    Mutant("dead_click", " or click.new_tab or", " or"),
    Mutant("dead_click", " or click.background or", " or"),
    Mutant("dead_click", " or click.element in ANSWERS_ELSEWHERE or", " or"),
    Mutant("dead_click", " or click.error_after_ms is not None"),
    Mutant("error_click", "any(isinstance(touchpoint, Clicked) or mark.error == touchpoint.error for mark in by_itself)", "False"),
    Mutant("error_click", "mark.error == touchpoint.error", "True"),
    Mutant("page_loop", 'view.by == "reload" or '),
    Mutant("page_loop", '("feed", "gallery", "status")', "()"),
    Mutant("validation_loop", 'refusal.rule == "strength" or '),
    Mutant("validation_loop", ' or refusal.element == "password"'),
    Mutant("form_abandoned", "lambda form, ref: form.form == ref", "lambda form, ref: False"),
    Mutant("cart_abandoned", "        closing(OrderPlaced),\n"),
    Mutant("cart_abandoned", "        closing(PurchaseMade),\n"),
    Mutant("cart_abandoned", "checkout.cart == ref", "False"),
    Mutant("cart_abandoned", " if cart.items else None"),
    Mutant("checkout_abandoned", "        closing(OrderPlaced),\n"),
    Mutant("checkout_abandoned", "        closing(PurchaseMade),\n"),
    Mutant("checkout_abandoned", "cart.cart == ref and not cart.items", "False"),
    Mutant("cart_abandoned", "cart.cart == ref and not cart.items", "cart.cart == ref and cart.items == 0"),
    Mutant("zero_result_search", "search.results == 0", "not search.results"),
    Mutant("zero_result_search", " and not search.filters and not touchpoint.to", " and not touchpoint.to"),
    Mutant("zero_result_search", "search.refined and not search.filters", "search.refined"),
    Mutant("coupon_denied", 'if coupon.expired_days > limits["expired_days"]', "if False"),
    Mutant("sign_in_loop", 'len(origins) >= limits["origins"]', "False"),
    Mutant("payment_failed", "if payment.test_card", "if False"),
    Mutant("repeat_contact", " or contact.follow_up_promised"),
    Mutant("repeat_contact", "mark.contact not in not_counted", "mark.contact != contact.contact"),
    Mutant("repeat_contact", "not contact.intent or "),
    Mutant("contact_unsolved", " or contact.follow_up_promised"),
    Mutant("contact_unsolved", "not begun[-1].assisted", "False"),
    Mutant("immediate_callback", " or contact.follow_up_promised"),
    Mutant("immediate_callback", " or ended[-1].follow_up_promised"),
    Mutant("channel_escalation", "if mark.matter in about]", "]"),
    Mutant("channel_escalation", " and _matters(mark) & about"),
    Mutant("channel_escalation", "not contact.assisted or not", "not"),
    Mutant("transferred", "if passed.warm", "if False"),
    Mutant("queue_abandoned", 'max(level, limits["slip_s"] * 1000)', "level"),
    Mutant("unanswered_message", "not answer.automatic and "),
    Mutant("unanswered_message", 'if f"unanswered_message:{ref}" in journey.deadlines', "if False"),
    Mutant("complaint_overdue", "waiting.waiting if waiting.complaint == ref else None", "None"),
    Mutant("delivery_late", "if agreed or earlier is None", "if True or earlier is None"),
    Mutant("delivery_late", " and delivery.complete"),
    Mutant("scan_gap", "ref in (delivery.order, delivery.parcel)", "False"),
    Mutant("scan_gap", "ref in (attempt.order, attempt.parcel)", "False"),
    Mutant("scan_gap", "pickup.order == ref", "False"),
    Mutant("low_satisfaction", "not answer.low <= answer.score <= answer.high or ", ""),
    Mutant("low_satisfaction", "float(1 + 4 * (answer.score - answer.low) / (answer.high - answer.low))", "answer.score"),
    Mutant("high_effort", "not answer.low <= answer.score <= answer.high or ", ""),
    Mutant("high_effort", "1 + 6 * (answer.score - answer.low) / (answer.high - answer.low)", "answer.score"),
    Mutant("detractor", " and (answer.low, answer.high) == (0, 10)"),
)  # fmt: skip


@pytest.mark.parametrize("mutant", GUARDS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()}")
def test_every_guard_is_missed_by_a_story(mutant: Mutant) -> None:
    """A guard that no story misses is either not tested or not needed."""
    assert mutant.noticed_by()
