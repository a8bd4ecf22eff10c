"""High effort scores."""

from __future__ import annotations

from schemas.touchpoints.feedback import SurveyAnswered
from streams.detectors import Found, Limits, after, pattern
from streams.state import Journey


@pattern("high_effort", on=SurveyAnswered, closes=after(days=7), limits={"hard": 3}, severity=4)
def high_effort(_journey: Journey, answer: SurveyAnswered, limits: Limits) -> Found | None:
    """The customer says that we made it hard for them.

    **Definition**: The effort score (CES) is `hard` or less. It answers "the company made it easy", from 1 (disagree) to 7 (agree).
    **Default**: 3 of 7. Other scales are converted in proportion.
    **Source**: CEB (The Effortless Experience, 2013): 96 % of customers with high effort become disloyal, 9 % of those with low effort.
    **Guard**: The answer states its scale, and higher means easier. A score outside its scale gives no claim, nor does a scale of one
    point.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=ces score=2 low=1 high=7")
    ['high_effort', 'effortful']
    >>> signals_of("0 email survey_answered - metric=ces score=4 low=1 high=7")
    []
    """
    if answer.metric != "ces" or not answer.low <= answer.score <= answer.high or answer.low == answer.high:
        return None
    score = 1 + 6 * (answer.score - answer.low) / (answer.high - answer.low)
    return Found([answer.id], f"Ease {score:.1f} of 7") if score <= limits["hard"] else None
