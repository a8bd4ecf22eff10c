"""Signals end here: resolved, expired, crowded out; or retracted, when a late fact shows that an absence was never true."""

from __future__ import annotations

from typing import Literal

from schemas.signals import FrictionClosed, SignalRetracted
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.insights import counting
from streams.offers import history
from streams.risk import update
from streams.state import OpenSignal


def resolve_frictions(ctx: Context, touchpoint: Touchpoint) -> None:
    """Open frictions that this touchpoint ends: resolved or, where it disproves an absence, never true. No fact is too late for that."""
    journey = ctx.journey
    for detector, end in ctx.rules.friction_closers.get(type(touchpoint), ()):
        for signal in [s for s in journey.open if s.detector == detector.name and end.matches(touchpoint, s.ref)]:
            if touchpoint.at <= signal.due:
                retract(ctx, signal)
            elif touchpoint.at >= signal.opened:
                close(ctx, signal, "resolved")


def relieve(ctx: Context, touchpoint: Touchpoint) -> None:
    """Churn signals that this touchpoint answers add to the risk no longer: a customer who is back is not silent."""
    contributions = ctx.journey.contributions
    for detector, end in ctx.rules.churn_closers.get(type(touchpoint), ()):
        if detector.name in contributions and end.matches(touchpoint, ""):
            update.drop_contribution(ctx.journey, detector.name)
            ctx.dirty = True


def expire(ctx: Context) -> None:
    """Open signals whose time has run out are closed."""
    for signal in [s for s in ctx.journey.open if s.closes_at <= ctx.at]:
        close(ctx, signal, "expired")


def close(ctx: Context, signal: OpenSignal, because: Literal["resolved", "expired", "crowded_out"]) -> None:
    """The friction point no longer stands; promotion may go on."""
    ctx.journey.open.remove(signal)
    counting.count_closing(ctx, signal, because)
    ctx.dirty = True
    ctx.triggers.append(f"friction_closed:{signal.detector}")
    ctx.out.append(
        FrictionClosed(
            **ctx.head(f"close:{signal.id}"), detector=signal.detector, signal=signal.id, because=because,
        )
    )  # fmt: skip
    if because == "resolved":
        history.withdraw_for_signal(ctx, signal.id, "cause_resolved")


def retract(ctx: Context, signal: OpenSignal) -> None:
    """The absence was never true: the signal, the risk it led to and the offers that rest on it are withdrawn."""
    journey = ctx.journey
    journey.open.remove(signal)
    counting.count_closing(ctx, signal, "retracted")
    ctx.dirty = True
    _retracted(ctx, signal.detector, signal.id)
    for name, contribution in list(journey.contributions.items()):
        if signal.id in contribution.evidence:
            update.drop_contribution(journey, name)
            _retracted(ctx, name, contribution.signal)
            history.withdraw_for_signal(ctx, contribution.signal, "signal_retracted")
    history.withdraw_for_signal(ctx, signal.id, "signal_retracted")


def _retracted(ctx: Context, detector: str, signal: str) -> None:
    ctx.out.append(
        SignalRetracted(
            **ctx.head(f"retract:{signal}"),
            detector=detector, signal=signal,
        )
    )  # fmt: skip
