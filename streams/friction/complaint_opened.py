"""Formal complaints."""

from __future__ import annotations

from schemas.touchpoints.complaints import ComplaintOpened, ComplaintResolved
from streams.detectors import Found, Limits, after, closing, pattern
from streams.state import Journey
from streams.state.marks import last_uncited


@pattern(
    "complaint_opened",
    on=ComplaintOpened,
    closes=after(days=56),
    closed_by=(closing(ComplaintResolved, lambda complaint, ref: complaint.complaint == ref),),
    reads={ComplaintOpened: last_uncited(4, "complaint"), ComplaintResolved: last_uncited(4, "complaint")},
    severity=4,
)
def complaint_opened(journey: Journey, complaint: ComplaintOpened, _limits: Limits) -> Found | None:
    """The customer complains formally: acknowledge it at once, and sell nothing until it is settled.

    **Definition**: Any formal complaint. The friction stays open until the complaint is settled, for 8 weeks at most.
    **Default**: The first complaint.
    **Source**: A customer who complains gives us a chance to keep them. So complaints come first and selling comes later. The 8 weeks are
    those of FCA DISP 1.6.
    **Guard**: A complaint reported again under its number is no new one. Nor is a complaint whose settlement is known already. A contact
    alone is no complaint.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email complaint_opened desk complaint=b1 topic=delivery")
    ['complaint_opened']
    >>> signals_of("0 email contact_opened desk contact=h1 intent=delivery")
    []
    """
    rings = journey.rings
    if any(mark.complaint == complaint.complaint for mark in [*rings.complaint_opened, *rings.complaint_resolved]):
        return None
    about = f" about {complaint.topic}" if complaint.topic else ""
    return Found([complaint.id], f"A formal complaint{about}: acknowledge it at once", ref=complaint.complaint)
