"""Signals are raised here: what detectors claim becomes a friction point, or a churn signal that adds to the risk."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from schemas.control import Norm
from schemas.signals import ChurnSignalRaised, FrictionOpened, FrictionRepeated, ReviewSuspected
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.customer.stages import move
from streams.detectors import Detector, Found, Later, Limits, Measured, Over
from streams.insights import counting
from streams.risk import update
from streams.signals.closing import close
from streams.signals.deadlines import detector_of, due_deadlines, failed
from streams.state import OPEN_SIGNALS, Deadline, OpenSignal

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


def ask(ctx: Context, detector: Detector, cause: Any, limits: Limits) -> Found | Later | Over | None:
    """The detector's answer; its exception is reported and counts as silence, and so does a claim without evidence."""
    try:
        if detector.modelled:
            answer = detector.ask(ctx.journey, cause, limits, ctx.rules.models.cadence)
        elif detector.measures is None:
            answer = detector.ask(ctx.journey, cause, limits)
        else:
            compared = _compared(ctx, detector, cause)
            answer = None if compared is None else detector.ask(ctx.journey, cause, limits, *compared)
    except Exception as error:
        failed(ctx, detector, error)
        return None
    return None if answer is None or (isinstance(answer, Found) and not answer.evidence) else answer


def _compared(ctx: Context, detector: Detector, touchpoint: Touchpoint) -> tuple[Measured | None, Norm | None] | None:
    """What was measured, and what is usual; None where it waits for a norm. Whatever is measured counts towards the next norm."""
    measured, norm = detector.measures(ctx.journey, touchpoint) if detector.measures else None, None
    if measured is not None:
        ctx.partition.aggregates.add_norm_value(detector.name, measured.key, measured.value)
        norm = ctx.partition.norms.get(detector.name, {}).get(measured.key)
    return None if norm is None and detector.waits else (measured, norm)


def notice(ctx: Context, touchpoint: Touchpoint) -> list[tuple[Detector, Found]]:
    """What the detectors of this kind claim, looking at the journey as it was before."""
    found = []
    for detector, limits in ctx.rules.patterns.get(type(touchpoint), ()):
        if (answer := ask(ctx, detector, touchpoint, limits)) is not None and isinstance(answer, Found):
            found.append((detector, answer))
    return found


def judge_deadlines(ctx: Context) -> None:
    """Matters that have come due are judged; each ends, or is asked about again strictly later."""
    matters = ctx.journey.deadlines
    for key in due_deadlines(ctx.journey, ctx.at):
        matter, detector = matters[key], ctx.rules.detectors.get(detector_of(key))
        answer = ask(ctx, detector, matter, ctx.rules.limits[detector.name]) if detector else None
        again = answer.at if isinstance(answer, Later) else answer.again_at if isinstance(answer, Found) else None
        if again is None:
            del matters[key]
        else:
            matter.due, matter.step = max(again, ctx.at + 1), matter.step + (not isinstance(answer, Later))
        if detector and isinstance(answer, Found):
            raise_signal(ctx, detector, answer, matter)


def _site(ctx: Context, found: Found, matter: Deadline | None) -> Site:
    channel, place, ref = (matter.channel, matter.place, matter.ref) if matter else (ctx.channel, ctx.place, found.ref)
    return Site(channel, place if found.place is None else found.place, ref)


def _claim(ctx: Context, detector: Detector, found: Found, site: Site) -> Claim:
    return {
        "detector": detector.name, "version": detector.version, "channel": site.channel, "place": site.place,
        "severity": found.severity or detector.severity, "evidence": tuple(found.evidence),
        "limits": dict(ctx.rules.limits[detector.name]), "words": found.words,
    }  # fmt: skip


def raise_signal(ctx: Context, detector: Detector, found: Found, matter: Deadline | None = None) -> None:
    """A claim becomes a friction point, or a churn signal that adds to the risk; the same one again counts up. A suspicion is only said."""
    site = _site(ctx, found, matter)
    if found.suspect:
        _suspect(ctx, detector, found, site)
        return
    ctx.dirty = True
    if detector.risk:
        _raise_churn(ctx, detector, found, site)
        return
    for signal in ctx.journey.open:
        if (signal.detector, signal.place, signal.ref) == (detector.name, site.place, site.ref):
            _repeat(ctx, detector, signal, found)
            return
    _open(ctx, detector, found, site, ctx.at if matter else 0)


def _suspect(ctx: Context, detector: Detector, found: Found, site: Site) -> None:
    head = ctx.head(f"suspect:{detector.name}:{site.ref}")
    ctx.out.append(ReviewSuspected(**head, **_claim(ctx, detector, found, site), review=site.ref, doubts=tuple(found.suspect)))


def _open(ctx: Context, detector: Detector, found: Found, site: Site, due: int) -> None:
    journey = ctx.journey
    if len(journey.open) >= OPEN_SIGNALS:
        journey.dropped += 1
        close(ctx, journey.open[0], "crowded_out")
    head = ctx.head(f"friction:{detector.name}:{site.place}:{site.ref}")
    claim = _claim(ctx, detector, found, site)
    signal = OpenSignal(
        head["id"], detector.name, site.place, site.ref, ctx.at, ctx.at + detector.closes, claim["severity"],
        evidence=list(found.evidence[-EVIDENCE:]), due=due, channel=site.channel,
    )  # fmt: skip
    journey.open.append(signal)
    counting.count_friction(ctx, detector.name, site.channel, site.place)
    ctx.opened.append(signal)
    ctx.triggers.append(f"friction_opened:{detector.name}")
    owners = ctx.rules.blueprint.owners
    owner = owners.get(site.place, owners.get("*", ""))
    ctx.out.append(FrictionOpened(**head, **claim, closes_at=ctx.when(signal.closes_at), owner=owner))


def _repeat(ctx: Context, detector: Detector, signal: OpenSignal, found: Found) -> None:
    signal.count += 1
    signal.closes_at = max(signal.closes_at, ctx.at + detector.closes)
    if (severity := found.severity or detector.severity) > signal.severity:
        signal.severity = severity
        ctx.opened.append(signal)  # worse than it was: what follows from it is asked anew
    signal.evidence = [*signal.evidence, *(e for e in found.evidence if e not in signal.evidence)][-EVIDENCE:]
    head = ctx.head(f"repeat:{signal.id}")
    ctx.out.append(
        FrictionRepeated(
            **head, detector=detector.name, signal=signal.id, count=signal.count, severity=signal.severity, evidence=tuple(found.evidence)
        )
    )


def _raise_churn(ctx: Context, detector: Detector, found: Found, site: Site) -> None:
    journey, risk = ctx.journey, detector.risk
    known = journey.contributions.get(detector.name)
    if risk is None or (known and known.since >= journey.episode.started and known.strength >= found.strength):
        return  # the same claim again within the episode adds nothing
    head = ctx.head(f"churn:{detector.name}")
    update.add_contribution(ctx, detector, found, head["id"])
    ctx.out.append(
        ChurnSignalRaised(
            **head, **_claim(ctx, detector, found, site),
            family=risk.family, strength=found.strength, weight=risk.weight, half_life_days=risk.half_life_days,
        )
    )  # fmt: skip
    move(ctx, detector.name)


def follow(ctx: Context) -> None:
    """Churn signals that follow from the frictions which have just opened or grown worse."""
    for friction in ctx.opened:
        for detector in ctx.rules.followers.get(friction.detector, ()):
            if isinstance(answer := ask(ctx, detector, friction, ctx.rules.limits[detector.name]), Found):
                raise_signal(ctx, detector, answer._replace(evidence=[*answer.evidence, friction.id]))
