"""Open matters: what ought to happen by a time. An absence detector opens them, touchpoints close them, time fires them."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.detectors import Detector, Opening
from streams.holidays import put_off
from streams.moment import DetectorFailed, Moment
from streams.state import MATTERS, Journey, Matter


def failed(moment: Moment, detector: Detector, error: Exception) -> None:
    """A detector's exception silences it for this event and nobody else."""
    moment.out.append(DetectorFailed(detector.name, detector.version, f"{type(error).__name__}: {error}"))


def open_matters(moment: Moment, touchpoint: Touchpoint) -> None:
    """Absence detectors that this kind concerns begin to wait, or wait anew."""
    for detector, opens, limits in moment.rules.openers[type(touchpoint)]:
        try:
            opening = opens(moment.journey, touchpoint, limits)
        except Exception as error:
            failed(moment, detector, error)
            continue
        if opening is not None:
            _open(moment, detector, touchpoint, opening)


def _open(moment: Moment, detector: Detector, touchpoint: Touchpoint, opening: Opening) -> None:
    matters, key = moment.journey.matters, f"{detector.name}:{opening.ref}"
    if key not in matters and len(matters) >= MATTERS:
        _make_room(moment)
    moment.stirred = True
    due = put_off(moment.rules.days_off, touchpoint.at, opening.due) if detector.rests and moment.rules.days_off else opening.due
    if detector.stands and detector.risk:  # a silence: nowhere, and since the latest act
        matters[key] = Matter(opening.ref, 0, due, touchpoint.id if detector.cites else "")
    else:
        matters[key] = Matter(opening.ref, touchpoint.at, due, touchpoint.id, touchpoint.channel, touchpoint.place)


def _make_room(moment: Moment) -> None:
    """The matter opened first goes, and is counted; one that stands (it times a silence) does not."""
    matters, detectors = moment.journey.matters, moment.rules.detectors
    passing = [key for key in matters if not ((d := detectors.get(detector_of(key))) and d.stands)]
    del matters[min(passing or matters, key=lambda key: (matters[key].opened, key))]
    moment.journey.dropped += 1


def detector_of(key: str) -> str:
    """The detector that opened the matter with this key.

    >>> detector_of("delivery_late:o:17")
    'delivery_late'
    """
    return key.partition(":")[0]


def close_matters(moment: Moment, touchpoint: Touchpoint) -> None:
    """Matters that this touchpoint settles end without a word; those that stand are not among them."""
    matters = moment.journey.matters
    for detector, end in moment.rules.settles.get(type(touchpoint), ()):
        prefix = f"{detector.name}:"
        for key in [k for k, matter in matters.items() if k.startswith(prefix) and end.matches(touchpoint, matter.ref)]:
            del matters[key]
            moment.stirred = True


def pause_matters(moment: Moment, touchpoint: Touchpoint) -> None:
    """A matter's clock stands still while we wait for the customer, and goes on by the time that was left."""
    for detector in moment.rules.pausers.get(type(touchpoint), ()):
        for key, matter in moment.journey.matters.items():
            if detector_of(key) != detector.name:
                continue
            moment.stirred = True
            stands_still = detector.pauses[type(touchpoint)](touchpoint, matter.ref)
            if stands_still and not matter.paused:
                matter.paused = touchpoint.at
            elif stands_still is False and matter.paused:
                matter.due += max(0, touchpoint.at - matter.paused)
                matter.paused = 0


def due_matters(journey: Journey, at: int) -> list[str]:
    """Keys of the matters that have come due, earliest first."""
    return sorted((k for k, m in journey.matters.items() if m.due <= at and not m.paused), key=lambda k: (journey.matters[k].due, k))
