"""The state: what is remembered of one customer and of one partition, and how it is stored as bytes. Every list here has a limit.

- `journey/` holds one customer's state (`Journey`) and its parts.
- `partition.py` holds what all journeys of one partition share (`Partition`).
- `marks.py`, `counters.py` and `weeks.py` are the short memories of touchpoints.
- `aggregates.py` and `histograms.py` count over all customers.
- `priced.py` says how many purchases the spend rests on.
- `codec.py` turns a journey into bytes and back.
- `ids.py` makes ids and hashes. `identifiers.py` tells known ids from anonymous ones.
- `presence.py` says which kinds of touchpoint are the customer's own acts.
"""

from __future__ import annotations

from streams.state.journey import (
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
    Cadence,
    Contribution,
    Deadline,
    Journey,
    OpenSignal,
    Position,
    Rings,
    Value,
    journey_of,
)  # fmt: skip
from streams.state.journey.parts import UNSENT, About, Address, Attempt, Consent, Deferred, Earlier, Episode, MadeOffer, Met, Part, Visit
from streams.state.partition import RULES, WORTH, Partition

__all__ = [
    "CHANNELS", "CONSENTS", "CURRENCIES", "DAYS", "DEADLINES", "FIELDS", "METS", "OFFERS_KEPT", "OPEN_SIGNALS", "PLACES", "RECENT_IDS",
    "REFERENCES", "RULES", "THINGS", "UNSENT", "WEEKS", "WORTH", "About", "Address", "Attempt", "Cadence", "Consent", "Contribution",
    "Deadline", "Deferred", "Earlier", "Episode", "Journey", "MadeOffer", "Met", "OpenSignal", "Part", "Partition", "Position", "Rings",
    "Value", "Visit", "journey_of",
]  # fmt: skip
