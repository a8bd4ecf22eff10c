"""Steps of an order, contact or complaint that come at an unusual time."""

from __future__ import annotations

from typing import Any

from schemas.control import Norm
from schemas.touchpoints import kind_of
from schemas.touchpoints.aftersale import ItemReturned, OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced
from schemas.touchpoints.complaints import ComplaintAcknowledged, ComplaintOpened, ComplaintResolved
from schemas.touchpoints.delivery import OrderDelivered, ParcelScanned
from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import HOUR, Found, Limits, Measured, after, against_norm
from streams.state import Journey
from streams.state.marks import last

COURSES: dict[str, tuple[type[Touchpoint], ...]] = {
    "order": (OrderPlaced, ParcelScanned, OrderDelivered, ItemReturned, OrderRefunded),
    "contact": (ContactOpened, ContactClosed),
    "complaint": (ComplaintOpened, ComplaintAcknowledged, ComplaintResolved),
}
"""Per course: its kinds, by the field that holds its number. Clicks are no course, because no click follows from another."""

FIELD = {kind: field for field, kinds in COURSES.items() for kind in kinds}
NAMES = {kind: kind_of(kind) for kind in FIELD}
OWN = (ItemReturned,)  # a step that the customer takes: nobody keeps them waiting for it


def _before(journey: Journey, step: Touchpoint) -> tuple[str, Any] | None:
    """Return the step before this one in the same course: its kind's name and its entry."""
    field = FIELD[type(step)]
    ref, found = getattr(step, field), None
    for kind in COURSES[field] if ref else ():
        for mark in getattr(journey.rings, NAMES[kind]):
            if getattr(mark, field) == ref and mark.at <= step.at and (found is None or mark.at >= found[1].at):
                found = (NAMES[kind], mark)
    return found


def _gap(journey: Journey, step: Touchpoint) -> Measured | None:
    """Return the hours since the step before, per pair of kinds. The first step of a course has no step before it."""
    if (earlier := _before(journey, step)) is None:
        return None
    return Measured(f"{earlier[0]}>{NAMES[type(step)]}", (step.at - earlier[1].at) / HOUR)


@against_norm(
    "out_of_rhythm",
    on=tuple(kind for kind in FIELD if kind not in OWN),
    measures=_gap,
    closes=after(days=1),
    reads={kind: last(2, field) for kind, field in FIELD.items()},
    limits={"deviations": 6, "pairs": 50, "least_minutes": 1},
    severity=2,
)
def out_of_rhythm(journey: Journey, step: Touchpoint, limits: Limits, gap: Measured, norm: Norm) -> Found | None:
    """A step of an order, contact or complaint came much sooner or later than it does for others.

    **Definition**: The gap between two steps with the same number lies more than `deviations` standard deviations from the mean. The mean
    is that of this pair of kinds over all customers. At least `pairs` pairs must be known. A step too soon has severity 1, one too late 2.
    **Default**: 6 deviations, 50 pairs.
    **Source**: pm4py's temporal profile with zeta 6 (Stertz, Mangler and Rinderle-Ma 2020). The 50 pairs are [ours].
    **Guard**: The first step has no step before it. Steps with different numbers are no pair, and clicks have no number. What customers do
    themselves, as returning goods or paying an invoice, is no step that they wait for. A gap less than
    `least_minutes` off the mean gives no claim, however regular the others are. The journey remembers the latest 2 steps of each kind. So a
    customer with more orders under way at once is measured less often.

    >>> from streams.replay import signals_of
    >>> norms = {"out_of_rhythm": {"order_placed>order_delivered": (50, 48.0, 8.0)}}
    >>> signals_of('''
    ... 0  web  order_placed    /pay order=o1
    ... 5d post order_delivered -    order=o1
    ... ''', norms=norms)
    ['out_of_rhythm']
    >>> signals_of('''
    ... 0  web  order_placed    /pay order=o1
    ... 4d post order_delivered -    order=o1
    ... ''', norms=norms)
    []
    """
    off = gap.value - norm.mean
    beyond = abs(norm.beyond(gap.value)) > limits["deviations"] and abs(off) * 60 > limits["least_minutes"]
    if norm.count < limits["pairs"] or not beyond or (earlier := _before(journey, step)) is None:
        return None
    words = f"{gap.key.replace('>', ' to ')} took {gap.value:.1f} hours, where {norm.mean:.1f} are usual"
    return Found([earlier[1].id, step.id], words, 2 if off > 0 else 1, ref=getattr(step, FIELD[type(step)]))
