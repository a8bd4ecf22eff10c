"""The closing of signals: they are resolved, expire, make room, or are retracted because an absence was never true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from schemas.outputs.signals import FrictionClosed, SignalRetracted
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.detectors import Closing, Detector
from streams.insights import counting
from streams.offers import withdrawal
from streams.risk import update
from streams.state import OpenSignal

Closers = tuple[tuple[Detector, Closing], ...]


def resolve_frictions(ctx: Context, touchpoint: Touchpoint, closers: Closers) -> None:
    """Close the open frictions that this touchpoint resolves, and retract those that it disproves. A late touchpoint may do both.

    `closers` are the detectors whose frictions this kind may end.
    """
    journey = ctx.journey
    raised = {signal.detector for signal in journey.open}
    for detector, end in closers:
        if detector.name not in raised:
            continue
        for signal in [s for s in journey.open if s.detector == detector.name and end.matches(touchpoint, s.ref)]:
            if touchpoint.at <= signal.due:
                retract_friction(ctx, signal)
            elif touchpoint.at >= signal.opened:
                close_friction(ctx, signal, "resolved")


def relieve_risk(ctx: Context, touchpoint: Touchpoint, relieves: Mapping[str, tuple[Closing, ...]]) -> None:
    """Remove the contributions of churn signals that this touchpoint answers: a customer who is back is not silent.

    `relieves` are the closings of this kind, by the name of the churn signal's detector.
    """
    if relieves.keys().isdisjoint(ctx.journey.contributions):
        return
    for name in [name for name in ctx.journey.contributions if name in relieves]:
        if any(end.matches(touchpoint, "") for end in relieves[name]):
            update.drop_contribution(ctx.journey, name)
            ctx.dirty = True


def expire_frictions(ctx: Context) -> None:
    """Close the open frictions whose time has run out."""
    for signal in [s for s in ctx.journey.open if s.closes_at <= ctx.at]:
        close_friction(ctx, signal, "expired")


def close_friction(ctx: Context, signal: OpenSignal, because: Literal["resolved", "expired", "crowded_out"]) -> None:
    """Close a friction and publish that. If it was the last one, and a promotion was held up by it, that is decided again."""
    ctx.journey.open.remove(signal)
    counting.count_closing(ctx, signal, because)
    ctx.dirty = True
    if ctx.journey.held_up and not ctx.journey.open:
        ctx.journey.held_up = False
        ctx.triggers.append(f"friction_closed:{signal.detector}")
    ctx.out.append(
        FrictionClosed(
            **ctx.head(f"close:{signal.id}"), detector=signal.detector, signal=signal.id, because=because,
        )
    )  # fmt: skip
    if because == "resolved":
        withdrawal.withdraw_for_signal(ctx, signal.id, "cause_resolved")


def retract_friction(ctx: Context, signal: OpenSignal) -> None:
    """Retract a friction whose absence was never true. Withdraw the risk and the offers that it led to."""
    journey = ctx.journey
    journey.open.remove(signal)
    counting.count_closing(ctx, signal, "retracted")
    ctx.dirty = True
    _publish_retraction(ctx, signal.detector, signal.id)
    for name, contribution in list(journey.contributions.items()):
        if signal.id in contribution.evidence:
            update.drop_contribution(journey, name)
            _publish_retraction(ctx, name, contribution.signal)
            withdrawal.withdraw_for_signal(ctx, contribution.signal, "signal_retracted")
    withdrawal.withdraw_for_signal(ctx, signal.id, "signal_retracted")


def _publish_retraction(ctx: Context, detector: str, signal: str) -> None:
    ctx.out.append(
        SignalRetracted(
            **ctx.head(f"retract:{signal}"),
            detector=detector, signal=signal,
        )
    )  # fmt: skip
