"""Complaints that are not settled in time."""

from __future__ import annotations

from schemas.touchpoints.complaints import ComplaintOpened, ComplaintResolved
from schemas.touchpoints.service import WaitingOnCustomer
from streams.detectors import DAY, Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey
from streams.state.marks import last

WARNED, BREACHED = 3, 5  # severities


def _time(complaint: ComplaintOpened, limits: Limits) -> float:
    """Return the milliseconds we have: the promised time, else the default.

    A regulated complaint never has more time than its regulator allows.
    """
    promised = limits["settle_days"] * DAY if complaint.due is None else max(0, complaint.due - complaint.at)
    return min(promised, limits["regulated_days"] * DAY) if complaint.regulated else promised


def _complained(_journey: Journey, complaint: ComplaintOpened, limits: Limits) -> Opening:
    return Opening(complaint.at + round(_time(complaint, limits) * limits["warn_share"]), complaint.complaint)


def _left(journey: Journey, deadline: Deadline, limits: Limits) -> float:
    """Return the milliseconds from the warning to the breach.

    The warning has already moved by the time in which the complaint was paused.
    """
    for mark in journey.rings.complaint_opened:
        if mark.complaint == deadline.ref:
            return _time(mark, limits) * (1 - limits["warn_share"])
    return (deadline.due - deadline.opened) * (1 / limits["warn_share"] - 1)


@absence(
    "complaint_overdue",
    opened_by={ComplaintOpened: _complained},
    pauses={WaitingOnCustomer: lambda waiting, ref: waiting.waiting if waiting.complaint == ref else None},
    closed_by=(closing(ComplaintResolved, lambda complaint, ref: complaint.complaint == ref),),
    closes=after(days=56),
    reads={ComplaintOpened: last(4, "complaint", "due", "regulated")},
    limits={"warn_share": 0.5, "settle_days": 14, "regulated_days": 56},
    severity=WARNED,
)
def complaint_overdue(journey: Journey, complaint: Deadline, limits: Limits) -> Found:
    """A complaint has used half of its time, or all of it, and is not settled.

    **Definition**: The complaint is not resolved at `warn_share` of the promised time: a warning, severity 3. It is not resolved when all
    of that time has passed: a breach, severity 5. Without a promised date the time is `settle_days`. A regulated complaint never has more
    than `regulated_days`.
    **Default**: Warning at 50 % of the time. 14 days without a promise. 8 weeks for a regulated complaint.
    **Source**: FCA DISP 1.6 for the 8 weeks. The 14 days are [ours].
    **Guard**: The clock stops while we wait for the customer.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email complaint_opened desk complaint=b1", until="8d")
    ['complaint_opened', 'complaint_overdue', 'complaint_unresolved']
    >>> signals_of('''
    ... 0  email complaint_opened   desk complaint=b1
    ... 6d email complaint_resolved desk complaint=b1
    ... ''', until="30d")
    ['complaint_opened']
    """
    if complaint.step:
        return Found([complaint.evidence], "The promised time for settling the complaint has passed", BREACHED)
    words = f"The complaint has used {limits['warn_share']:.0%} of its time"
    return Found([complaint.evidence], words, WARNED, again_at=complaint.due + round(_left(journey, complaint, limits)))
