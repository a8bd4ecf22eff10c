"""How far a review may be believed: by what it carries, what its writer did before, and when its origin wrote its others.

A forger buys nothing, opens accounts for the purpose, copies words, and writes many reviews from one place at once. None of that proves
anything alone, so each only makes the review lighter; a purchase that the seller or the journey knows of makes it heavy again.
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
    "suspect_below": 0.2,
    "own_reviews": 4,
    "burst_reviews": 10,
    "burst_days": 1,
}
"""What each doubt leaves of a review's weight; below which weight it is suspect; what makes a burst. All of them [ours]."""


class Authenticity(NamedTuple):
    """`weight` is 1 for a review beyond doubt and nears 0 with each doubt; `doubts` names them."""

    weight: float
    doubts: tuple[str, ...]


def authenticity(journey: Journey, review: ReviewPosted, limits: Mapping[str, float], origin: Norm | None) -> Authenticity:
    """The review's weight, of a journey as it was before it. `origin` is the norm of the days on which its origin wrote, if there is one.

    Reads of the journey the marks of reviews (`review`, `text_print`), and of orders and receipts (`order`).

    >>> from streams.rules import Rules
    >>> stranger, bad = Rules().codec.new(), ReviewPosted(id="e1", customer="c1", at=0, review="v1", stars=1)
    >>> authenticity(stranger, bad, LIMITS, None)
    Authenticity(weight=0.3, doubts=('unverified', 'no_history'))
    >>> authenticity(stranger, ReviewPosted(id="e1", customer="c1", at=0, review="v1", stars=1, verified=True), LIMITS, None)
    Authenticity(weight=1.0, doubts=())
    """
    verified = _verified(journey, review)
    doubts = {
        "unverified": not verified,
        "burst": _of_many(journey, review, limits) or (origin is not None and _in_burst(review, limits, origin)),
        "copied": _copied(journey, review),
        "no_history": not verified and _new_here(journey, review),
    }
    weight = 1.0
    for doubt, holds in doubts.items():
        weight *= limits[f"{doubt}_share"] if holds else 1.0
    return Authenticity(weight, tuple(doubt for doubt, holds in doubts.items() if holds))


def _verified(journey: Journey, review: ReviewPosted) -> bool:
    """The seller says that they bought it, or we saw the order they name."""
    bought = [*journey.rings.order_placed, *journey.rings.purchase_made]
    return review.verified or bool(review.order and any(mark.order == review.order for mark in bought))


def _copied(journey: Journey, review: ReviewPosted) -> bool:
    """The same words under another number."""
    others = [mark for mark in journey.rings.review_posted if mark.review != review.review]
    return bool(review.text_print) and any(mark.text_print == review.text_print for mark in others)


def _of_many(journey: Journey, review: ReviewPosted, limits: Mapping[str, float]) -> bool:
    """One writer, many reviews within the time of a burst."""
    within = [mark for mark in journey.rings.review_posted if abs(review.at - mark.at) <= limits["burst_days"] * DAY]
    return len({mark.review for mark in within} | {review.review}) >= limits["own_reviews"]


def _in_burst(review: ReviewPosted, limits: Mapping[str, float], origin: Norm) -> bool:
    """One origin, many reviews by whomever, nearly all of them within the time of a burst, and this one among them.

    The norm is of days since 1970: its deviation says how far apart in time this origin's reviews lie. A large network writes all year; one
    made for the purpose writes for a day.
    """
    together = origin.count >= limits["burst_reviews"] and origin.deviation <= limits["burst_days"]
    return together and abs(review.at / DAY - origin.mean) <= 3 * limits["burst_days"]


def _new_here(journey: Journey, review: ReviewPosted) -> bool:
    """Never bought from us, and never seen before the day of the review."""
    return not journey.cadence.count and (not journey.first_seen or review.at - journey.first_seen < DAY)
