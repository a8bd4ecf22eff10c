"""Every step of a decision, by name and in order. Only this module changes a journey by an event.

The same journey, partition, event and rules give the same emissions and the same bytes. Nothing here waits, reads a clock or draws a
random number. `streams.engine.finish` holds the end of an event: risk, phase, personas, offer, next timer.
"""

from __future__ import annotations

from schemas.control import Addressed, Broadcast, Tick, TouchpointForwarded
from schemas.touchpoints.base import Touchpoint
from streams.context import Context, Emission
from streams.customer import readings, stages
from streams.customer.value import tiers
from streams.detectors import Detector, Found
from streams.engine import controls, forgetting, remember, size_limit, things
from streams.engine.finish import conclude, finish_event
from streams.engine.timers import fire_timers
from streams.engine.watermark import advance_watermark
from streams.identity import claiming, dividing, linking
from streams.insights import counting
from streams.offers import consent, history, withdrawal
from streams.rules import Rules
from streams.signals import closing, deadlines, moving, raising
from streams.state import Journey, Partition
from streams.state.identifiers import is_anonymous

Event = Touchpoint | Addressed | Broadcast


def decide(journey: Journey, partition: Partition, event: Event, rules: Rules, logged_at: int) -> list[Emission]:
    """Apply one event to its journey. Return what it publishes, in order: outputs, and control records for other journeys.

    `logged_at` is the log's own time (ms UTC). A tick from a clock that is ahead of the log does not count yet. Offers are made by
    the log's time if it is later than the event's; 0: by the event's alone.
    """
    out: list[Emission] = []
    if isinstance(event, Touchpoint):
        outcome = _apply_touchpoint(journey, partition, event, rules, out, logged_at)
    elif isinstance(event, Tick):
        outcome = _apply_tick(journey, partition, event, rules, logged_at, out)
    elif isinstance(event, TouchpointForwarded):
        outcome = _apply_touchpoint(journey, partition, linking.unwrap(event), rules, out, logged_at, event.hops)
    elif isinstance(event, Addressed):
        linking.apply_addressed(journey, partition, event, rules, out, logged_at)
        outcome = "control"
    else:
        controls.apply_control(partition, event)
        outcome = "control"
    partition.outcomes[outcome] = partition.outcomes.get(outcome, 0) + 1
    return out


def _apply_tick(journey: Journey, partition: Partition, tick: Tick, rules: Rules, logged_at: int, out: list[Emission]) -> str:
    """Fire the timers of a journey, if the tick is the one that it waits for."""
    if tick.due == journey.next_wake and tick.due <= logged_at:
        fire_timers(journey, partition, rules, tick.customer, tick.due, out, logged_at)
    return "tick"


def _apply_touchpoint(
    journey: Journey, partition: Partition, touchpoint: Touchpoint, rules: Rules, out: list[Emission], logged_at: int, hops: int = 0
) -> str:
    """Apply a touchpoint, unless it is a duplicate or belongs to another journey. Timers that are due before it fire first.

    A duplicate changes nothing in the journey.
    """
    thing = things.told_of(journey, touchpoint) if type(touchpoint) in things.NAMED else b""
    if thing is None or not remember.record_id(journey, touchpoint):
        return "duplicate"
    if thing:
        things.record_thing(journey, touchpoint, thing)
    advance_watermark(partition, touchpoint.customer, touchpoint.at)
    if journey.forward is not None and linking.forward_touchpoint(
        journey, touchpoint, linking.Route(hops, rules.blueprint.episode_silence_ms), out
    ):
        return "forwarded"
    if 0 < journey.next_wake <= touchpoint.at:
        fire_timers(journey, partition, rules, touchpoint.customer, touchpoint.at, out, logged_at)
        if forgetting.is_empty(journey):
            _record_anew(journey, touchpoint, thing)
    now = max(journey.newest, journey.woken)
    ctx = Context(journey, partition, rules, touchpoint.customer, max(touchpoint.at, now), touchpoint.id, out, logged_at)
    ctx.channel, ctx.place, ctx.thing, ctx.touchpoint = touchpoint.channel, touchpoint.place, thing, touchpoint
    ctx.late = touchpoint.at < now - rules.allowed_lateness(touchpoint.source)
    ctx.is_customer = rules.is_from_customer(touchpoint)
    _run_steps(ctx, touchpoint)
    journey.late += ctx.late
    return "late" if ctx.late else "applied"


def _record_anew(journey: Journey, touchpoint: Touchpoint, thing: bytes) -> None:
    """Record the touchpoint once more: the journey was forgotten just before it, with all that it had recorded."""
    remember.record_id(journey, touchpoint)
    if thing:
        things.record_thing(journey, touchpoint, thing)


def _run_steps(ctx: Context, touchpoint: Touchpoint) -> None:
    """Apply one touchpoint, step by step. Bots and our own people raise no signals and are not counted."""
    # 0. A report about an offer that was never made is told, and is no act of the customer.
    if type(touchpoint) in history.OUTCOME and history.is_unmatched(ctx.journey, touchpoint):
        _tell_unmatched(ctx, touchpoint)
        return
    # 1. The detectors read the journey as it was before. Step 6 raises what they found.
    found = raising.ask_patterns(ctx, touchpoint) if ctx.is_customer else []
    # 2. The touchpoint enters the memory, and may change the customer's tier.
    if is_anonymous(ctx.customer):
        dividing.note_episode_start(ctx.journey, touchpoint.at, ctx.rules.blueprint.episode_silence_ms)
        forgetting.schedule_forgetting(ctx, touchpoint.at)
    before = tiers.state_before(ctx.journey) if type(touchpoint) in tiers.KINDS else None
    remember.remember(ctx, touchpoint)
    if before is not None:
        tiers.update_tier(ctx, before)
    # 3. Deadlines are met, paused or opened. Frictions are resolved. Churn signals are answered.
    _apply_answers(ctx, touchpoint)
    # 4. The stage and the loyalty level may change.
    stages.update_stage(ctx, touchpoint)
    # 5. The touchpoint is counted over all customers. Its readers note what it says of this customer and of offers.
    _count_and_read(ctx, touchpoint)
    # 6. Signals are raised, also of a move to another place, the size limit is kept, and another id of this customer is linked.
    if found or ctx.moved:
        _raise(ctx, touchpoint, found)
    size_limit.enforce_size_limit(ctx, touchpoint)
    if type(touchpoint) in claiming.LINKS and ctx.is_customer:
        claiming.link(ctx, touchpoint)
    # 7. The event is finished: risk, phase, personas, one decision, the next timer.
    finish_event(ctx, touchpoint)


def _raise(ctx: Context, touchpoint: Touchpoint, found: list[tuple[Detector, Found]]) -> None:
    """Raise what the detectors found, and what follows from a move to another place."""
    for detector, claim in found:
        raising.raise_signal(ctx, detector, claim)
    if ctx.moved:
        moving.follow_move(ctx, touchpoint)


def _apply_answers(ctx: Context, touchpoint: Touchpoint) -> None:
    """Apply what the touchpoint answers: deadlines, open frictions, and signals that add to the risk."""
    kind, journey, rules = type(touchpoint), ctx.journey, ctx.rules
    if journey.deadlines and kind in rules.deadline_closers:
        deadlines.close_deadlines(ctx, touchpoint)
    if journey.open and kind in rules.friction_closers:
        closing.resolve_frictions(ctx, touchpoint)
    if journey.contributions and not ctx.late:
        closing.relieve_risk(ctx, touchpoint)
    if kind in rules.pausers:
        deadlines.pause_deadlines(ctx, touchpoint)
    if ctx.is_customer and not ctx.late and kind in rules.openers:
        deadlines.open_deadlines(ctx, touchpoint)


def _tell_unmatched(ctx: Context, touchpoint: Touchpoint) -> None:
    """Publish that a report is about an unknown offer. Of the journey it changes the clock, and what it says of the channel."""
    history.report_unmatched(ctx, touchpoint)
    if is_anonymous(ctx.customer):
        forgetting.schedule_forgetting(ctx, touchpoint.at)
    ctx.journey.newest = max(ctx.journey.newest, touchpoint.at)
    conclude(ctx)


def _count_and_read(ctx: Context, touchpoint: Touchpoint) -> None:
    """Count the touchpoint over all customers. Read what it says of this customer and of the offers made to them."""
    kind = type(touchpoint)
    if ctx.is_customer:
        counting.count_touchpoint(ctx, touchpoint)
        if kind in readings.KINDS:
            readings.read_touchpoint(ctx, touchpoint)
    if kind in history.OUTCOME_KINDS:
        history.record_outcome(ctx, touchpoint)
        ctx.dirty = True
    elif kind in consent.RETURNS and ctx.journey.consents:
        consent.note_app_back(ctx.journey, touchpoint)
    if ctx.journey.made and kind in ctx.rules.goal_kinds:
        withdrawal.withdraw_reached(ctx, touchpoint)
