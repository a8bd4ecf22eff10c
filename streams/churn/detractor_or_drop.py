"""Customers who have stopped recommending us."""

from __future__ import annotations

from streams.detectors import Found, Limits, Risk, follows
from streams.state import Journey, OpenSignal


@follows(
    "detractor_or_drop",
    frictions=("detractor",),
    limits={"detractor_severity": 4},
    severity=3,
    risk=Risk("relationship", weight=1.2, half_life_days=60),
)
def detractor_or_drop(_journey: Journey, friction: OpenSignal, limits: Limits) -> Found:
    """The customer would not recommend us, or far less than before.

    **Definition**: The signal follows the friction `detractor`. It has full strength for a score of 0 to 6. It has strength 0.6 for a drop
    of 3 that ends above 6.
    **Default**: As there.
    **Source**: Reichheld 2003. Weight 1.2 and half-life 60 days are priors [ours].
    **Guard**: As there: only a score on NPS's own scale counts.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=nps score=3 low=0 high=10")
    ['detractor', 'detractor_or_drop']
    >>> signals_of("0 email survey_answered - metric=nps score=9 low=0 high=10")
    []
    """
    return Found(friction.evidence, "Would not recommend us", strength=1.0 if friction.severity >= limits["detractor_severity"] else 0.6)
