"""The authenticity of a review, by its fields, its writer's history, and the times of its origin's other reviews.

A forger buys nothing, opens accounts for the purpose, copies text, and writes many reviews from one place at once. None of that is
proof alone, so each doubt only lowers the weight of the review. A purchase that the seller or the journey knows of raises it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from schemas.control import Norm
from schemas.durations import DAY
from schemas.touchpoints.feedback import ReviewPosted
from streams.state import Journey

LIMITS = {
    "unverified_share": 0.6,
    "burst_share": 0.25,
    "copied_share": 0.5,
    "no_history_share": 0.5,
    "suspect_below": 0.5,
    "own_reviews": 4,
    "burst_reviews": 10,
    "burst_days": 1,
}
"""The factor of each doubt, the weight below which a review is suspect, what makes a burst. All of them [ours]."""


class Authenticity(NamedTuple):
    """The weight of a review: 1 without any doubt, nearer to 0 with each doubt. `doubts` names them."""

    weight: float
    doubts: tuple[str, ...]


def authenticity(journey: Journey, review: ReviewPosted, limits: Mapping[str, float], origin: Norm | None) -> Authenticity:
    """Return the authenticity of a review. `journey` is the journey as it was before the review.

    `origin` is the norm of the days on which the review's origin wrote, if there is one. The detector must declare entries of reviews
    (`review`, `text_print`), and of orders and receipts (`order`).

    >>> from streams.rules import Rules
    >>> stranger, bad = Rules().codec.new(), ReviewPosted(id="e1", customer="c1", at=0, review="v1", stars=1)
    >>> authenticity(stranger, bad, LIMITS, None)
    Authenticity(weight=0.3, doubts=('unverified', 'no_history'))
    >>> authenticity(stranger, ReviewPosted(id="e1", customer="c1", at=0, review="v1", stars=1, verified=True), LIMITS, None)
    Authenticity(weight=1.0, doubts=())
    """
    verified = _is_verified(journey, review)
    doubts = {
        "unverified": not verified,
        "burst": _has_many_own(journey, review, limits) or (origin is not None and _is_in_burst(review, limits, origin)),
        "copied": _is_copied(journey, review),
        "no_history": not verified and _is_new(journey, review),
    }
    weight = 1.0
    for doubt, holds in doubts.items():
        weight *= limits[f"{doubt}_share"] if holds else 1.0
    return Authenticity(weight, tuple(doubt for doubt, holds in doubts.items() if holds))


def _is_verified(journey: Journey, review: ReviewPosted) -> bool:
    """Return whether the seller confirms the purchase, or we saw the order that the review names."""
    bought = [*journey.rings.order_placed, *journey.rings.purchase_made]
    return review.verified or bool(review.order and any(mark.order == review.order for mark in bought))


def _is_copied(journey: Journey, review: ReviewPosted) -> bool:
    """Return whether the writer posted the same text under another review number."""
    others = [mark for mark in journey.rings.review_posted if mark.review != review.review]
    return bool(review.text_print) and any(mark.text_print == review.text_print for mark in others)


def _has_many_own(journey: Journey, review: ReviewPosted, limits: Mapping[str, float]) -> bool:
    """Return whether the writer posted many reviews within the time of a burst."""
    within = [mark for mark in journey.rings.review_posted if abs(review.at - mark.at) <= limits["burst_days"] * DAY]
    return len({mark.review for mark in within} | {review.review}) >= limits["own_reviews"]


def _is_in_burst(review: ReviewPosted, limits: Mapping[str, float], origin: Norm) -> bool:
    """Return whether the review is part of a burst of its origin: many reviews, nearly all close in time.

    The norm is over the days (since 1970) of the origin's reviews. Its deviation says how far apart in time they are. A large network
    posts all year; one made for the purpose posts for a day.
    """
    together = origin.count >= limits["burst_reviews"] and origin.deviation <= limits["burst_days"]
    return together and abs(review.at / DAY - origin.mean) <= 3 * limits["burst_days"]


def _is_new(journey: Journey, review: ReviewPosted) -> bool:
    """Return whether the customer never bought from us and was never seen before the day of the review."""
    return not journey.cadence.count and (not journey.first_seen or review.at - journey.first_seen < DAY)
