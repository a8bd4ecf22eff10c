"""What our own people say of the places where they serve customers, kept per place in the journey. (Cells count it too.)"""

from __future__ import annotations

from schemas.touchpoints.employees import EmployeeFeedbackGiven
from streams.moment import Moment, Reads
from streams.portrait.expectations import scaled
from streams.portrait.pieces import RATINGS, Rating


def told(moment: Moment, feedback: EmployeeFeedbackGiven) -> None:
    """An employee rated a place; the one rated longest ago makes room."""
    score = scaled(feedback.score, feedback.low, feedback.high)
    if score is None:
        return
    ratings, place = moment.journey.ratings, feedback.touchpoint
    if (rating := ratings.get(place)) is None:
        if len(ratings) >= RATINGS:
            del ratings[min(ratings, key=lambda known: (ratings[known].at, known))]
            moment.journey.dropped += 1
        rating = ratings[place] = Rating(0, 0.0, 0)
    rating.count += 1
    rating.mean = round(rating.mean + (score - rating.mean) / rating.count, 4)
    if feedback.at >= rating.at:
        rating.at, rating.remark = feedback.at, feedback.remark_kind


READS: Reads = {EmployeeFeedbackGiven: (told,)}
