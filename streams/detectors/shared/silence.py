"""A silence that is timed: it begins with an act of the customer, and becomes too long by days or by the customer's own rhythm.

Whoever uses it declares the limits `days`, `chance`, `acts` and `pause_days`, and `reads={AccountPaused: moments(1, "until")}`.
"""

from __future__ import annotations

from collections.abc import Callable

from schemas.durations import DAY
from schemas.touchpoints.base import Touchpoint
from streams.cadence.own_rhythm import longest_gap
from streams.detectors.declaring import Limits, Opening
from streams.detectors.shared.pauses import rests_until
from streams.state import Journey
from streams.state.presence import present


def long_silence(journey: Journey, limits: Limits, floor: str) -> int:
    """How many milliseconds of silence are too long for this customer.

    It is `days`. Where the customer has a rhythm of purchases, it is the gap that only a share `chance` of their own gaps exceeds, but no
    less than the limit called `floor` (days).

    >>> from streams.state import Cadence
    >>> weekly = Journey(cadence=Cadence(gaps=10, mean_days=7.0, squares=0.0))
    >>> limits = {"days": 30, "chance": 0.05, "least_days": 14}
    >>> [round(long_silence(journey, limits, floor) / DAY) for journey in (Journey(), weekly) for floor in ("days", "least_days")]
    [30, 30, 30, 14]
    """
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits[floor])) * DAY)


def silence_after(detector: str, floor: str = "days") -> Callable[[Journey, Touchpoint, Limits], Opening | None]:
    """What opens the deadline of this detector: an act of a customer who has acted `acts` times; it falls due after a long silence.

    A deadline that waits already is not renewed: when it falls due, the detector looks at the latest act (`too_long_at`). That saves the
    work at every touchpoint. One that has fired (`step`) begins anew.
    """
    key = f"{detector}:"

    def acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
        waiting = journey.deadlines.get(key)
        if (waiting and not waiting.step) or journey.acts < limits["acts"] or not present(touchpoint):
            return None
        return Opening(touchpoint.at + long_silence(journey, limits, floor))

    return acted


def too_long_at(journey: Journey, limits: Limits, floor: str = "days") -> int:
    """When (ms UTC) the silence since the latest act, or since a rest that was agreed, has become too long."""
    return max(journey.acted_at, rests_until(journey, limits["pause_days"] * DAY)) + long_silence(journey, limits, floor)
