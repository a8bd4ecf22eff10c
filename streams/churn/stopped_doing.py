"""Customers who are still here, but have stopped one of their weekly activities."""

from __future__ import annotations

from schemas.touchpoints import ACTIVITIES, KINDS, kind_of
from schemas.touchpoints.usage import AccountPaused
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared import declines
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import COMPLETE, USE, Weeks

USUAL, SEEN = 8, 4  # weeks before the stop: how many are looked at, and how many must be remembered at least
STEPS = ("first_days", "second_days", "third_days", "fourth_days")
NAMES = {
    slot: tuple(kind_of(kind) for kind in KINDS if kind.activity == ACTIVITIES[slot]) for slot in USE
}  # activity -> names of its kinds


def _silent(weeks: Weeks, slot: int) -> int:
    """Return how many complete weeks up to now had nothing of this activity. It is 0 if the running week has some."""
    if slot in weeks.lately:
        return 0
    return next((age for age, count in enumerate(weeks.counts((slot,))) if count), COMPLETE)


def _regular(journey: Journey, weeks: Weeks, slot: int, silent: int, share: float) -> bool:
    """Return whether the activity was done in most of the weeks before.

    The journey may have forgotten those weeks. Then the activity must have been done at some time, and the signal must have been raised.
    """
    usual = weeks.counts((slot,))[silent : min(silent + USUAL, weeks.known)]
    if len(usual) >= SEEN:
        return sum(map(bool, usual)) >= share * len(usual)
    return silent == COMPLETE and "stopped_doing" in journey.contributions and _ever(journey, slot)


def _ever(journey: Journey, slot: int) -> bool:
    return any(name in journey.kinds for name in NAMES[slot])


@weekly(
    "stopped_doing",
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"first_days": 15, "second_days": 30, "third_days": 60, "fourth_days": 90, "share": 0.75},
    severity=2,
    risk=Risk("decline", weight=1.2, half_life_days=60),
)
def stopped_doing(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer regularly browsed, bought or used, has not for weeks, and still does other things.

    **Definition**: The customer did an activity in `share` of (up to) 8 complete weeks. Then they did not do it once for a number of
    complete weeks. That number is what `first_days`, `second_days`, `third_days` and `fourth_days` hold: a quarter of the strength each.
    Asked every Monday. Of several activities the longest silence counts.
    **Default**: 15, 30, 60 and 90 days, thus 2, 4, 8 and 12 weeks. Three weeks of four.
    **Source**: The horizons of Segment's predictions. Weight 1.2 and half-life 60 days are priors [ours].
    **Guard**: At least four weeks before the stop are remembered. After 12 silent weeks the signal is only repeated, never raised for the
    first time. A customer who does nothing at all is silent, and other signals report that. One who does more of another of the three has
    moved. An agreed pause, or more of the company's days off, gives no claim. Asking for help is no activity, nor is what we send or book.

    >>> from streams.replay import signals_of
    >>> looked = [f"{day}d web page_viewed / page=/ \\n" for day in range(90)]
    >>> used = [f"{day}d app feature_used - feature=f \\n" if day % 7 == 0 and day < 70 else "" for day in range(90)]
    >>> signals_of("".join(map("".join, zip(looked, used))), until="90d")
    ['stopped_doing']
    >>> signals_of("".join(looked), until="90d")
    []
    """
    first = int(limits["first_days"] // 7)
    if not declines.are_comparable(journey, weeks, first, SEEN):
        return None
    silent = {slot: _silent(weeks, slot) for slot in USE}
    stopped = [slot for slot, count in silent.items() if count >= first and _regular(journey, weeks, slot, count, limits["share"])]
    if not stopped:
        forgotten = any(count > COMPLETE - SEEN and _ever(journey, slot) for slot, count in silent.items())
        return None if forgotten else Over()
    longest = max(stopped, key=lambda slot: silent[slot])
    if declines.has_moved(weeks, first, min(USUAL, weeks.known - first)):
        return None
    steps = sum(silent[longest] >= limits[name] // 7 for name in STEPS)
    return Found([journey.acted_id], f"No {ACTIVITIES[longest]} for {silent[longest]} weeks", strength=steps / len(STEPS))
