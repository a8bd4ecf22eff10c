"""Time: the next moment a journey wants to be looked at, and what happens then."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams import closings, signals, weekly
from streams.churn import proving, settling
from streams.ladder import BUYING
from streams.moment import Emission, Moment
from streams.offers import books, funnel
from streams.portrait import personas
from streams.rules import Rules
from streams.stages import settle_phase
from streams.state import Journey, Partition

LEADERS = 3  # customers that must have passed a moment before it is past: one bad date moves nobody
GRAIN = 1_000  # ms by which the hindmost leader must be passed to count: event time moves once a second, not with every event


def next_wake(journey: Journey) -> int:
    """The earliest moment (ms UTC) at which time alone changes something; 0: never."""
    due = [matter.due for matter in journey.matters.values() if not matter.paused]
    due += [signal.closes_at for signal in journey.open]
    if journey.band_due:
        due.append(journey.band_due)
    if journey.week_due:
        due.append(journey.week_due)
    if journey.state_due:
        due.append(journey.state_due)
    if books_due := books.next_wake(journey):
        due.append(books_due)
    return min(due, default=0)


def fire(journey: Journey, partition: Partition, rules: Rules, customer: str, until: int, out: list[Emission]) -> None:
    """Every wake due by `until` happens, in order, each at its own time: late or early delivery of the tick changes nothing.

    A wake that a late touchpoint set into the past happens at the first moment that is not past, for time moves forward only.
    """
    while 0 < journey.next_wake <= until:
        at = max(journey.next_wake, journey.newest, journey.woken + 1)
        moment = Moment(journey, partition, rules, customer, at, "wake", out)
        journey.woken = moment.at
        closings.expire(moment)
        signals.miss(moment)
        weekly.review(moment)
        books.wake(moment)
        proving.settle(moment)
        if rules.models.changes:
            settling.look(journey)
        conclude(moment)
        if 0 < journey.next_wake <= moment.at:
            raise RuntimeError(f"the wake at {moment.at} left a wake at {journey.next_wake}: time must pass")


def conclude(moment: Moment) -> None:
    """What every moment ends with: what follows from new frictions, the risk, one decision, the next wake."""
    if moment.opened:
        signals.follow(moment)
    settling.settle(moment)
    if not moment.journey.state_due:
        proving.begin(moment)
    settle_phase(moment)
    if moment.rules.personas or moment.journey.personas:
        personas.settle(moment)
    if moment.triggers:
        funnel.decide_offer(moment)
    moment.journey.next_wake = next_wake(moment.journey)


def rest(moment: Moment, touchpoint: Touchpoint) -> None:
    """What a touchpoint ends with: nothing, unless it stirred something; standing terms and personas are also looked at when an episode
    begins, and standing terms with a purchase."""
    if not moment.journey.week_due and moment.journey.acts >= weekly.HABIT:
        weekly.begin(moment)
    if moment.rules.standing and (moment.journey.episode.count == 1 or isinstance(touchpoint, BUYING)) and not settling.stays_calm(moment):
        settling.look(moment.journey)
        moment.stirred = True
    if moment.stirred:
        conclude(moment)
    elif moment.rules.personas and moment.journey.episode.count == 1:
        personas.settle(moment)


def observe(partition: Partition, customer: str, at: int) -> None:
    """A customer was seen at this event time; the partition's time is what `LEADERS` customers have passed, to the second.

    >>> partition = Partition()
    >>> for customer, at in [("a", 9_000_000), ("b", 10_000), ("c", 20_000)]: observe(partition, customer, at)
    >>> partition.event_time
    10000
    """
    leaders = partition.leaders
    if len(leaders) == LEADERS and at < leaders[0][0] + GRAIN:
        return
    kept = [leader for leader in leaders if leader[1] != customer or leader[0] > at]
    if len(kept) == len(leaders) and any(leader[1] == customer for leader in kept):
        return
    partition.leaders = sorted([*kept, (at, customer)])[-LEADERS:]
    if len(partition.leaders) == LEADERS:
        partition.event_time = max(partition.event_time, partition.leaders[0][0])
