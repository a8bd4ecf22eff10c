"""Timers: every due time of a journey is fired in order, each at its own time."""

from __future__ import annotations

from streams.context import Context, Emission
from streams.engine import forgetting
from streams.engine.finish import conclude
from streams.offers import history, silence
from streams.risk import labels, update
from streams.rules import Rules
from streams.signals import closing, raising, weekly
from streams.state import Journey, Partition


def fire_timers(
    journey: Journey, partition: Partition, rules: Rules, customer: str, until: int, out: list[Emission], logged_at: int = 0
) -> None:
    """Fire every timer that is due by `until`, in order, each at its own time. So a late or early tick changes nothing.
    `logged_at` is the log's time of the record that let the time pass (ms UTC).

    Time moves forward only. A timer that a late touchpoint set into the past fires at the first time that is not past. Raises
    RuntimeError if a timer leaves another one that is due already: the loop would never end.
    """
    while 0 < journey.next_wake <= until:
        at = max(journey.next_wake, journey.newest, journey.woken + 1)
        if 0 < journey.forget_due <= at:
            forgetting.forget_or_postpone(journey, partition, rules, at)
            continue
        ctx = Context(journey, partition, rules, customer, at, "wake", out, logged_at)
        journey.woken = ctx.at
        closing.expire_frictions(ctx)
        raising.judge_deadlines(ctx)
        weekly.review_weeks(ctx)
        history.fire_offer_timers(ctx)
        if 0 < journey.ask_due <= ctx.at:
            silence.ask_again(ctx)
        labels.label_and_predict(ctx)
        if rules.models.changes:
            update.request_update(journey)
        conclude(ctx)
        if 0 < journey.next_wake <= ctx.at:
            raise RuntimeError(f"the wake at {ctx.at} left a wake at {journey.next_wake}: time must pass")
