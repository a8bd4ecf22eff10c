"""Signals end here: resolved, expired, crowded out; or retracted, when a late fact shows that an absence was never true."""

from __future__ import annotations

from typing import Literal

from schemas.signals import FrictionClosed, SignalRetracted
from schemas.touchpoints.base import Touchpoint
from streams.churn import settling
from streams.insights import measures
from streams.moment import Moment
from streams.offers import books
from streams.state import OpenSignal


def settle(moment: Moment, touchpoint: Touchpoint) -> None:
    """Open frictions that this touchpoint ends: resolved or, where it disproves an absence, never true. No fact is too late for that."""
    journey = moment.journey
    for detector, end in moment.rules.resolves.get(type(touchpoint), ()):
        for signal in [s for s in journey.open if s.detector == detector.name and end.matches(touchpoint, s.ref)]:
            if touchpoint.at <= signal.due:
                retract(moment, signal)
            elif touchpoint.at >= signal.opened:
                close(moment, signal, "resolved")


def relieve(moment: Moment, touchpoint: Touchpoint) -> None:
    """Churn signals that this touchpoint answers add to the risk no longer: a customer who is back is not silent."""
    contributions = moment.journey.contributions
    for detector, end in moment.rules.relieves.get(type(touchpoint), ()):
        if detector.name in contributions and end.matches(touchpoint, ""):
            settling.drop(moment.journey, detector.name)
            moment.stirred = True


def expire(moment: Moment) -> None:
    """Open signals whose time has run out are closed."""
    for signal in [s for s in moment.journey.open if s.closes_at <= moment.at]:
        close(moment, signal, "expired")


def close(moment: Moment, signal: OpenSignal, because: Literal["resolved", "expired", "crowded_out"]) -> None:
    """The friction point no longer stands; promotion may go on."""
    moment.journey.open.remove(signal)
    measures.ended(moment, signal, because)
    moment.stirred = True
    moment.triggers.append(f"friction_closed:{signal.detector}")
    moment.out.append(
        FrictionClosed(
            **moment.head(f"close:{signal.id}"), detector=signal.detector, signal=signal.id, because=because,
        )
    )  # fmt: skip
    if because == "resolved":
        books.withdraw(moment, signal.id, "cause_resolved")


def retract(moment: Moment, signal: OpenSignal) -> None:
    """The absence was never true: the signal, the risk it led to and the offers that rest on it are withdrawn."""
    journey = moment.journey
    journey.open.remove(signal)
    measures.ended(moment, signal, "retracted")
    moment.stirred = True
    _retracted(moment, signal.detector, signal.id)
    for name, contribution in list(journey.contributions.items()):
        if signal.id in contribution.evidence:
            settling.drop(journey, name)
            _retracted(moment, name, contribution.signal)
            books.withdraw(moment, contribution.signal, "signal_retracted")
    books.withdraw(moment, signal.id, "signal_retracted")


def _retracted(moment: Moment, detector: str, signal: str) -> None:
    moment.out.append(
        SignalRetracted(
            **moment.head(f"retract:{signal}"),
            detector=detector, signal=signal,
        )
    )  # fmt: skip
