"""Contracts that end and have not been renewed."""

from __future__ import annotations

from schemas.touchpoints.membership import ContractEnds, SubscriptionCancelled, SubscriptionRenewed, SubscriptionUpgraded
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited

Renewal = ContractEnds | SubscriptionCancelled | SubscriptionRenewed | SubscriptionUpgraded
STEPS = ((0.3, 2), (0.6, 3), (1.0, 4))  # strength and severity


def _marks(ends: int, limits: Limits) -> list[int]:
    """When (ms UTC) it is said, for the first, second and third time."""
    return sorted(ends - round(limits[days] * DAY) for days in ("first_days", "second_days", "third_days"))


def _told(_journey: Journey, contract: ContractEnds, limits: Limits) -> Opening | None:
    if contract.renews_itself or contract.ends <= contract.at:
        return None
    return Opening(max(contract.at, _marks(contract.ends, limits)[0]), contract.subscription)


def _same(renewal: Renewal, ref: str) -> bool:
    """Whether it is about this subscription; a contract that names none may be any."""
    return ref in ("", renewal.subscription)


@absence(
    "contract_ending",
    opened_by={ContractEnds: _told},
    closed_by=(
        closing(SubscriptionRenewed, _same),
        closing(SubscriptionUpgraded, _same),
        closing(SubscriptionCancelled, _same),
        closing(ContractEnds, lambda contract, ref: contract.renews_itself and _same(contract, ref)),
    ),
    reads={ContractEnds: last_uncited(4, "subscription", "ends")},
    limits={"first_days": 90, "second_days": 60, "third_days": 30},
    severity=2,
    risk=Risk("relationship", weight=1.8, half_life_days=30),
)
def contract_ending(journey: Journey, wait: Deadline, limits: Limits) -> Found | Later | None:
    """A contract ends soon, and nobody has renewed it.

    **Definition**: no renewal and no larger plan `first_days` before the end last told, at 0.3; `second_days` before it at 0.6,
    `third_days` before it in full.
    **Default**: 90, 60 and 30 days.
    **Source**: the days at which customer success teams look at a renewal (vendors' playbooks); weight 1.8 and half-life 30 days, so that
    it has faded when the end is long past, are priors [ours].
    **Guard**: a contract that goes on by itself does not end. A cancelled one has ended in the customer's mind: `cancelled` says so. A
    renewal of another subscription renews nothing; a contract that names no subscription is renewed by any. An end told when it is past is
    none. Of contracts the latest 4 are remembered.

    >>> from streams.replay import signals_of
    >>> signals_of("0 - contract_ends - contract=n1 ends=1776240000000", until="11d")
    ['contract_ending']
    >>> signals_of('''
    ... 0   -   contract_ends        - contract=n1 ends=1776240000000 subscription=a1
    ... 8d  web subscription_renewed - subscription=a1
    ... ''', until="300d")
    []
    """
    told = [mark.ends for mark in journey.rings.contract_ends if mark.subscription == wait.ref]
    if not told:
        return None
    marks = _marks(told[-1], limits)
    passed = [mark for mark in marks if mark <= wait.due]
    if not passed:
        return Later(marks[0])
    strength, severity = STEPS[len(passed) - 1]
    again = marks[len(passed)] if len(passed) < len(marks) else None
    words = f"A contract ends in {(told[-1] - wait.due) / DAY:.0f} days and is not renewed"
    return Found([wait.evidence], words, severity, strength, again_at=again)
