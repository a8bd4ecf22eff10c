"""Low satisfaction scores."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.feedback import SurveyAnswered
from streams.detectors import Found, Limits, after, pattern
from streams.state import Journey
from streams.state.marks import last


def _on_five(answer: Any) -> float | None:
    """Return the answer on a scale from 1 to 5, or None if its own scale makes no sense."""
    if answer.metric != "csat" or not answer.low <= answer.score <= answer.high or answer.low == answer.high:
        return None
    return float(1 + 4 * (answer.score - answer.low) / (answer.high - answer.low))


@pattern(
    "low_satisfaction",
    on=SurveyAnswered,
    closes=after(days=7),
    reads={SurveyAnswered: last(4, "metric", "score", "low", "high")},
    limits={"low_box": 2, "drop": 2},
    severity=3,
)
def low_satisfaction(journey: Journey, answer: SurveyAnswered, limits: Limits) -> Found | None:
    """The customer says that they are not satisfied, or far less than last time.

    **Definition**: The satisfaction score (CSAT) is `low_box` or less on a scale of 1 to 5. Or it is `drop` points or more below the
    customer's own latest answer.
    **Default**: 2 of 5. A drop of 2.
    **Source**: The field reads CSAT by its two lowest answers (the bottom-two box). The drop is [ours].
    **Guard**: The answer states its scale and is converted from it. A score outside its scale gives no claim, nor does a scale of one
    point.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=csat score=2 low=1 high=5")
    ['low_satisfaction']
    >>> signals_of("0 email survey_answered - metric=csat score=7 low=0 high=10")
    []
    """
    score = _on_five(answer)
    if score is None:
        return None
    if score <= limits["low_box"]:
        return Found([answer.id], f"Satisfaction {score:.1f} of 5")
    for mark in reversed(journey.rings.survey_answered):
        if mark.at <= answer.at and (before := _on_five(mark)) is not None:
            fell = before - score >= limits["drop"]
            return Found([mark.id, answer.id], f"Satisfaction fell to {score:.1f} of 5") if fell else None
    return None
