"""What the journeys are told of blocked steps: which places are blocked now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.control import BaselinePublished, Norm
from schemas.outputs.alarms import StepBlocked
from streams.insights.baselines import fit_record
from streams.state.place_row import spot_of

TOLD = "stopped_here"  # the detector that reads it


def blocked_now(alarms: Iterable[StepBlocked]) -> dict[str, Norm]:
    """Return the places that are blocked now, each with the customers who came and the share that usually gets on.

    A place that is blocked for one segment alone is blocked: it does not matter to which of them a customer belongs.
    """
    newest: dict[str, StepBlocked] = {}
    for alarm in sorted(alarms, key=lambda each: (each.day, each.id)):
        newest[spot_of(alarm.channel, alarm.place)] = alarm
    return fit_record({spot: Norm(alarm.came, alarm.usual, 0.0) for spot, alarm in newest.items() if alarm.stands})


def blocked_told(known: Mapping[str, Norm] | None, now: dict[str, Norm], version: int) -> BaselinePublished | None:
    """Return what the journeys must be told, as the next version; None if they know it.

    >>> blocked_told({"web pay": Norm(200, 0.8, 0.0)}, {"web pay": Norm(300, 0.8, 0.0)}, 4) is None
    True
    >>> blocked_told({"web pay": Norm(200, 0.8, 0.0)}, {}, 4).version, blocked_told(None, {}, 0)
    (5, None)
    """
    if set(known or ()) == set(now):
        return None
    return BaselinePublished(detector=TOLD, version=version + 1, norms=now)
