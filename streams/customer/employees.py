"""Ratings by our own people of the places where they serve customers, kept per place in the journey. (Aggregates count them too.)"""

from __future__ import annotations

from schemas.touchpoints.employees import EmployeeFeedbackGiven
from streams.context import Context, Reads
from streams.customer.expectations import scale_score
from streams.state.journey.profile import RATINGS, Rating


def note_rating(ctx: Context, feedback: EmployeeFeedbackGiven) -> None:
    """Update the rating of a place by an employee's feedback. If there are too many places, the one rated longest ago makes room."""
    score = scale_score(feedback.score, feedback.low, feedback.high)
    if score is None:
        return
    ratings, place = ctx.journey.ratings, feedback.touchpoint
    if (rating := ratings.get(place)) is None:
        if len(ratings) >= RATINGS:
            del ratings[min(ratings, key=lambda known: (ratings[known].at, known))]
            ctx.journey.dropped += 1
        rating = ratings[place] = Rating(0, 0.0, 0)
    rating.count += 1
    rating.mean = round(rating.mean + (score - rating.mean) / rating.count, 4)
    if feedback.at >= rating.at:
        rating.at, rating.remark = feedback.at, feedback.remark_kind


READS: Reads = {EmployeeFeedbackGiven: (note_rating,)}
