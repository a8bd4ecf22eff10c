"""Deadlines: an absence detector opens one for what should happen by a time. Touchpoints close it, and otherwise time fires it."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.context import Context, DetectorFailed
from streams.detectors import Closing, Detector, Opening
from streams.insights import counting
from streams.offers.about import about_of
from streams.plan import Opener
from streams.rules.days_off import skip_days_off
from streams.state import DEADLINES, Deadline, Journey


def report_failure(ctx: Context, detector: Detector, error: Exception) -> None:
    """Emit that a detector raised an exception. Only this detector is silent, and only for this event."""
    ctx.out.append(DetectorFailed(detector.name, detector.version, f"{type(error).__name__}: {error}"))


def all_wait(deadlines: dict[str, Deadline], silences: tuple[str, ...]) -> bool:
    """Return whether each of these silences is timed, and has not come due yet. Then no touchpoint opens another deadline for them."""
    for key in silences:
        if (waiting := deadlines.get(key)) is None or waiting.step:
            return False
    return bool(silences)


def open_deadlines(ctx: Context, touchpoint: Touchpoint, openers: tuple[Opener, ...]) -> None:
    """Open or renew the deadlines of the absence detectors that this kind concerns."""
    journey, acted = ctx.journey, ctx.journey.acts
    for detector, opens, limits, silence, acts in openers:
        if silence and (acted < acts or ((waiting := journey.deadlines.get(silence)) is not None and not waiting.step)):
            continue
        try:
            opening = opens(journey, touchpoint, limits)
        except Exception as error:
            report_failure(ctx, detector, error)
            continue
        if opening is not None:
            open_deadline(ctx, detector, touchpoint, opening)


def open_deadline(ctx: Context, detector: Detector, touchpoint: Touchpoint, opening: Opening) -> None:
    """Open this deadline of a detector, or replace the one with the same `ref`."""
    deadlines, key = ctx.journey.deadlines, f"{detector.name}:{opening.ref}"
    if key not in deadlines and len(deadlines) >= DEADLINES:
        _make_room(ctx)
    if key not in deadlines and not detector.risk:
        counting.count_exposure(ctx, detector.name, touchpoint)
    ctx.dirty = True
    due = skip_days_off(ctx.rules.days_off, touchpoint.at, opening.due) if detector.rests and ctx.rules.days_off else opening.due
    if detector.pinned and detector.risk:  # a silence has no place, and runs since the latest act
        deadlines[key] = Deadline(opening.ref, 0, due, touchpoint.id if detector.cites else "")
    else:
        told = None if detector.risk else about_of(ctx, touchpoint)
        deadlines[key] = Deadline(opening.ref, touchpoint.at, due, touchpoint.id, touchpoint.channel, touchpoint.place, about=told)


def _make_room(ctx: Context) -> None:
    """Remove the deadline that was opened first, and count it as dropped. A pinned one (it times a silence) stays."""
    deadlines, detectors = ctx.journey.deadlines, ctx.rules.detectors
    passing = [key for key in deadlines if not ((d := detectors.get(detector_of(key))) and d.pinned)]
    del deadlines[min(passing or deadlines, key=lambda key: (deadlines[key].opened, key))]
    ctx.journey.dropped += 1


def detector_of(key: str) -> str:
    """Return the detector that opened the deadline with this key.

    >>> detector_of("delivery_late:o:17")
    'delivery_late'
    """
    return key.partition(":")[0]


def close_deadlines(ctx: Context, touchpoint: Touchpoint, closers: tuple[tuple[Detector, Closing], ...]) -> None:
    """Remove the deadlines that this touchpoint meets. Pinned ones are not among them."""
    deadlines = ctx.journey.deadlines
    for detector, end in closers:
        prefix = f"{detector.name}:"
        for key in [k for k in deadlines if k.startswith(prefix)]:
            if end.matches(touchpoint, deadlines[key].ref):
                del deadlines[key]
                ctx.dirty = True


def pause_deadlines(ctx: Context, touchpoint: Touchpoint, pausers: tuple[Detector, ...]) -> None:
    """Pause a deadline while we wait for the customer. Afterwards it goes on with the time that was left."""
    for detector in pausers:
        for key, deadline in ctx.journey.deadlines.items():
            if detector_of(key) != detector.name:
                continue
            ctx.dirty = True
            pauses = detector.pauses[type(touchpoint)](touchpoint, deadline.ref)
            if pauses and not deadline.paused:
                deadline.paused = touchpoint.at
            elif pauses is False and deadline.paused:
                deadline.due += max(0, touchpoint.at - deadline.paused)
                deadline.paused = 0


def due_deadlines(journey: Journey, at: int) -> list[str]:
    """Return the keys of the deadlines that are due, earliest first."""
    return sorted((k for k, m in journey.deadlines.items() if m.due <= at and not m.paused), key=lambda k: (journey.deadlines[k].due, k))
