"""What depends on this machine: rates and latencies, kept apart from the figures that must always come out alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Latency:
    """Milliseconds from one moment to another, over `count` decisions of the paced last stretch."""

    count: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Measured:
    """One run: what became of every event, how fast, and how long a decision took."""

    sent: int = 0
    became: Mapping[str, int] = field(default_factory=dict)  # applied, late, duplicate, rejected: their sum is what was sent
    ticks: int = 0  # moments that time alone brought about
    seconds: float = 0.0  # of the replay at full speed: first event sent to last event applied
    replayed: int = 0  # events in that time
    from_send: Latency | None = None  # producer's send -> decision at a subscriber
    from_log: Latency | None = None  # touchpoint in the log -> decision at a subscriber
    restarts: int = 0  # of the worker, by whatever ended it

    @property
    def rate(self) -> float:
        """Events a second, front door to committed journey, at full speed."""
        return self.replayed / self.seconds if self.seconds else 0.0

    def accounts(self) -> str:
        """One sentence that accounts for every event.

        >>> Measured(sent=3, became={"applied": 2, "rejected": 1}).accounts()
        '3 sent = 2 applied + 1 rejected'
        """
        parts = [f"{n:,} {what}" for what, n in self.became.items() if n]
        sign = "=" if sum(self.became.values()) == self.sent else "≠"
        return f"{self.sent:,} sent {sign} {' + '.join(parts) or '0'}"

    def headlines(self) -> list[tuple[str, str]]:
        """Numbers with their words, for the top of the page."""
        told = [(f"{self.rate:,.0f}", "events a second on this machine")] if self.seconds else []
        if self.from_log:
            told.append((f"{self.from_log.p50_ms:,.0f} / {self.from_log.p99_ms:,.0f} ms", "from the log to a decision, p50 / p99"))
        return told

    def document(self) -> dict[str, Any]:
        """The run for programs."""
        return {**asdict(self), "events_per_second": round(self.rate, 1)}


def latency(milliseconds: list[float]) -> Latency | None:
    """The median and the 99th percentile (nearest rank); None of nothing.

    >>> latency([5.0, 1.0, 3.0])
    Latency(count=3, p50_ms=3.0, p99_ms=5.0)
    """
    if not milliseconds:
        return None
    ranked = sorted(milliseconds)
    return Latency(len(ranked), _rank(ranked, 50), _rank(ranked, 99))


def _rank(ranked: list[float], percent: int) -> float:
    return round(ranked[max(0, -(-percent * len(ranked) // 100) - 1)], 1)
