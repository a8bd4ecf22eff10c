"""The only place that changes a journey.

Same journey, partition, event and rules: same emissions and same bytes. Nothing here waits, reads a clock or draws a number.
"""

from __future__ import annotations

from schemas.control import Addressed, Broadcast, Tick, TouchpointForwarded
from schemas.touchpoints.base import Touchpoint
from streams import ceiling, clock, closings, matters, memory, signals, stages, steering
from streams.identity import dividing, linking
from streams.identity.forwarding import anonymous
from streams.insights import measures
from streams.moment import Emission, Moment
from streams.offers import books, consent
from streams.portrait import readings
from streams.rules import Rules
from streams.state import Journey, Partition
from streams.worth import tiers

Event = Touchpoint | Addressed | Broadcast


def decide(journey: Journey, partition: Partition, event: Event, rules: Rules, logged_at: int) -> list[Emission]:
    """What this event makes true, in order: wakes that were due before it, what the detectors see, memory, stage, risk, offer.

    `logged_at` is the log's own time (ms UTC): a tick from a clock that runs ahead of it does not count yet.
    """
    out: list[Emission] = []
    if isinstance(event, Touchpoint):
        outcome = _touch(journey, partition, event, rules, out)
    elif isinstance(event, Tick):
        outcome = _tick(journey, partition, event, rules, logged_at, out)
    elif isinstance(event, TouchpointForwarded):
        outcome = _touch(journey, partition, linking.unwrapped(event), rules, out, event.hops)
    elif isinstance(event, Addressed):
        linking.follow(journey, partition, event, rules, out)
        outcome = "control"
    else:
        steering.steer(partition, event)
        outcome = "control"
    partition.outcomes[outcome] = partition.outcomes.get(outcome, 0) + 1
    return out


def _tick(journey: Journey, partition: Partition, tick: Tick, rules: Rules, logged_at: int, out: list[Emission]) -> str:
    if tick.due == journey.next_wake and tick.due <= logged_at:
        clock.fire(journey, partition, rules, tick.customer, tick.due, out)
    return "tick"


def _touch(journey: Journey, partition: Partition, touchpoint: Touchpoint, rules: Rules, out: list[Emission], hops: int = 0) -> str:
    if memory.seen_before(journey, touchpoint):
        return "duplicate"
    clock.observe(partition, touchpoint.customer, touchpoint.at)
    if journey.forward is not None and linking.passed_on(journey, touchpoint, linking.Route(hops, rules.blueprint.episode_silence_ms), out):
        return "forwarded"
    if 0 < journey.next_wake <= touchpoint.at:
        clock.fire(journey, partition, rules, touchpoint.customer, touchpoint.at, out)
    now = max(journey.newest, journey.woken)
    moment = Moment(journey, partition, rules, touchpoint.customer, max(touchpoint.at, now), touchpoint.id, out)
    moment.channel, moment.place = touchpoint.channel, touchpoint.place
    moment.late = touchpoint.at < now - rules.lateness_of(touchpoint.source)
    _take_in(moment, touchpoint)
    journey.late += moment.late
    return "late" if moment.late else "applied"


def _take_in(moment: Moment, touchpoint: Touchpoint) -> None:
    kind, watched = type(touchpoint), moment.rules.of_customers(touchpoint)
    moment.watched = watched
    found = signals.notice(moment, touchpoint) if watched else []
    if anonymous(moment.customer):
        dividing.note_beginning(moment.journey, touchpoint.at, moment.rules.blueprint.episode_silence_ms)
    (tiers.remember if kind in tiers.KINDS else memory.remember)(moment, touchpoint)
    _answer(moment, touchpoint)
    if watched and not moment.late and kind in moment.rules.openers:
        matters.open_matters(moment, touchpoint)
    stages.step(moment, touchpoint)
    if watched:
        measures.visited(moment, touchpoint)
        if kind in readings.KINDS:
            readings.read(moment, touchpoint)
    if kind in consent.KINDS:
        consent.note(moment.journey, touchpoint)
    if kind in books.OUTCOMES:
        books.note_outcome(moment, touchpoint)
        moment.stirred = True
    for detector, claim in found:
        signals.raise_signal(moment, detector, claim)
    ceiling.weigh(moment, touchpoint)
    if kind in linking.LINKS and watched:
        linking.link(moment, touchpoint)
    clock.rest(moment, touchpoint)


def _answer(moment: Moment, touchpoint: Touchpoint) -> None:
    """What was open, or weighed on the risk, and this touchpoint answers; what we wait for while the customer is to act stands still."""
    kind, journey, rules = type(touchpoint), moment.journey, moment.rules
    if journey.matters and kind in rules.settles:
        matters.close_matters(moment, touchpoint)
    if journey.open and kind in rules.resolves:
        closings.settle(moment, touchpoint)
    if journey.contributions and not moment.late:
        closings.relieve(moment, touchpoint)
    if kind in rules.pausers:
        matters.pause_matters(moment, touchpoint)
