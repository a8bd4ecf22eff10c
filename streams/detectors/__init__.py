"""How a detector is declared, and the scan that finds every detector. `shared/` holds questions that several detectors ask.

A detector is a file of its own in `streams/friction` or `streams/churn`. It imports what it needs from here.
"""

from __future__ import annotations

from schemas.durations import DAY, HOUR, MINUTE
from streams.detectors.answers import Found, Later, Measured, Opening, Over
from streams.detectors.declaring import (
    Ask,
    Closing,
    Detector,
    Limits,
    Opens,
    Risk,
    absence,
    after,
    against_norm,
    closing,
    follows,
    modelled_absence,
    on_move,
    pattern,
    weekly,
)  # fmt: skip

__all__ = [
    "DAY", "HOUR", "MINUTE", "Ask", "Closing", "Detector", "Found", "Later", "Limits", "Measured", "Opening", "Opens", "Over", "Risk",
    "absence", "after", "against_norm", "closing", "follows", "modelled_absence", "on_move", "pattern", "weekly",
]  # fmt: skip
