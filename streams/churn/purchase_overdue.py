"""Purchases that are overdue by the customer's own rhythm."""

from __future__ import annotations

from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.usage import AccountPaused
from streams.cadence.own_rhythm import longest_gap
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.state import Deadline, Journey


def _overdue_at(journey: Journey, chance: float, limits: Limits) -> int | None:
    """Return when (ms UTC) the next purchase is overdue, or None before there is a rhythm."""
    own = longest_gap(journey.cadence, chance)
    return None if own is None else journey.cadence.last + round(max(own, limits["least_days"]) * DAY)


def _bought(journey: Journey, _purchase: OrderPlaced | PurchaseMade, limits: Limits) -> Opening | None:
    due = _overdue_at(journey, limits["chance"], limits)
    return None if due is None else Opening(due)


def _paused(journey: Journey, pause: AccountPaused, limits: Limits) -> Opening | None:
    due = _overdue_at(journey, limits["chance"], limits)
    return None if due is None or pause.until is None else Opening(max(due, pause.until + due - journey.cadence.last))


@absence(
    "purchase_overdue",
    opened_by={OrderPlaced: _bought, PurchaseMade: _bought, AccountPaused: _paused},
    closed_by=(closing(OrderPlaced), closing(PurchaseMade)),
    pinned=True,
    limits={"chance": 0.05, "surely": 0.01, "least_days": 7},
    severity=2,
    risk=Risk("silence", weight=1.5, half_life_days=60),
)
def purchase_overdue(journey: Journey, wait: Deadline, limits: Limits) -> Found | Later:
    """The customer has not bought for longer than their own rhythm allows.

    **Definition**: Under the customer's own rhythm, a gap this long has a chance of less than `chance`. The rhythm is gamma-distributed and
    needs 3 gaps (`streams.cadence.own_rhythm`). The signal is raised again, at full strength, when the chance is less than `surely`.
    **Default**: 5 % with strength 0.6, then 1 % with full strength. Never before `least_days`.
    **Source**: The field's "overdue" rule on own intervals. `streams.cadence.own_rhythm` describes the model. The gap over the own mean
    alone was the worst predictor measured, hence the variance. Weight 1.5 and half-life 60 days are priors [ours].
    **Guard**: Three gaps make a rhythm, fewer do not. A paused account buys nothing by agreement.

    >>> from streams.replay import signals_of
    >>> weekly = "".join(f"{7 * week}d store purchase_made till receipt=r{week} \\n" for week in range(6))
    >>> signals_of(weekly, until="49d")
    ['purchase_overdue']
    >>> signals_of(weekly, until="42d")
    []
    """
    due = _overdue_at(journey, limits["chance"], limits)
    if due is not None and not wait.step and due > wait.due:
        return Later(due)  # a purchase that arrived late has changed the rhythm since
    days = f"{(wait.due - journey.cadence.last) / DAY:.0f} days without a purchase; usual are {journey.cadence.mean_days:.0f}"
    if wait.step:
        return Found([wait.evidence], days, 3)
    return Found([wait.evidence], days, strength=0.6, again_at=_overdue_at(journey, limits["surely"], limits))
