"""Customers who would not recommend us (detractors)."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.feedback import SurveyAnswered
from streams.detectors import Found, Limits, after, pattern
from streams.state import Journey
from streams.state.marks import last


def _recommends(answer: Any) -> bool:
    """Return whether this is a recommendation score (NPS) on its own scale, 0 to 10."""
    return answer.metric == "nps" and (answer.low, answer.high) == (0, 10) and 0 <= answer.score <= 10


@pattern(
    "detractor",
    on=SurveyAnswered,
    closes=after(days=7),
    reads={SurveyAnswered: last(4, "metric", "score", "low", "high")},
    limits={"score": 6, "drop": 3},
    severity=4,
)
def detractor(journey: Journey, answer: SurveyAnswered, limits: Limits) -> Found | None:
    """The customer would not recommend us, or far less than before: contact them within 48 hours.

    **Definition**: A recommendation score (NPS) of `score` or less. Or a score `drop` points or more below the customer's own latest.
    **Default**: 0 to 6. A drop of 3.
    **Source**: Reichheld 2003 for 0 to 6. The drop is [ours].
    **Guard**: NPS is asked on a scale from 0 to 10. An answer on any other scale is not one.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=nps score=6 low=0 high=10")
    ['detractor', 'detractor_or_drop']
    >>> signals_of("0 email survey_answered - metric=nps score=3 low=1 high=5")
    []
    """
    if not _recommends(answer):
        return None
    if answer.score <= limits["score"]:
        return Found([answer.id], f"Would not recommend us: {answer.score:g} of 10. Contact within 48 hours")
    past = [mark for mark in journey.rings.survey_answered if _recommends(mark) and mark.at <= answer.at][-1:]
    fell = [mark for mark in past if mark.score - answer.score >= limits["drop"]]
    return Found([fell[0].id, answer.id], f"Recommendation fell from {fell[0].score:g} to {answer.score:g} of 10", 3) if fell else None
