"""Timed silences: a silence begins with an act, and becomes too long by days or by the customer's own rhythm.

A detector that uses it declares the limits `days`, `chance`, `acts` and `pause_days`, and `reads={AccountPaused: last_uncited(1,
"until")}`.
"""

from __future__ import annotations

import msgspec

from schemas.durations import DAY
from schemas.touchpoints.base import Touchpoint
from streams.cadence.own_rhythm import longest_gap
from streams.detectors.answers import Opening
from streams.detectors.declaring import Limits
from streams.detectors.shared.pauses import pause_end
from streams.state import Journey
from streams.state.presence import shows_presence


def long_silence(journey: Journey, limits: Limits, floor: str) -> int:
    """Return how many milliseconds of silence are too long for this customer.

    It is `days`. For a customer with a rhythm of purchases, only a share `chance` of their gaps exceeds it. The limit called `floor`
    (days) is the least.

    >>> from streams.state import Cadence
    >>> weekly = Journey(cadence=Cadence(gaps=10, mean_days=7.0, squares=0.0))
    >>> limits = {"days": 30, "chance": 0.05, "least_days": 14}
    >>> [round(long_silence(journey, limits, floor) / DAY) for journey in (Journey(), weekly) for floor in ("days", "least_days")]
    [30, 30, 30, 14]
    """
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits[floor])) * DAY)


class SilenceAfter(msgspec.Struct, frozen=True):
    """Opens a detector's deadline, after an act of a customer who has acted `acts` times.

    The deadline is due after a long silence. One that is open is not renewed: when it is due, the detector looks at the latest act
    (`too_long_at`). That saves the work at every touchpoint. One that has fired (`step`) begins anew.
    """

    detector: str
    floor: str = "days"

    @property
    def key(self) -> str:
        """Return the key of the deadline: a detector times one silence at a time."""
        return f"{self.detector}:"

    def __call__(self, journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
        """Return the opening, or None: the silence is timed already, or the customer has not acted often enough."""
        waiting = journey.deadlines.get(self.key)
        if (waiting and not waiting.step) or journey.acts < limits["acts"] or not shows_presence(touchpoint):
            return None
        return Opening(touchpoint.at + long_silence(journey, limits, self.floor))


def too_long_at(journey: Journey, limits: Limits, floor: str = "days") -> int:
    """Return when (ms UTC) the silence becomes too long, since the latest act or the end of an agreed pause."""
    return max(journey.acted_at, pause_end(journey, limits["pause_days"] * DAY)) + long_silence(journey, limits, floor)
