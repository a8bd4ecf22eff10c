"""Contracts that end and have not been renewed."""

from __future__ import annotations

from schemas.touchpoints.membership import ContractEnds, SubscriptionCancelled, SubscriptionRenewed, SubscriptionUpgraded
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited

Renewal = ContractEnds | SubscriptionCancelled | SubscriptionRenewed | SubscriptionUpgraded
STEPS = ((0.3, 2), (0.6, 3), (1.0, 4))  # strength and severity


def _marks(ends: int, limits: Limits) -> list[int]:
    """Return when (ms UTC) the signal is raised for the first, second and third time."""
    return sorted(ends - round(limits[days] * DAY) for days in ("first_days", "second_days", "third_days"))


def _told(_journey: Journey, contract: ContractEnds, limits: Limits) -> Opening | None:
    if contract.renews_itself or contract.ends <= contract.at:
        return None
    return Opening(max(contract.at, _marks(contract.ends, limits)[0]), contract.subscription)


def _same(renewal: Renewal, ref: str) -> bool:
    """Return whether the renewal is about this subscription. A contract that names none may be about any."""
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

    **Definition**: There is no renewal and no larger plan `first_days` before the latest end reported: strength 0.3. The strength is 0.6
    `second_days` before that end, and full `third_days` before it.
    **Default**: 90, 60 and 30 days.
    **Source**: Customer success teams look at a renewal on these days (vendors' playbooks). Weight 1.8 and half-life 30 days are priors
    [ours]. With that half-life the signal has faded when the end is long past.
    **Guard**: A contract that renews itself does not end. A cancelled one has ended in the customer's mind, and `cancelled` reports it. A
    renewal of another subscription renews nothing. Any renewal renews a contract that names no subscription. An end reported after it has
    passed gives no claim. The journey remembers the latest 4 contracts.

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
