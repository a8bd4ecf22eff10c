"""Customers who suddenly need a lot of help."""

from __future__ import annotations

from math import sqrt

from schemas.durations import DAY, WEEK, monday_of, week_of
from schemas.touchpoints.service import ContactOpened
from streams.detectors import Found, Limits, Risk, after, pattern
from streams.state import Journey
from streams.state.counters import SOUGHT, recent_count
from streams.state.marks import last
from streams.state.weeks import complete_counts


def _usual(journey: Journey, contact: ContactOpened, limits: Limits) -> float | None:
    """Return how many contacts a week of this customer may have, or None if too few weeks are known."""
    own = complete_counts(journey, contact.at, SOUGHT)
    if not own or len(own) < limits["known_weeks"]:
        return None
    mean = sum(own) / len(own)
    return mean + limits["deviations"] * sqrt(sum([(count - mean) ** 2 for count in own]) / len(own))


@pattern(
    "support_spike",
    on=ContactOpened,
    closes=after(days=14),
    reads={ContactOpened: last(6, "contact", "assisted", "follow_up_promised")},
    limits={"deviations": 2, "least": 3, "known_weeks": 4},
    severity=3,
    risk=Risk("service", weight=1.2, half_life_days=21),
)
def support_spike(journey: Journey, contact: ContactOpened, limits: Limits) -> Found | None:
    """The customer contacts us far more often this week than they are used to.

    **Definition**: There are `least` contacts or more since Monday (UTC). They are more than the mean plus `deviations` standard deviations
    of the complete weeks before. These are the 12 weeks that are remembered, or as many as the customer is known.
    **Default**: 3 contacts. 2 deviations. 4 weeks known.
    **Source**: Customer success vendors watch tickets above the account's own norm. Weight 1.2 and half-life 21 days are priors [ours].
    **Guard**: Only contacts count that the customer sought, with a person of ours. Call-backs that we make or ask for go with less
    cancellation (BPIC 2012). Where a machine does not help, the customer asks a person next. The first weeks are for questions. A contact
    reported twice is one.

    >>> from streams.replay import signals_of
    >>> week = "".join(f"{35 + day}d call contact_opened desk contact=h{day} intent=i{day} \\n" for day in range(3))
    >>> signals_of("0 web page_viewed / page=/ \\n" + week)
    ['support_spike']
    >>> signals_of(week)
    []
    """
    week = week_of(contact.at // DAY)
    now = 1 + (recent_count(journey.weeks, SOUGHT, 1) if week_of(journey.day) == week else 0)
    if not contact.assisted or contact.follow_up_promised or now < limits["least"]:
        return None
    monday = monday_of(week)
    this_week = [mark for mark in journey.rings.contact_opened if monday <= mark.at < monday + WEEK]
    sought = {mark.contact: mark.id for mark in this_week if mark.assisted and not mark.follow_up_promised}
    usual = _usual(journey, contact, limits)
    if contact.contact in sought or usual is None or now <= usual:
        return None
    return Found([*sought.values(), contact.id], f"{now} contacts this week; usual are at most {usual:.1f}")
