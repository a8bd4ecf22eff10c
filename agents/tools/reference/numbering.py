"""The numbers of the shipped detectors: F01 to F48 and C01 to C31, in the order of the design.

A detector that a company adds has no number. It comes after those that have one.
"""

from __future__ import annotations

from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.insights.alarms import OVER_ALL_CUSTOMERS

_FRICTIONS = """
rage_click dead_click error_click slow_click thrashed_cursor quick_back page_loop excessive_scroll reload_burst app_crash slow_page
failed_request validation_loop form_abandoned cart_abandoned checkout_abandoned zero_result_search coupon_denied sign_in_loop
payment_failed payment_retries repeat_contact immediate_callback channel_escalation transferred repeated_information queue_abandoned
long_handling unanswered_message complaint_opened complaint_overdue delivery_late scan_gap delivery_failed where_is_my_order
returned_or_refunded low_satisfaction high_effort detractor negative_review onboarding_stalled out_of_rhythm friction_surge
contact_unsolved step_blocked stopped_here went_in_circles dead_end
"""
_SIGNALS = """
quiet_week quiet_month dormant purchase_overdue probably_gone channel_closed cancelled trial_ended_unconverted stopped_doing
core_use_fell all_use_fell weekly_decline breadth_lost champion_left reviews_skipped onboarding_missed support_spike
first_contact_failed effortful detractor_or_drop complaint_unresolved involuntary_risk paying_late promise_broken returns_rising
unsubscribed left_a_relationship cancel_intent contract_ending downgraded checkout_ratio_fell
"""
FRICTIONS, SIGNALS = tuple(_FRICTIONS.split()), tuple(_SIGNALS.split())


def frictions() -> list[Detector]:
    """Return every friction detector, in the order of the numbers."""
    return _in_order([d for d in registry() if d.family == "friction"] + list(OVER_ALL_CUSTOMERS), FRICTIONS)


def signals() -> list[Detector]:
    """Return every churn signal, in the order of the numbers."""
    return _in_order([d for d in registry() if d.family == "churn"], SIGNALS)


def _in_order(found: list[Detector], order: tuple[str, ...]) -> list[Detector]:
    return sorted(found, key=lambda d: (order.index(d.name) if d.name in order else len(order), d.name))


def number(detector: Detector) -> str:
    """Return the detector's number; an empty text if it has none.

    >>> number(frictions()[0]), number(signals()[-1])
    ('F01', 'C31')
    """
    letter, order = ("F", FRICTIONS) if detector.family == "friction" else ("C", SIGNALS)
    return f"{letter}{order.index(detector.name) + 1:02}" if detector.name in order else ""
