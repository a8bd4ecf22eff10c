"""Signals are raised here: what detectors claim becomes a friction point, or a churn signal that adds to the risk."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from schemas.control import Norm
from schemas.signals import ChurnSignalRaised, FrictionOpened, FrictionRepeated, ReviewSuspected
from schemas.touchpoints.base import Touchpoint
from streams.churn import settling
from streams.closings import close
from streams.detectors import Detector, Found, Later, Limits, Measured, Over
from streams.insights import measures
from streams.matters import detector_of, due_matters, failed
from streams.moment import Moment
from streams.stages import move
from streams.state import OPEN_SIGNALS, Matter, OpenSignal

EVIDENCE = 8  # ids kept per open signal


class Site(NamedTuple):
    """Where a signal belongs: the touchpoint's place, or that of the matter that came due."""

    channel: str
    place: str
    ref: str


class Claim(TypedDict):
    """What every signal says of itself beside its head."""

    detector: str
    version: int
    channel: str
    place: str
    severity: int
    evidence: tuple[str, ...]
    limits: dict[str, float]
    words: str


def ask(moment: Moment, detector: Detector, cause: Any, limits: Limits) -> Found | Later | Over | None:
    """The detector's answer; its exception is reported and counts as silence, and so does a claim without evidence."""
    try:
        if detector.modelled:
            answer = detector.ask(moment.journey, cause, limits, moment.rules.models.cadence)
        elif detector.measures is None:
            answer = detector.ask(moment.journey, cause, limits)
        else:
            compared = _compared(moment, detector, cause)
            answer = None if compared is None else detector.ask(moment.journey, cause, limits, *compared)
    except Exception as error:
        failed(moment, detector, error)
        return None
    return None if answer is None or (isinstance(answer, Found) and not answer.evidence) else answer


def _compared(moment: Moment, detector: Detector, touchpoint: Touchpoint) -> tuple[Measured | None, Norm | None] | None:
    """What was measured, and what is usual; None where it waits for a norm. Whatever is measured counts towards the next norm."""
    measured, norm = detector.measures(moment.journey, touchpoint) if detector.measures else None, None
    if measured is not None:
        moment.partition.cells.measure(detector.name, measured.key, measured.value)
        norm = moment.partition.norms.get(detector.name, {}).get(measured.key)
    return None if norm is None and detector.waits else (measured, norm)


def notice(moment: Moment, touchpoint: Touchpoint) -> list[tuple[Detector, Found]]:
    """What the detectors of this kind claim, looking at the journey as it was before."""
    found = []
    for detector, limits in moment.rules.patterns.get(type(touchpoint), ()):
        if (answer := ask(moment, detector, touchpoint, limits)) is not None and isinstance(answer, Found):
            found.append((detector, answer))
    return found


def miss(moment: Moment) -> None:
    """Matters that have come due are judged; each ends, or is asked about again strictly later."""
    matters = moment.journey.matters
    for key in due_matters(moment.journey, moment.at):
        matter, detector = matters[key], moment.rules.detectors.get(detector_of(key))
        answer = ask(moment, detector, matter, moment.rules.limits[detector.name]) if detector else None
        again = answer.at if isinstance(answer, Later) else answer.again_at if isinstance(answer, Found) else None
        if again is None:
            del matters[key]
        else:
            matter.due, matter.step = max(again, moment.at + 1), matter.step + (not isinstance(answer, Later))
        if detector and isinstance(answer, Found):
            raise_signal(moment, detector, answer, matter)


def _site(moment: Moment, found: Found, matter: Matter | None) -> Site:
    channel, place, ref = (matter.channel, matter.place, matter.ref) if matter else (moment.channel, moment.place, found.ref)
    return Site(channel, place if found.place is None else found.place, ref)


def _claim(moment: Moment, detector: Detector, found: Found, site: Site) -> Claim:
    return {
        "detector": detector.name, "version": detector.version, "channel": site.channel, "place": site.place,
        "severity": found.severity or detector.severity, "evidence": tuple(found.evidence),
        "limits": dict(moment.rules.limits[detector.name]), "words": found.words,
    }  # fmt: skip


def raise_signal(moment: Moment, detector: Detector, found: Found, matter: Matter | None = None) -> None:
    """A claim becomes a friction point, or a churn signal that adds to the risk; the same one again counts up. A suspicion is only said."""
    site = _site(moment, found, matter)
    if found.suspect:
        _suspect(moment, detector, found, site)
        return
    moment.stirred = True
    if detector.risk:
        _raise_churn(moment, detector, found, site)
        return
    for signal in moment.journey.open:
        if (signal.detector, signal.place, signal.ref) == (detector.name, site.place, site.ref):
            _repeat(moment, detector, signal, found)
            return
    _open(moment, detector, found, site, moment.at if matter else 0)


def _suspect(moment: Moment, detector: Detector, found: Found, site: Site) -> None:
    head = moment.head(f"suspect:{detector.name}:{site.ref}")
    moment.out.append(ReviewSuspected(**head, **_claim(moment, detector, found, site), review=site.ref, doubts=tuple(found.suspect)))


def _open(moment: Moment, detector: Detector, found: Found, site: Site, due: int) -> None:
    journey = moment.journey
    if len(journey.open) >= OPEN_SIGNALS:
        journey.dropped += 1
        close(moment, journey.open[0], "crowded_out")
    head = moment.head(f"friction:{detector.name}:{site.place}:{site.ref}")
    claim = _claim(moment, detector, found, site)
    signal = OpenSignal(
        head["id"], detector.name, site.place, site.ref, moment.at, moment.at + detector.closes, claim["severity"],
        evidence=list(found.evidence[-EVIDENCE:]), due=due, channel=site.channel,
    )  # fmt: skip
    journey.open.append(signal)
    measures.hurt(moment, detector.name, site.channel, site.place)
    moment.opened.append(signal)
    moment.triggers.append(f"friction_opened:{detector.name}")
    owners = moment.rules.blueprint.owners
    owner = owners.get(site.place, owners.get("*", ""))
    moment.out.append(FrictionOpened(**head, **claim, closes_at=moment.when(signal.closes_at), owner=owner))


def _repeat(moment: Moment, detector: Detector, signal: OpenSignal, found: Found) -> None:
    signal.count += 1
    signal.closes_at = max(signal.closes_at, moment.at + detector.closes)
    if (severity := found.severity or detector.severity) > signal.severity:
        signal.severity = severity
        moment.opened.append(signal)  # worse than it was: what follows from it is asked anew
    signal.evidence = [*signal.evidence, *(e for e in found.evidence if e not in signal.evidence)][-EVIDENCE:]
    head = moment.head(f"repeat:{signal.id}")
    moment.out.append(
        FrictionRepeated(
            **head, detector=detector.name, signal=signal.id, count=signal.count, severity=signal.severity, evidence=tuple(found.evidence)
        )
    )


def _raise_churn(moment: Moment, detector: Detector, found: Found, site: Site) -> None:
    journey, risk = moment.journey, detector.risk
    known = journey.contributions.get(detector.name)
    if risk is None or (known and known.since >= journey.episode.started and known.strength >= found.strength):
        return  # the same claim again within the episode adds nothing
    head = moment.head(f"churn:{detector.name}")
    settling.add(moment, detector, found, head["id"])
    moment.out.append(
        ChurnSignalRaised(
            **head, **_claim(moment, detector, found, site),
            family=risk.family, strength=found.strength, weight=risk.weight, half_life_days=risk.half_life_days,
        )
    )  # fmt: skip
    move(moment, detector.name)


def follow(moment: Moment) -> None:
    """Churn signals that follow from the frictions which have just opened or grown worse."""
    for friction in moment.opened:
        for detector in moment.rules.followers.get(friction.detector, ()):
            if isinstance(answer := ask(moment, detector, friction, moment.rules.limits[detector.name]), Found):
                raise_signal(moment, detector, answer._replace(evidence=[*answer.evidence, friction.id]))
