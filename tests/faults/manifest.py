"""What the producer says it has sent: the word against which everything else is held, and which no code of ours computes.

>>> manifest = Manifest()
>>> for id in ("e1", "e1", "e2"): manifest.sent(id, "c1", "interactions.v1")
>>> manifest.events, manifest.copies["e1"], manifest.touchpoints_of()["c1"]
(3, 2, 2)
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import orjson


@dataclass(slots=True)
class Manifest:
    """Every touchpoint with how often it was sent, and every unusable line with its bytes, by the topic it was sent to."""

    customers: dict[str, str] = field(default_factory=dict)  # touchpoint id -> customer, in the order of their first sending
    doors: dict[str, str] = field(default_factory=dict)  # touchpoint id -> topic
    copies: Counter[str] = field(default_factory=Counter)  # touchpoint id -> times sent
    broken: Counter[tuple[str, bytes]] = field(default_factory=Counter)  # (topic, value) -> times sent

    def sent(self, id: str, customer: str, topic: str) -> None:
        """A touchpoint went out, for the first time or again."""
        self.customers[id], self.doors[id] = customer, topic
        self.copies[id] += 1

    def broke(self, topic: str, value: bytes) -> None:
        """A line that nobody can use went out."""
        self.broken[(topic, value)] += 1

    @property
    def events(self) -> int:
        """All that was sent, repeats and unusable lines included."""
        return self.copies.total() + self.broken.total()

    def touchpoints_of(self) -> Counter[str]:
        """How many different touchpoints of each customer were sent."""
        return Counter(self.customers.values())

    def write(self, path: Path) -> None:
        """One JSON line each, as evidence: what a failed run is judged by."""
        with path.open("wb") as file:
            for id, customer in self.customers.items():
                file.write(orjson.dumps({"id": id, "customer": customer, "copies": self.copies[id], "topic": self.doors[id]}) + b"\n")
            for (topic, value), copies in self.broken.items():
                line = {"topic": topic, "value": base64.b64encode(value).decode(), "copies": copies}
                file.write(orjson.dumps(line) + b"\n")
