"""The raising of signals: a detector's claim becomes a friction, or a churn signal that adds to the risk."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from schemas.control import Norm
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened, FrictionRepeated, ReviewSuspected
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.customer.stages import move_stage
from streams.detectors import Detector, Found, Later, Limits, Measured, Over
from streams.insights import counting
from streams.offers.about import about_of, amount_of, references
from streams.plan import Pattern
from streams.risk import update
from streams.signals.closing import close_friction
from streams.signals.deadlines import detector_of, due_deadlines, report_failure
from streams.state import OPEN_SIGNALS, Deadline, OpenSignal

Claims = tuple[tuple[Detector, Found], ...]
EVIDENCE = 8  # ids kept per open signal


class Site(NamedTuple):
    """Where a signal belongs: the place of the touchpoint, or that of the deadline that came due."""

    channel: str
    place: str
    ref: str


class Claim(TypedDict):
    """The fields that every signal has beside its head."""

    detector: str
    version: int
    channel: str
    place: str
    severity: int
    evidence: tuple[str, ...]
    limits: dict[str, float]
    words: str


def ask_detector(ctx: Context, detector: Detector, cause: Any, limits: Limits) -> Found | Later | Over | None:
    """Return the detector's answer. An exception is reported and counts as None, and so does a claim without evidence."""
    try:
        if detector.measures is not None:
            compared = _measure_against_norm(ctx, detector, cause)
            answer = None if compared is None else detector.ask(ctx.journey, cause, limits, *compared)
        elif detector.modelled:
            answer = detector.ask(ctx.journey, cause, limits, ctx.rules.models.cadence)
        else:
            answer = detector.ask(ctx.journey, cause, limits)
    except Exception as error:
        report_failure(ctx, detector, error)
        return None
    return None if answer is None or (type(answer) is Found and not answer.evidence) else answer


def _measure_against_norm(ctx: Context, detector: Detector, touchpoint: Touchpoint) -> tuple[Measured | None, Norm | None] | None:
    """Return what was measured and its norm; None if the detector waits for a norm. Every measured value counts for the next norm."""
    measured, norm = detector.measures(ctx.journey, touchpoint) if detector.measures else None, None
    if measured is not None:
        ctx.partition.aggregates.add_norm_value(detector.name, measured.key, measured.value)
        norm = ctx.partition.norms.get(detector.name, {}).get(measured.key)
    return None if norm is None and detector.waits else (measured, norm)


def ask_patterns(ctx: Context, touchpoint: Touchpoint, patterns: tuple[Pattern, ...]) -> Claims:
    """Return what the pattern detectors of this kind claim. They look at the journey as it was before."""
    found: Claims = ()
    journey = ctx.journey
    for detector, ask, limits in patterns:
        try:
            answer = ask_detector(ctx, detector, touchpoint, limits) if ask is None else ask(journey, touchpoint, limits)
        except Exception as error:
            report_failure(ctx, detector, error)
            continue
        if answer is not None and type(answer) is Found and answer.evidence:
            found = (*found, (detector, answer))
    return found


def judge_deadlines(ctx: Context) -> None:
    """Judge the deadlines that are due. Each ends, or is asked about again at a later time."""
    deadlines = ctx.journey.deadlines
    for key in due_deadlines(ctx.journey, ctx.at):
        deadline, detector = deadlines[key], ctx.rules.detectors.get(detector_of(key))
        answer = ask_detector(ctx, detector, deadline, ctx.rules.limits[detector.name]) if detector else None
        again = answer.at if isinstance(answer, Later) else answer.again_at if isinstance(answer, Found) else None
        if again is None:
            del deadlines[key]
        else:
            deadline.due, deadline.step = max(again, ctx.at + 1), deadline.step + (not isinstance(answer, Later))
        if detector and isinstance(answer, Found):
            raise_signal(ctx, detector, answer, deadline)


def _site(ctx: Context, found: Found, deadline: Deadline | None) -> Site:
    channel, place, ref = (deadline.channel, deadline.place, deadline.ref) if deadline else (ctx.channel, ctx.place, found.ref)
    return Site(channel, place if found.place is None else found.place, ref)


def _claim(ctx: Context, detector: Detector, found: Found, site: Site) -> Claim:
    return {
        "detector": detector.name, "version": detector.version, "channel": site.channel, "place": site.place,
        "severity": found.severity or detector.severity, "evidence": tuple(found.evidence),
        "limits": dict(ctx.rules.limits[detector.name]), "words": found.words,
    }  # fmt: skip


def raise_signal(ctx: Context, detector: Detector, found: Found, deadline: Deadline | None = None) -> None:
    """Raise a claim as a friction, or as a churn signal that adds to the risk. A repeated friction counts up; a suspicion is only
    published.
    """
    site = _site(ctx, found, deadline)
    if found.suspect:
        _publish_suspicion(ctx, detector, found, site)
        return
    ctx.dirty = True
    if detector.risk:
        _raise_churn(ctx, detector, found, site)
        return
    for signal in ctx.journey.open:
        if (signal.detector, signal.place, signal.ref) == (detector.name, site.place, site.ref):
            _repeat_friction(ctx, detector, signal, found)
            return
    _open_friction(ctx, detector, found, site, deadline)


def _publish_suspicion(ctx: Context, detector: Detector, found: Found, site: Site) -> None:
    head = ctx.head(f"suspect:{detector.name}:{site.ref}")
    ctx.out.append(ReviewSuspected(**head, **_claim(ctx, detector, found, site), review=site.ref, doubts=tuple(found.suspect)))


def _open_friction(ctx: Context, detector: Detector, found: Found, site: Site, deadline: Deadline | None) -> None:
    journey = ctx.journey
    if len(journey.open) >= OPEN_SIGNALS:
        journey.dropped += 1
        close_friction(ctx, journey.open[0], "crowded_out")
    head = ctx.head(f"friction:{detector.name}:{site.place}:{site.ref}")
    claim = _claim(ctx, detector, found, site)
    told = deadline.about if deadline else about_of(ctx, ctx.touchpoint) if ctx.touchpoint else None
    signal = OpenSignal(
        head["id"], detector.name, site.place, site.ref, ctx.at, ctx.at + detector.closes, claim["severity"],
        evidence=list(found.evidence[-EVIDENCE:]), due=ctx.at if deadline else 0, channel=site.channel, about=told,
    )  # fmt: skip
    journey.open.append(signal)
    counting.count_friction(ctx, detector.name, signal)
    ctx.opened.append(signal)
    if ctx.rules.is_answered(detector.name):
        ctx.triggers.append(f"friction_opened:{detector.name}")
    owners = ctx.rules.blueprint.owners
    owner = owners.get(site.place, owners.get("*", ""))
    ctx.out.append(
        FrictionOpened(**head, **claim, closes_at=ctx.when(signal.closes_at), owner=owner, about=references(told), amount=amount_of(told))
    )


def _repeat_friction(ctx: Context, detector: Detector, signal: OpenSignal, found: Found) -> None:
    signal.count += 1
    signal.closes_at = max(signal.closes_at, ctx.at + detector.closes)
    if (severity := found.severity or detector.severity) > signal.severity:
        signal.severity = severity
        ctx.opened.append(signal)  # it grew worse: its followers are asked again
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
    move_stage(ctx, detector.name)
    if risk.asks:
        ctx.triggers.append(f"churn_signal:{detector.name}")


def ask_followers(ctx: Context) -> None:
    """Raise the churn signals that follow from the frictions that have just opened or grown worse."""
    for friction in ctx.opened:
        for detector in ctx.rules.followers.get(friction.detector, ()):
            if isinstance(answer := ask_detector(ctx, detector, friction, ctx.rules.limits[detector.name]), Found):
                raise_signal(ctx, detector, answer._replace(evidence=[*answer.evidence, friction.id]))
