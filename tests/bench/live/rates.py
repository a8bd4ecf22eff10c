"""The rates at which latency is measured, what was found at each, and what it must not pass.

>>> asked("2000", 12_000.0), asked("50%", 12_000.0)
(2000, 6000)
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from tests.bench.live.stages import Stage

RATES = ("1000", "2000", "5000", "10000", "50%", "80%")  # events a second, and parts of the whole job's own rate
BOUNDS = {"1000": 150.0, "10000": 500.0, "50%": 300.0}  # p99 in ms, at these rates


def asked(rate: str, whole: float) -> int:
    """Return the events a second that these words ask for."""
    return round(whole * float(rate.removesuffix("%")) / 100) if rate.endswith("%") else int(rate)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from event to decision at one rate. `sent_per_s` is what the load reached; `log_p99_ms` counts from the log's time.

    `commit_share` is the part of all waits between the event applied and its commit made. `steps` are its parts' means in ms: until the
    event is applied, until its commit is taken, until that is made, until the subscriber has it.
    """

    rate: str
    asked: int
    sent_per_s: int
    decisions: int
    p50_ms: float
    p99_ms: float
    p999_ms: float
    log_p99_ms: float
    commit_share: float
    steps: tuple[float, ...]

    @classmethod
    def of(
        cls,
        rate: str,
        asked: int,
        sent_per_s: int,
        waits: Sequence[float],
        logs: Sequence[float],
        stages: Iterable[tuple[float, Stage, float]],
    ) -> Latency:
        """Make the figures. `stages` are (sent, the worker's times, seen)."""
        times = [(sent, stage.applied, stage.taken, min(stage.committed, seen), seen) for sent, stage, seen in stages]  # seen before noted
        means = tuple(round(statistics.fmean(row[n + 1] - row[n] for row in times), 1) if times else 0.0 for n in range(4))
        share = round((means[1] + means[2]) / sum(means), 2) if sum(means) else 0.0
        p50, p99, p999 = (round(part(waits, at), 1) for at in (0.5, 0.99, 0.999))
        return cls(rate, asked, sent_per_s, len(waits), p50, p99, p999, round(part(logs, 0.99), 1), share, means)

    def in_words(self) -> str:
        """In a line."""
        return (
            f"{self.asked:,} events/s: p50 {self.p50_ms:.0f} ms, p99 {self.p99_ms:.0f} ms, p99.9 {self.p999_ms:.0f} ms, "
            f"{self.commit_share:.0%} of it for the commit ({self.decisions:,} decisions)"
        )


def missed(found: Iterable[Latency]) -> list[str]:
    """The bounds that were not kept, in words; a rate that was not measured keeps none."""
    p99 = {each.rate: each.p99_ms for each in found}
    kept = {rate: p99.get(rate, float("inf")) for rate in BOUNDS}
    return [
        f"p99 from event to decision at {rate} events/s {kept[rate]:.0f} ms, must be under {bound:.0f}".replace(
            "% events/s", " % of its own rate"
        )
        for rate, bound in BOUNDS.items()
        if kept[rate] >= bound
    ]


def part(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not pass.

    >>> part([4.0, 1.0, 3.0, 2.0], 0.5), part([4.0, 1.0, 3.0, 2.0], 0.999)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def table(found: Sequence[Latency]) -> Table:
    """As people read it."""
    made = Table(title="from an event to its decision, live; worker, broker and load on the same cores", caption=CAPTION)
    for column in COLUMNS:
        made.add_column(column, justify="right")
    for each in found:
        figures: list[Any] = [each.p50_ms, each.p99_ms, each.p999_ms]
        made.add_row(
            each.rate, f"{each.sent_per_s:,}", f"{each.decisions:,}", *(f"{figure:,.0f}" for figure in figures),
            f"{each.commit_share:.0%}", *(f"{step:,.1f}" for step in each.steps),
        )  # fmt: skip
    return made


COLUMNS = ("rate", "sent/s", "decisions", "p50 ms", "p99", "p99.9", "commit", "applied", "taken", "made", "seen")
CAPTION = (
    "commit: the share of all waits between the event applied and its commit made. On the right the means of the steps in ms, as the "
    "worker and the subscriber noted them: until it is applied, its commit is taken, that is made, its decision is seen"
)
