"""Signals are raised, repeated, closed and retracted here, and nowhere else."""

from __future__ import annotations

from typing import Any, Literal

from schemas.signals import ChurnSignalRaised, FrictionClosed, FrictionOpened, FrictionRepeated, SignalRetracted
from schemas.touchpoints.base import Touchpoint
from streams.churn import score
from streams.detectors import Detector, Found, Later
from streams.matters import due_matters, detector_of, failed
from streams.memory import met_friction
from streams.moment import Moment
from streams.offers import books
from streams.stages import move
from streams.state import OPEN_SIGNALS, Matter, OpenSignal

EVIDENCE = 8    # ids kept per open signal


def ask(moment: Moment, detector: Detector, cause: Any) -> Found | Later | None:
    """The detector's answer; its exception is reported and counts as silence, and so does a claim without evidence."""
    try:
        answer = detector.ask(moment.journey, cause, moment.rules.limits[detector.name])
    except Exception as error:
        failed(moment, detector, error)
        return None
    return None if isinstance(answer, Found) and not answer.evidence else answer


def notice(moment: Moment, touchpoint: Touchpoint) -> list[tuple[Detector, Found]]:
    """What the detectors of this kind claim, looking at the journey as it was before."""
    found = []
    for detector in moment.rules.patterns.get(type(touchpoint), ()):
        if isinstance(answer := ask(moment, detector, touchpoint), Found):
            found.append((detector, answer))
    return found


def miss(moment: Moment) -> None:
    """Matters that have come due are judged; each ends, or is asked about again strictly later."""
    matters = moment.journey.matters
    for key in due_matters(moment.journey, moment.at):
        matter, detector = matters[key], moment.rules.detectors.get(detector_of(key))
        answer = ask(moment, detector, matter) if detector else None
        again = answer.at if isinstance(answer, Later) else answer.again_at if answer else None
        if again is None:
            del matters[key]
        else:
            matter.due, matter.step = max(again, moment.at + 1), matter.step + (not isinstance(answer, Later))
        if detector and isinstance(answer, Found):
            raise_signal(moment, detector, answer, matter)


def raise_signal(moment: Moment, detector: Detector, found: Found, matter: Matter | None = None) -> None:
    """A claim becomes a friction point, or a churn signal that adds to the risk."""
    if detector.risk:
        _raise_churn(moment, detector, found, matter)
    else:
        _raise_friction(moment, detector, found, matter)


def _raise_friction(moment: Moment, detector: Detector, found: Found, matter: Matter | None) -> None:
    journey = moment.journey
    place = found.place if found.place is not None else matter.place if matter else moment.place
    ref = matter.ref if matter else ""
    severity = found.severity or detector.severity
    for signal in journey.open:
        if signal.detector == detector.name and signal.place == place and signal.ref == ref:
            _repeat(moment, detector, signal, found, severity)
            return
    if len(journey.open) >= OPEN_SIGNALS:
        journey.dropped += 1
        close(moment, journey.open[0], "crowded_out")
    signal = OpenSignal(
        moment.id(f"friction:{detector.name}:{place}:{ref}"), detector.name, place, ref, moment.at, moment.at + detector.closes, severity,
        evidence=list(found.evidence[-EVIDENCE:]), due=moment.at if matter else 0, channel=matter.channel if matter else moment.channel,
    )  # fmt: skip
    journey.open.append(signal)
    met_friction(journey, place, moment.at, detector.name)
    moment.opened.append(signal)
    moment.triggers.append(f"friction_opened:{detector.name}")
    owners = moment.rules.blueprint.owners
    moment.out.append(
        FrictionOpened(
            **_claim(moment, detector, found, signal.id, signal.channel, place, severity), closes_at=moment.when(signal.closes_at),
            owner=owners.get(place, owners.get("*", "")),
        )
    )  # fmt: skip


def _repeat(moment: Moment, detector: Detector, signal: OpenSignal, found: Found, severity: int) -> None:
    signal.count += 1
    signal.closes_at = max(signal.closes_at, moment.at + detector.closes)
    signal.severity = max(signal.severity, severity)
    signal.evidence = [*signal.evidence, *(e for e in found.evidence if e not in signal.evidence)][-EVIDENCE:]
    moment.out.append(
        FrictionRepeated(
            id=moment.id(f"repeat:{signal.id}"), customer=moment.customer, at=moment.when(), caused_by=moment.cause, rules=moment.rules.fingerprint,
            detector=detector.name, signal=signal.id, count=signal.count, severity=signal.severity, evidence=tuple(found.evidence),
        )
    )  # fmt: skip


def _raise_churn(moment: Moment, detector: Detector, found: Found, matter: Matter | None) -> None:
    journey, risk = moment.journey, detector.risk
    known = journey.contributions.get(detector.name)
    if risk is None or (known and known.since >= journey.episode.started and known.strength >= found.strength):
        return      # the same claim again within the episode adds nothing
    place = found.place if found.place is not None else matter.place if matter else moment.place
    id = moment.id(f"churn:{detector.name}")
    score.add(moment, detector, found, id)
    moment.out.append(
        ChurnSignalRaised(
            **_claim(moment, detector, found, id, matter.channel if matter else moment.channel, place, found.severity or detector.severity),
            family=risk.family, strength=found.strength, weight=risk.weight, half_life_days=risk.half_life_days,
        )
    )  # fmt: skip
    move(moment, detector.name)


def _claim(moment: Moment, detector: Detector, found: Found, id: str, channel: str, place: str, severity: int) -> dict[str, Any]:
    return {
        "id": id, "customer": moment.customer, "at": moment.when(), "caused_by": moment.cause, "rules": moment.rules.fingerprint,
        "detector": detector.name, "version": detector.version, "channel": channel, "place": place, "severity": severity,
        "evidence": tuple(found.evidence), "limits": dict(moment.rules.limits[detector.name]), "words": found.words,
    }  # fmt: skip


def follow(moment: Moment) -> None:
    """Churn signals that follow from the frictions which have just opened."""
    for friction in moment.opened:
        for detector in moment.rules.followers.get(friction.detector, ()):
            if isinstance(answer := ask(moment, detector, friction), Found):
                raise_signal(moment, detector, answer._replace(evidence=[*answer.evidence, friction.id]))


def settle(moment: Moment, touchpoint: Touchpoint) -> None:
    """Open signals that this touchpoint ends: resolved; or, where it disproves an absence, never true. A fact is never too late for that."""
    journey = moment.journey
    for detector, end in moment.rules.closers.get(type(touchpoint), ()):
        if detector.name in journey.contributions and end.matches(touchpoint, ""):
            score.drop(journey, detector.name)
        for signal in [s for s in journey.open if s.detector == detector.name and end.matches(touchpoint, s.ref)]:
            if touchpoint.at <= signal.due:
                retract(moment, signal)
            elif touchpoint.at >= signal.opened:
                close(moment, signal, "resolved")


def expire(moment: Moment) -> None:
    """Open signals whose time has run out are closed."""
    for signal in [s for s in moment.journey.open if s.closes_at <= moment.at]:
        close(moment, signal, "expired")


def close(moment: Moment, signal: OpenSignal, because: Literal["resolved", "expired", "crowded_out"]) -> None:
    """The friction point no longer stands; promotion may go on."""
    moment.journey.open.remove(signal)
    moment.triggers.append(f"friction_closed:{signal.detector}")
    moment.out.append(
        FrictionClosed(
            id=moment.id(f"close:{signal.id}"), customer=moment.customer, at=moment.when(), caused_by=moment.cause, rules=moment.rules.fingerprint,
            detector=signal.detector, signal=signal.id, because=because,
        )
    )  # fmt: skip
    if because == "resolved":
        books.withdraw(moment, signal.id, "cause_resolved")


def retract(moment: Moment, signal: OpenSignal) -> None:
    """The absence was never true: the signal, the risk it led to and the offers that rest on it are withdrawn."""
    journey = moment.journey
    journey.open.remove(signal)
    _retracted(moment, signal.detector, signal.id)
    for name, contribution in list(journey.contributions.items()):
        if signal.id in contribution.evidence:
            score.drop(journey, name)
            _retracted(moment, name, contribution.signal)
            books.withdraw(moment, contribution.signal, "signal_retracted")
    books.withdraw(moment, signal.id, "signal_retracted")


def _retracted(moment: Moment, detector: str, signal: str) -> None:
    moment.out.append(
        SignalRetracted(
            id=moment.id(f"retract:{signal}"), customer=moment.customer, at=moment.when(), caused_by=moment.cause, rules=moment.rules.fingerprint,
            detector=detector, signal=signal,
        )
    )  # fmt: skip
