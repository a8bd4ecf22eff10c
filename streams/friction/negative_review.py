"""Bad reviews, weighted by how credible they are."""

from __future__ import annotations

from schemas.control import Norm
from schemas.durations import DAY
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.feedback import ReviewPosted
from streams.detectors import Found, Limits, Measured, after, against_norm, closing
from streams.detectors.shared.authenticity import LIMITS, authenticity
from streams.state import Journey
from streams.state.marks import last, last_uncited

GOOD_AGAIN = 0.6  # share of all stars: a review rewritten to this or more is no longer bad


def _written(_journey: Journey, review: ReviewPosted) -> Measured | None:
    """Return the day (days since 1970-01-01) on which a review came from its origin, whether good or bad."""
    return Measured(review.origin, review.at / DAY) if review.origin else None


@against_norm(
    "negative_review",
    on=ReviewPosted,
    measures=_written,
    waits=False,
    closes=after(days=7),
    closed_by=(closing(ReviewPosted, lambda review, ref: review.review == ref and review.stars >= GOOD_AGAIN * review.of),),
    reads={ReviewPosted: last(4, "review", "text_print"), OrderPlaced: last_uncited(4, "order"), PurchaseMade: last_uncited(4, "order")},
    limits={"stars": 2, "severity": 4, **LIMITS},
    severity=4,
)
def negative_review(journey: Journey, review: ReviewPosted, limits: Limits, _written: Measured | None, origin: Norm | None) -> Found | None:
    """The customer published a bad review.

    **Definition**: The review has `stars` or fewer, on a scale to 5. Its severity is `severity` times its weight. The weight is 1 for a
    purchase that we or the seller know of. Each doubt lowers it: `unverified`, `burst`, `copied`, `no_history` (see
    `streams.detectors.shared.authenticity`).
    **Default**: 2 stars of 5. Severity 4.
    **Source**: The field calls two stars or fewer a bad review. Marketplaces sift reviews by these doubts. The share of each doubt is
    [ours].
    **Guard**: An unverified review with a weight below `suspect_below` is *suspect*. So it is with any second doubt: a burst, a copied
    text, or a writer of whom we know nothing before that day. A suspect review is published as `ReviewSuspected` and opens no friction. A
    company that sends nothing but reviews sets `no_history_share` to 1. A score outside its scale gives no claim. A review rewritten to 3
    stars of 5 or more ends the friction.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web review_posted /tents review=v1 stars=1 verified=true")
    ['negative_review']
    >>> norms = {"negative_review": {"n7": (40, 20458.3, 0.1)}}
    >>> signals_of("0 web review_posted /tents review=v1 stars=1 origin=n7", norms=norms)
    []
    """
    if not 0 <= review.stars <= review.of or not review.of or 5 * review.stars / review.of > limits["stars"]:
        return None
    real = authenticity(journey, review, limits, origin)
    words = f"A review of {review.stars:g} of {review.of:g} stars"
    if "unverified" in real.doubts and real.weight < limits["suspect_below"]:
        return Found([review.id], f"{words}; believed by {real.weight:.0%}", 1, ref=review.review, suspect=real.doubts)
    severity = min(5, max(1, round(limits["severity"] * real.weight)))
    doubts = f" ({', '.join(real.doubts).replace('_', ' ')})" if real.doubts else ""
    return Found([review.id], words + doubts, severity, ref=review.review)
