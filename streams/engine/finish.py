"""The end of an event: the risk, the phase, the personas, one decision, and the next timer."""

from __future__ import annotations

from streams.context import Context
from streams.customer import personas
from streams.customer.stages import update_phase
from streams.offers import funnel, history, silence, withdrawal
from streams.risk import labels, update
from streams.signals import raising, weekly
from streams.state import Journey


def next_due(journey: Journey) -> int:
    """Return the earliest time (ms UTC) at which time alone changes something; 0: never."""
    due = [deadline.due for deadline in journey.deadlines.values() if not deadline.paused]
    due += [signal.closes_at for signal in journey.open]
    if journey.band_due:
        due.append(journey.band_due)
    if journey.week_due:
        due.append(journey.week_due)
    if journey.prediction_due:
        due.append(journey.prediction_due)
    if journey.forget_due:
        due.append(journey.forget_due)
    if journey.ask_due:
        due.append(journey.ask_due)
    if books_due := history.next_offer_due(journey):
        due.append(books_due)
    return min(due, default=0)


def conclude(ctx: Context) -> None:
    """Recompute what depends on a change: followers of new frictions, risk, phase, personas, the decision, the next timer."""
    if ctx.opened:
        raising.ask_followers(ctx)
    if ctx.journey.band_due:
        update.update_band(ctx)
    if not ctx.journey.prediction_due:
        labels.schedule_prediction(ctx)
    update_phase(ctx)
    if ctx.rules.personas or ctx.journey.personas:
        personas.update_personas(ctx)
    if ctx.journey.cadence.count or ctx.journey.ask_due:
        silence.schedule_ask(ctx.journey, ctx.at)
    if ctx.journey.made:
        withdrawal.withdraw_overtaken(ctx)
    if ctx.triggers:
        funnel.decide_offer(ctx)
    ctx.journey.next_wake = next_due(ctx.journey)


def finish_event(ctx: Context, *, buys: bool) -> None:
    """Finish one touchpoint. Recompute risk, phase, personas, offer and the next timer, but only if something changed.

    On the first touchpoint of an episode (session) the base features of the risk and the personas are checked again. On a purchase
    the base features are (`buys`: the touchpoint is one). Most touchpoints end here at no cost.
    """
    journey, rules = ctx.journey, ctx.rules
    if not journey.week_due and journey.acts >= weekly.HABIT:
        weekly.schedule_review(ctx)
    begins = journey.episode.count == 1
    if rules.has_features and (begins or buys) and not update.skip_while_calm(ctx):
        update.request_update(journey)
        ctx.dirty = True
    if ctx.dirty:
        conclude(ctx)
    elif rules.personas and begins:
        personas.update_personas(ctx)
