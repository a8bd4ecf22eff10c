"""Timers: every moment a journey waits for is fired in order, each at its own due time."""

from __future__ import annotations

from streams.context import Context, Emission
from streams.engine.finish import conclude
from streams.offers import history
from streams.risk import labels, update
from streams.rules import Rules
from streams.signals import closing, raising, weekly
from streams.state import Journey, Partition


def fire_timers(journey: Journey, partition: Partition, rules: Rules, customer: str, until: int, out: list[Emission]) -> None:
    """Every wake due by `until` happens, in order, each at its own time: late or early delivery of the tick changes nothing.

    A wake that a late touchpoint set into the past happens at the first moment that is not past, for time moves forward only.
    """
    while 0 < journey.next_wake <= until:
        at = max(journey.next_wake, journey.newest, journey.woken + 1)
        ctx = Context(journey, partition, rules, customer, at, "wake", out)
        journey.woken = ctx.at
        closing.expire(ctx)
        raising.judge_deadlines(ctx)
        weekly.review(ctx)
        history.fire_offer_timers(ctx)
        labels.label_and_predict(ctx)
        if rules.models.changes:
            update.request_update(journey)
        conclude(ctx)
        if 0 < journey.next_wake <= ctx.at:
            raise RuntimeError(f"the wake at {ctx.at} left a wake at {journey.next_wake}: time must pass")
