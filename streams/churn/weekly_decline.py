"""Use that falls a little every week."""

from __future__ import annotations

from itertools import pairwise

from schemas.touchpoints.usage import AccountPaused
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared import declines
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import COMPLETE, USE, Weeks

USUAL = 8  # weeks before the falls that make the norm


def _falls(counts: tuple[int, ...], step: float) -> int:
    """Return how many weeks in a row, up to the latest, fell below the week before by this share."""
    fallen = (now <= before * (1 - step) and before > 0 for now, before in pairwise(counts))
    return next((weeks for weeks, fell in enumerate(fallen) if not fell), COMPLETE - 1)


@weekly(
    "weekly_decline",
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"falls": 3, "step": 0.1, "deviations": 2, "norm_weeks": 4},
    severity=2,
    risk=Risk("decline", weight=0.8, half_life_days=30),
)
def weekly_decline(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer's use has fallen from week to week, several times in a row.

    **Definition**: Use is browsing, buying and using together. Each of the latest `falls` complete weeks had at least `step` less of it
    than the week before. The latest week is also `deviations` standard deviations below the 8 weeks before the falls. If fewer are known,
    these count. The strength is a half, and each further fall adds a sixth. Asked every Monday.
    **Default**: 3 falls of 10 % or more. 2 deviations. At least 4 weeks to compare with.
    **Source**: The limits are [ours]. Weight 0.8 and half-life 30 days are priors [ours].
    **Guard**: Three falls in a row happen by chance once in 24 times, hence the deviations. Use that falls back from a peak to the usual
    has not fallen below it. The customer is still here and has agreed no pause. There are no more of the company's days off than before.

    >>> from streams.replay import signals_of
    >>> uses = enumerate([20, 20, 20, 20, 20, 20, 16, 12, 8])
    >>> told = "".join(f"{168 * week + hour}h app feature_used - feature=f \\n" for week, many in uses for hour in range(many))
    >>> signals_of(told, until="64d")
    ['weekly_decline']
    >>> signals_of(told + "".join(f"{1464 + hour}h app feature_used - feature=g \\n" for hour in range(9)), until="64d")
    []
    """
    counts = weeks.counts(USE)[: weeks.known]
    falls = _falls(counts, limits["step"])
    usual = counts[falls : falls + USUAL]
    if len(usual) < limits["norm_weeks"] or not declines.are_comparable(journey, weeks, max(1, falls), len(usual)):
        return None
    if not falls:
        return Over()
    fallen = declines.fall((counts[0], *usual), 1, len(usual))
    if falls < limits["falls"] or fallen is None or fallen.deviations < limits["deviations"]:
        return None
    return Found(
        [journey.acted_id], f"Less from week to week, {falls} times in a row", strength=min(1.0, 0.5 + (falls - limits["falls"]) / 6)
    )
