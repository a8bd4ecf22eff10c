"""Customers who no longer come to their review meetings."""

from __future__ import annotations

from schemas.touchpoints.usage import ReviewMeetingHeld, ReviewMeetingMissed
from streams.detectors import DAY, Found, Limits, Risk, after, closing, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last, last_uncited


@pattern(
    "reviews_skipped",
    on=ReviewMeetingMissed,
    closes=after(days=90),
    closed_by=(closing(ReviewMeetingHeld),),
    reads={ReviewMeetingMissed: last(4, "meeting"), ReviewMeetingHeld: last_uncited(1)},
    limits={"times": 2, "days": 200, "first_strength": 0.7},
    severity=2,
    risk=Risk("relationship", weight=1.0, half_life_days=60),
)
def reviews_skipped(journey: Journey, missed: ReviewMeetingMissed, limits: Limits) -> Found | None:
    """The customer stayed away from one review meeting after another.

    **Definition**: The customer missed `times` review meetings in a row within `days`: strength `first_strength`. One more gives full
    strength.
    **Default**: 2 in 200 days (two of a quarterly review). 0.7.
    **Source**: Renewal assessments of customer success vendors count more than one missed review. The days, weight 1.0 and half-life 60
    days are priors [ours].
    **Guard**: One missed meeting is a full calendar. A review held in between starts the count anew. A review held afterwards removes the
    signal. The same meeting reported twice is one.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   - review_meeting_missed - meeting=g1
    ... 90d - review_meeting_missed - meeting=g2
    ... ''')
    ['reviews_skipped']
    >>> signals_of('''
    ... 0   - review_meeting_missed - meeting=g1
    ... 30d - review_meeting_held   - meeting=g2
    ... 90d - review_meeting_missed - meeting=g3
    ... ''')
    []
    """
    held = max((mark.at for mark in journey.rings.review_meeting_held), default=0)
    earlier = [mark for mark in before(journey.rings.review_meeting_missed, missed, limits["days"] * DAY) if mark.at > held]
    ids = {mark.meeting or mark.id: mark.id for mark in earlier if not mark.meeting or mark.meeting != missed.meeting}
    times = len(ids) + 1
    if times < limits["times"]:
        return None
    strength = limits["first_strength"] if times == limits["times"] else 1.0
    return Found([*ids.values(), missed.id], f"Missed {times} review meetings in a row", strength=strength)
