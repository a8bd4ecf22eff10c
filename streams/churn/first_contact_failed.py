"""Customers whose first contact did not settle their matter."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import Found, Limits, Risk, after, pattern
from streams.state import Journey, OpenSignal
from streams.state.marks import last

FOLLOWED = "repeat_contact"


@pattern(
    "first_contact_failed",
    on=ContactClosed,
    frictions=(FOLLOWED,),
    closes=after(days=30),
    reads={ContactOpened: last(6, "contact", "assisted", "follow_up_promised")},
    limits={"again_strength": 0.35, "third_strength": 0.7},
    severity=3,
    risk=Risk("service", weight=1.2, half_life_days=30),
)
def first_contact_failed(journey: Journey, cause: ContactClosed | OpenSignal, limits: Limits) -> Found | None:
    """The customer contacted us, and the matter stayed unsettled or they had to come again for it.

    **Definition**: A contact that ended unresolved has full strength. Otherwise the signal follows the friction `repeat_contact`. The
    second contact has `again_strength`, the third `third_strength`.
    **Default**: The first. 0.35 and 0.7.
    **Source**: SQM Group asks callers who would leave. 5 % would if the first call settled the matter. 9 % would if they needed two calls
    or more, 25 % if the matter was left unsettled. The strengths are as the differences of their log-odds (0.63 and 1.85). Weight 1.2 is
    less than that, because few do as they say. The weight and half-life 30 days are priors [ours].
    **Guard**: Only contacts that the customer began count. A call-back of ours, or a contact that we had asked for, is service. More of
    them go with less cancellation (BPIC 2012). A matter that we promised to come back to is not settled, but in hand. A matter that a
    machine left open goes on with a person. Later help does not remove the signal, which fades. The journey remembers the latest 6
    contacts.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  call contact_opened orders contact=h1 intent=delivery
    ... 9m call contact_closed orders contact=h1 resolved=false
    ... ''')
    ['contact_unsolved', 'first_contact_failed']
    >>> signals_of("0 call contact_closed orders contact=h1 resolved=false")
    ['contact_unsolved']
    """
    if isinstance(cause, OpenSignal):
        strength = limits["again_strength"] if cause.severity <= 3 else limits["third_strength"]
        return Found(cause.evidence, f"Had to come again about {cause.ref}", cause.severity, strength)
    if cause.resolved is not False or cause.follow_up_promised:
        return None
    begun = [mark for mark in journey.rings.contact_opened if mark.contact == cause.contact and mark.at <= cause.at]
    if not begun or begun[0].follow_up_promised or not begun[-1].assisted:
        return None
    return Found([begun[0].id, cause.id], "A contact ended without a solution")
