"""What is remembered of a customer and of a partition, and its bytes. Every list here has a limit.

`journey.py` is one customer's state and the partition's own; `parts.py` and `profile.py` are its parts. `marks.py`, `counters.py` and
`weeks.py` are the short memories of touchpoints; `cells.py` and `spreads.py` count over all customers. `codec.py` turns a journey into
bytes. `ids.py` makes ids and hashes, `identifiers.py` says what kind of id a customer has, `presence.py` what customers do themselves.
"""

from __future__ import annotations

from streams.state.journey import (
    CHANNELS,
    CONSENTS,
    DAYS,
    DEADLINES,
    OFFERS_KEPT,
    OPEN_SIGNALS,
    PLACES,
    RECENT_IDS,
    REFERENCES,
    WEEKS,
    Address,
    Cadence,
    Consent,
    Contribution,
    Deadline,
    Deferred,
    Earlier,
    Episode,
    Journey,
    MadeOffer,
    OpenSignal,
    Part,
    Position,
    Rings,
    Value,
    Visit,
)  # fmt: skip
from streams.state.partition import RULES, WORTH, Partition

__all__ = [
    "CHANNELS",
    "CONSENTS",
    "DAYS",
    "DEADLINES",
    "OFFERS_KEPT",
    "OPEN_SIGNALS",
    "PLACES",
    "RECENT_IDS",
    "REFERENCES",
    "RULES",
    "WEEKS",
    "WORTH",
    "Address",
    "Cadence",
    "Consent",
    "Contribution",
    "Deadline",
    "Deferred",
    "Earlier",
    "Episode",
    "Journey",
    "MadeOffer",
    "OpenSignal",
    "Part",
    "Partition",
    "Position",
    "Rings",
    "Value",
    "Visit",
]  # fmt: skip
