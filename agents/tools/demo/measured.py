"""Measurements that depend on the machine: rates and latencies. They are kept apart from the figures that are the same in every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Latency:
    """Milliseconds from one moment to another, over `count` outputs of the last week, which is sent at a steady pace."""

    count: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Measured:
    """The measurements of one run: the outcomes of all events, the speed, and the latency of decisions."""

    sent: int = 0
    became: Mapping[str, int] = field(default_factory=dict)  # applied, late, duplicate, rejected: their sum is the number sent
    ticks: int = 0  # ticks of timers, which time alone fires
    seconds: float = 0.0  # duration of the replay at full speed, until the last event was applied
    replayed: int = 0  # events in that time
    from_send: Latency | None = None  # producer's send -> output at a subscriber
    from_log: Latency | None = None  # touchpoint in the log -> decision at a subscriber
    restarts: int = 0  # how often the worker was started again

    @property
    def rate(self) -> float:
        """Events a second at full speed, from ingest to the committed journey."""
        return self.replayed / self.seconds if self.seconds else 0.0

    def accounts(self) -> str:
        """Return one sentence that accounts for every event.

        >>> Measured(sent=3, became={"applied": 2, "rejected": 1}).accounts()
        '3 sent = 2 applied + 1 rejected'
        """
        parts = [f"{n:,} {what}" for what, n in self.became.items() if n]
        sign = "=" if sum(self.became.values()) == self.sent else "≠"
        return f"{self.sent:,} sent {sign} {' + '.join(parts) or '0'}"

    def headlines(self) -> list[tuple[str, str]]:
        """Return numbers with their words, for the top of the page."""
        told = [(f"{self.rate:,.0f}", "events a second on this machine")] if self.seconds else []
        if self.from_log:
            told.append((f"{self.from_log.p50_ms:,.0f} / {self.from_log.p99_ms:,.0f} ms", "from the log to a decision, p50 / p99"))
        return told

    def document(self) -> dict[str, Any]:
        """Return the measurements for programs, in types that JSON has."""
        return {**asdict(self), "events_per_second": round(self.rate, 1)}


def latency(milliseconds: list[float]) -> Latency | None:
    """Return the median and the 99th percentile (nearest rank); None if there are no values.

    >>> latency([5.0, 1.0, 3.0])
    Latency(count=3, p50_ms=3.0, p99_ms=5.0)
    """
    if not milliseconds:
        return None
    ranked = sorted(milliseconds)
    return Latency(len(ranked), _percentile(ranked, 50), _percentile(ranked, 99))


def _percentile(ranked: list[float], percent: int) -> float:
    return round(ranked[max(0, -(-percent * len(ranked) // 100) - 1)], 1)
