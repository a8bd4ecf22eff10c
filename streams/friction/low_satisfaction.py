"""Low satisfaction."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.feedback import SurveyAnswered
from streams.detectors import Found, Limits, after, pattern
from streams.state import Journey
from streams.state.marks import last


def _on_five(answer: Any) -> float | None:
    """The answer on a scale from 1 to 5; none where the scale it states makes no sense."""
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

    **Definition**: satisfaction (CSAT) of `low_box` or less on a scale of 1 to 5, or `drop` points below their own latest answer.
    **Default**: 2 of 5; a drop of 2.
    **Source**: the bottom-two box is the field's reading of CSAT; the drop is [ours].
    **Guard**: the answer states its scale, and is read on it; without a sensible scale there is no claim.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=csat score=2 low=1 high=5")
    ['low_satisfaction']
    >>> signals_of("0 email survey_answered - metric=csat score=7 low=0 high=10")
    []
    """
    score = _on_five(answer)
    if score is None:
        return None
    past = [mark for mark in journey.rings.survey_answered if _on_five(mark) is not None and mark.at <= answer.at][-1:]
    if score <= limits["low_box"]:
        return Found([answer.id], f"Satisfaction {score:.1f} of 5")
    fell = [mark for mark in past if (_on_five(mark) or 0) - score >= limits["drop"]]
    return Found([fell[0].id, answer.id], f"Satisfaction fell to {score:.1f} of 5") if fell else None
