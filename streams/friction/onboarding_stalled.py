"""New customers who do not get started."""

from __future__ import annotations

from schemas.touchpoints.membership import AccountCreated, AccountDeleted
from schemas.touchpoints.usage import AccountPaused, MilestoneReached
from streams.detectors import DAY, Found, Later, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited

MILD = 2  # severity of the first of three


def _created(_journey: Journey, account: AccountCreated, limits: Limits) -> Opening | None:
    return Opening(account.at + round(limits["first_days"] * DAY), account.account) if account.onboarding else None


def _rested(journey: Journey, started: Deadline) -> int | None:
    """Return the milliseconds in which the account was paused so far, or None if a pause has no end."""
    pauses = [mark for mark in journey.rings.account_paused if started.opened <= mark.at <= started.due]
    lengths: list[int] = [max(0, mark.until - mark.at) for mark in pauses if mark.until is not None]
    return sum(lengths) if len(lengths) == len(pauses) else None


def _on_the_way(journey: Journey, started: Deadline, limits: Limits) -> bool:
    """Return whether enough milestones were reached, or the account was deleted."""
    rings = journey.rings
    reached = {mark.milestone for mark in rings.milestone_reached if mark.at >= started.opened}
    gone = any(mark.at >= started.opened and mark.account in ("", started.ref) for mark in rings.account_deleted)
    return gone or len(reached) >= limits["milestones"]


@absence(
    "onboarding_stalled",
    opened_by={AccountCreated: _created},
    closed_by=(closing(MilestoneReached), closing(AccountDeleted, lambda deleted, ref: deleted.account in ("", ref))),
    pinned=True,
    closes=after(days=17),
    reads={
        MilestoneReached: last_uncited(8, "milestone"),
        AccountPaused: last_uncited(4, "until"),
        AccountDeleted: last_uncited(1, "account"),
    },
    limits={"first_days": 7, "second_days": 14, "third_days": 30, "milestones": 1},
    severity=MILD,
)
def onboarding_stalled(journey: Journey, started: Deadline, limits: Limits) -> Found | Later | None:
    """A new customer has not reached the first steps that make the product useful.

    **Definition**: An account that expects milestones was created `first_days` ago, and fewer than `milestones` different ones were
    reached. The friction is reported again, with a higher severity, after `second_days` and `third_days`. It stays open until the next such
    day, or until a milestone is reached.
    **Default**: 1 milestone. Days 7, 14 and 30 have severity 2, 3 and 4.
    **Source**: [ours]. Customer success teams look at new accounts after one week, two weeks and a month.
    **Guard**: A paused account gives no claim, and the days of the pause do not count. A pause without an end ends the wait. So does a
    deleted account.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web account_created - account=q1", until="8d")
    ['onboarding_stalled', 'onboarding_missed']
    >>> signals_of('''
    ... 0  web account_created   - account=q1
    ... 6d app milestone_reached - milestone=first_project
    ... ''', until="60d")
    []
    """
    days = (limits["first_days"], limits["second_days"], limits["third_days"])
    rested = _rested(journey, started)
    if rested is None or _on_the_way(journey, started, limits):
        return None
    if (due := started.opened + round(days[started.step] * DAY) + rested) > started.due:
        return Later(due)
    again = started.opened + round(days[started.step + 1] * DAY) + rested if started.step + 1 < len(days) else None
    return Found([started.evidence], f"Not started {days[started.step]:g} days after joining", MILD + started.step, again_at=again)
