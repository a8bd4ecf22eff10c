"""Open matters: what ought to happen by a time. An absence detector opens them, touchpoints close them, time fires them."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.context import Context, DetectorFailed
from streams.detectors import Detector, Opening
from streams.rules.days_off import skip_days_off
from streams.state import DEADLINES, Deadline, Journey


def failed(ctx: Context, detector: Detector, error: Exception) -> None:
    """A detector's exception silences it for this event and nobody else."""
    ctx.out.append(DetectorFailed(detector.name, detector.version, f"{type(error).__name__}: {error}"))


def open_deadlines(ctx: Context, touchpoint: Touchpoint) -> None:
    """Absence detectors that this kind concerns begin to wait, or wait anew."""
    for detector, opens, limits in ctx.rules.openers[type(touchpoint)]:
        try:
            opening = opens(ctx.journey, touchpoint, limits)
        except Exception as error:
            failed(ctx, detector, error)
            continue
        if opening is not None:
            _open(ctx, detector, touchpoint, opening)


def _open(ctx: Context, detector: Detector, touchpoint: Touchpoint, opening: Opening) -> None:
    matters, key = ctx.journey.deadlines, f"{detector.name}:{opening.ref}"
    if key not in matters and len(matters) >= DEADLINES:
        _make_room(ctx)
    ctx.dirty = True
    due = skip_days_off(ctx.rules.days_off, touchpoint.at, opening.due) if detector.rests and ctx.rules.days_off else opening.due
    if detector.pinned and detector.risk:  # a silence: nowhere, and since the latest act
        matters[key] = Deadline(opening.ref, 0, due, touchpoint.id if detector.cites else "")
    else:
        matters[key] = Deadline(opening.ref, touchpoint.at, due, touchpoint.id, touchpoint.channel, touchpoint.place)


def _make_room(ctx: Context) -> None:
    """The matter opened first goes, and is counted; one that stands (it times a silence) does not."""
    matters, detectors = ctx.journey.deadlines, ctx.rules.detectors
    passing = [key for key in matters if not ((d := detectors.get(detector_of(key))) and d.pinned)]
    del matters[min(passing or matters, key=lambda key: (matters[key].opened, key))]
    ctx.journey.dropped += 1


def detector_of(key: str) -> str:
    """The detector that opened the matter with this key.

    >>> detector_of("delivery_late:o:17")
    'delivery_late'
    """
    return key.partition(":")[0]


def close_deadlines(ctx: Context, touchpoint: Touchpoint) -> None:
    """Matters that this touchpoint settles end without a word; those that stand are not among them."""
    matters = ctx.journey.deadlines
    for detector, end in ctx.rules.deadline_closers.get(type(touchpoint), ()):
        prefix = f"{detector.name}:"
        for key in [k for k, matter in matters.items() if k.startswith(prefix) and end.matches(touchpoint, matter.ref)]:
            del matters[key]
            ctx.dirty = True


def pause_deadlines(ctx: Context, touchpoint: Touchpoint) -> None:
    """A matter's clock stands still while we wait for the customer, and goes on by the time that was left."""
    for detector in ctx.rules.pausers.get(type(touchpoint), ()):
        for key, matter in ctx.journey.deadlines.items():
            if detector_of(key) != detector.name:
                continue
            ctx.dirty = True
            stands_still = detector.pauses[type(touchpoint)](touchpoint, matter.ref)
            if stands_still and not matter.paused:
                matter.paused = touchpoint.at
            elif stands_still is False and matter.paused:
                matter.due += max(0, touchpoint.at - matter.paused)
                matter.paused = 0


def due_deadlines(journey: Journey, at: int) -> list[str]:
    """Keys of the matters that have come due, earliest first."""
    return sorted((k for k, m in journey.deadlines.items() if m.due <= at and not m.paused), key=lambda k: (journey.deadlines[k].due, k))
