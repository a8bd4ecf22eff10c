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
from streams.engine import controls, forgetting, remember, size_limit, things
from streams.engine.finish import conclude, finish_event
from streams.engine.timers import fire_timers
from streams.engine.watermark import advance_watermark
from streams.identity import claiming, dividing, linking
from streams.insights import counting
from streams.offers import consent, history, withdrawal
from streams.plan import Plan
from streams.planning import plan_of
from streams.rules import Rules
from streams.signals import closing, deadlines, moving, raising
from streams.state import Journey, Partition
from streams.state.identifiers import ANONYMOUS, is_anonymous

Event = Touchpoint | Addressed | Broadcast


def decide(journey: Journey, partition: Partition, event: Event, rules: Rules, logged_at: int) -> list[Emission]:
    """Apply one event to its journey. Return what it publishes, in order: outputs, and control records for other journeys.

    `logged_at` is the log's own time (ms UTC). A tick from a clock that is ahead of the log does not count yet. Offers are made by
    the log's time if it is later than the event's; 0: by the event's alone.
    """
    out: list[Emission] = []
    if isinstance(event, Touchpoint):
        decide_touchpoint(journey, partition, event, rules, out, logged_at)
        return out
    if isinstance(event, Tick):
        outcome = _apply_tick(journey, partition, event, rules, logged_at, out)
    elif isinstance(event, TouchpointForwarded):
        decide_touchpoint(journey, partition, linking.unwrap(event), rules, out, logged_at, event.hops)
        return out
    elif isinstance(event, Addressed):
        linking.apply_addressed(journey, partition, event, rules, out, logged_at)
        outcome = "control"
    else:
        controls.apply_control(partition, event)
        outcome = "control"
    _count(partition, outcome)
    return out


def _count(partition: Partition, outcome: str) -> str:
    """Count what became of an event, and return it."""
    outcomes = partition.outcomes
    outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcome


def _apply_tick(journey: Journey, partition: Partition, tick: Tick, rules: Rules, logged_at: int, out: list[Emission]) -> str:
    """Fire the timers of a journey, if the tick is the one that it waits for."""
    if tick.due == journey.next_wake and tick.due <= logged_at:
        fire_timers(journey, partition, rules, tick.customer, tick.due, out, logged_at)
    return "tick"


def decide_touchpoint(
    journey: Journey, partition: Partition, touchpoint: Touchpoint, rules: Rules, out: list[Emission], logged_at: int, hops: int = 0
) -> str:
    """Apply a touchpoint as `decide` does, for who knows that it is one. Append to `out` what it publishes, and return what became of it.

    It is `applied`, `late`, `forwarded` (it belongs to another journey), or a `duplicate`, which changes nothing in the journey. Timers
    that are due before it fire first.
    """
    kind, at, customer = type(touchpoint), touchpoint.at, touchpoint.customer
    plan: Plan = rules.plans.get(kind) or plan_of(rules, kind)
    thing = things.told_of(journey, touchpoint) if plan.names_thing else b""
    if thing is None or not remember.record_id(journey, touchpoint):
        return _count(partition, "duplicate")
    if thing:
        things.record_thing(journey, touchpoint, thing)
    advance_watermark(partition, customer, at)
    if journey.forward is not None and linking.forward_touchpoint(
        journey, touchpoint, linking.Route(hops, rules.blueprint.episode_silence_ms), out
    ):
        return _count(partition, "forwarded")
    if 0 < journey.next_wake <= at:
        _fire_before(journey, partition, touchpoint, thing, rules, out, logged_at)
    seen = journey.newest if journey.newest > journey.woken else journey.woken
    late = at < seen and at < seen - rules.allowed_lateness(touchpoint.source)
    is_customer = not rules.names_ours or rules.is_from_customer(touchpoint)
    ctx = Context(
        journey, partition, rules, customer, seen if at < seen else at, touchpoint.id, out, logged_at,
        touchpoint, touchpoint.channel, touchpoint.place, thing, late, is_customer,
    )  # fmt: skip
    _run_steps(ctx, touchpoint, plan)
    if late:
        journey.late += 1
    return _count(partition, "late" if late else "applied")


def _fire_before(
    journey: Journey, partition: Partition, touchpoint: Touchpoint, thing: bytes, rules: Rules, out: list[Emission], logged_at: int
) -> None:
    """Fire the timers that are due before the touchpoint. If the journey is forgotten by one, record the touchpoint once more."""
    fire_timers(journey, partition, rules, touchpoint.customer, touchpoint.at, out, logged_at)
    if forgetting.is_empty(journey):
        remember.record_id(journey, touchpoint)
        if thing:
            things.record_thing(journey, touchpoint, thing)


def _run_steps(ctx: Context, touchpoint: Touchpoint, plan: Plan) -> None:
    """Apply one touchpoint, step by step. Bots and our own people raise no signals and are not counted."""
    journey, is_customer = ctx.journey, ctx.is_customer
    # 0. A report about an offer that was never made is told, and is no act of the customer.
    if plan.reports_offer and history.is_unmatched(journey, touchpoint):
        _tell_unmatched(ctx, touchpoint)
        return
    # 1. The detectors read the journey as it was before. Step 6 raises what they found.
    found = raising.ask_patterns(ctx, touchpoint, plan.patterns) if is_customer and plan.patterns else ()
    # 2. The touchpoint enters the memory, and may change the customer's tier.
    if ctx.customer.startswith(ANONYMOUS):
        _note_visitor(ctx, touchpoint)
    before = tiers.state_before(journey) if plan.changes_tier else None
    remember.remember(ctx, touchpoint, plan)
    if before is not None:
        tiers.update_tier(ctx, before)
    # 3. Deadlines are met, paused or opened. Frictions are resolved. Churn signals are answered.
    _apply_answers(ctx, touchpoint, plan)
    # 4. The stage and the loyalty level may change.
    if plan.has_finer_cue or (stage := journey.stage.name) in plan.leaves or not stage:
        stages.update_stage(ctx, touchpoint)
    # 5. The touchpoint is counted over all customers. Its readers note what it says of this customer and of offers.
    if is_customer:
        counting.count_touchpoint(ctx, touchpoint, plan)
        if plan.is_read:
            readings.read_touchpoint(ctx, touchpoint)
    if plan.concerns_offers:
        _note_offers(ctx, touchpoint, plan)
    _act(ctx, touchpoint, plan, found)


def _note_visitor(ctx: Context, touchpoint: Touchpoint) -> None:
    """Keep of an anonymous journey what its episode begins with, and when it may be forgotten."""
    dividing.note_episode_start(ctx.journey, touchpoint.at, ctx.rules.blueprint.episode_silence_ms)
    forgetting.schedule_forgetting(ctx, touchpoint.at)


def _act(ctx: Context, touchpoint: Touchpoint, plan: Plan, found: raising.Claims) -> None:
    """Act on what the steps before have found."""
    # 6. Signals are raised, also of a move to another place. The size limit is kept. Another id of this customer is linked.
    for detector, claim in found:
        raising.raise_signal(ctx, detector, claim)
    if ctx.moved:
        moving.follow_move(ctx, touchpoint)
    size_limit.enforce_size_limit(ctx, plan.texts(touchpoint))
    if plan.links_ids and ctx.is_customer:
        claiming.link(ctx, touchpoint)
    # 7. The event is finished: risk, phase, personas, one decision, the next timer.
    finish_event(ctx, buys=plan.buys)


def _apply_answers(ctx: Context, touchpoint: Touchpoint, plan: Plan) -> None:
    """Apply what the touchpoint answers: deadlines, open frictions, and signals that add to the risk."""
    journey = ctx.journey
    if plan.ends_deadlines and journey.deadlines:
        deadlines.close_deadlines(ctx, touchpoint, plan.ends_deadlines)
    if plan.resolves and journey.open:
        closing.resolve_frictions(ctx, touchpoint, plan.resolves)
    if journey.contributions and not ctx.late:
        closing.relieve_risk(ctx, touchpoint, plan.relieves)
    if plan.pausers:
        deadlines.pause_deadlines(ctx, touchpoint, plan.pausers)
    if plan.openers and ctx.is_customer and not ctx.late and not deadlines.all_wait(journey.deadlines, plan.silences):
        deadlines.open_deadlines(ctx, touchpoint, plan.openers)


def _tell_unmatched(ctx: Context, touchpoint: Touchpoint) -> None:
    """Publish that a report is about an unknown offer. Of the journey it changes the clock, and what it says of the channel."""
    history.report_unmatched(ctx, touchpoint)
    if is_anonymous(ctx.customer):
        forgetting.schedule_forgetting(ctx, touchpoint.at)
    ctx.journey.newest = max(ctx.journey.newest, touchpoint.at)
    conclude(ctx)


def _note_offers(ctx: Context, touchpoint: Touchpoint, plan: Plan) -> None:
    """Note what the touchpoint says of the offers made to this customer, and of the channels that reach them."""
    if plan.is_outcome:
        history.record_outcome(ctx, touchpoint)
        ctx.dirty = True
    elif plan.shows_app and ctx.journey.consents:
        consent.note_app_back(ctx.journey, touchpoint)
    if plan.is_goal and ctx.journey.made:
        withdrawal.withdraw_reached(ctx, touchpoint)
