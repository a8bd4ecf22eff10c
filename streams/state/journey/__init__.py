"""One customer's state: what most touchpoints need at hand, and parts that stay bytes until they are needed.

- `journey.py` holds the state (`Journey`) and says which part a field lies in.
- `packed.py` holds the parts that stay bytes: rings, what was looked at, the background.
- `standing.py`, `parts.py` and `profile.py` hold what these are made of.
"""

from __future__ import annotations

from streams.state.journey.journey import (
    CHANNELS,
    CONSENTS,
    CURRENCIES,
    DAYS,
    DEADLINES,
    FIELDS,
    METS,
    OFFERS_KEPT,
    OPEN_SIGNALS,
    PLACES,
    RECENT_IDS,
    REFERENCES,
    THINGS,
    WEEKS,
    Journey,
    journey_of,
)
from streams.state.journey.packed import Background, Looking, Rings
from streams.state.journey.standing import Cadence, Contribution, Deadline, OpenSignal, Position, Value

__all__ = [
    "CHANNELS",
    "CONSENTS",
    "CURRENCIES",
    "DAYS",
    "DEADLINES",
    "FIELDS",
    "METS",
    "OFFERS_KEPT",
    "OPEN_SIGNALS",
    "PLACES",
    "RECENT_IDS",
    "REFERENCES",
    "THINGS",
    "WEEKS",
    "Background",
    "Cadence",
    "Contribution",
    "Deadline",
    "Journey",
    "Looking",
    "OpenSignal",
    "Position",
    "Rings",
    "Value",
    "journey_of",
]
