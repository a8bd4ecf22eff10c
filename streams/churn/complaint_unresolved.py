"""Complaints that drag on."""

from __future__ import annotations

from schemas.touchpoints.complaints import ComplaintResolved
from streams.detectors import Found, Limits, Risk, closing, follows
from streams.state import Journey, OpenSignal


@follows(
    "complaint_unresolved",
    frictions=("complaint_overdue",),
    closed_by=(closing(ComplaintResolved),),
    severity=4,
    risk=Risk("service", weight=1.3, half_life_days=45),
)
def complaint_unresolved(_journey: Journey, complaint: OpenSignal, _limits: Limits) -> Found:
    """The customer complained, and half of the promised time has passed without a solution.

    **Definition**: The signal follows the friction `complaint_overdue`.
    **Default**: As there.
    **Source**: Complaints that are settled fast keep more customers than no complaint at all. This recovery paradox is disputed, the cost
    of slowness is not. Weight 1.3 and half-life 45 days are priors [ours].
    **Guard**: As there: the clock stops while we wait for the customer. A settled complaint removes the signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email complaint_opened desk complaint=b1", until="8d")
    ['complaint_opened', 'complaint_overdue', 'complaint_unresolved']
    >>> signals_of('''
    ... 0  email complaint_opened   desk complaint=b1
    ... 6d email complaint_resolved desk complaint=b1
    ... ''', until="30d")
    ['complaint_opened']
    """
    return Found(complaint.evidence, "A complaint drags on")
