"""One role of one process as operators see it: its name, its health, its readiness and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import get_args

from agents.carrier.rejections import VERSION
from agents.carrier.watchdog import Watchdog
from agents.observing.server import Dropped
from agents.running.build import BUILD, COMMIT
from agents.running.observed import Histogram, Observed, Readiness, Sample

BLIND = 30.0  # seconds without a look of the watchdog; after that nobody would notice a stuck worker


@dataclass(frozen=True, slots=True)
class Beginning:
    """A role that waits for the broker. `counted` returns the figures that it has already."""

    counted: Callable[[], Iterator[Sample | Histogram]] = lambda: iter(())

    def readiness(self) -> Readiness:
        """Return that the role is not ready: it waits for the broker."""
        return Readiness(False, "waiting", ("the broker has not answered yet",))

    def counters(self) -> Iterator[Sample | Histogram]:
        """Yield what was counted so far."""
        return self.counted()


@dataclass(slots=True)
class Witness:
    """One role of one process. `observed` is the running role, and a `Beginning` before that.

    `away` returns since when the brokers do not answer, and "" while they do.
    `lags` returns how far every role is behind, also those of other processes: role, partition -> offsets.
    `sick` returns why this process should be killed, and "" while it is healthy. The broker, Redis and a recovery are never a reason.

    >>> witness = Witness("journey", "worker-1")
    >>> witness.observed.readiness()
    Readiness(ready=False, status='waiting', reasons=('the broker has not answered yet',))
    >>> witness.sick()
    ''
    """

    role: str
    worker: str
    observed: Observed = field(default_factory=Beginning)
    sick: Callable[[], str] = str
    dropped: Counter[str] = field(default_factory=Counter)  # HTTP connections without an answer, by cause
    away: Callable[[], str] = str
    lags: Callable[[], Mapping[tuple[str, int], int]] = dict

    def readiness(self) -> Readiness:
        """Return whether the role does its work. Without its brokers it does not, whatever it believes itself."""
        found = self.observed.readiness()
        if not (reason := self.away()):
            return found
        return Readiness(False, "waiting", (reason, *(() if isinstance(self.observed, Beginning) else found.reasons)))

    def samples(self) -> Iterator[Sample | Histogram]:
        """Yield the figures of every process, then those of the role."""
        yield Sample("journey_build_info", (VERSION, COMMIT, BUILD, self.role, self.worker), 1)
        yield Sample("journey_ready", (self.role,), float(self.readiness().ready))
        for why in get_args(Dropped):
            yield Sample("journey_http_dropped_total", (self.role, why), self.dropped[why])
        for (role, number), behind in self.lags().items():
            yield Sample("journey_role_lag", (role, str(number)), behind)
        yield from self.observed.counters()


def blindness(watchdog: Watchdog) -> str:
    """Return a text if the watchdog has not looked for too long, else ""."""
    blind = monotonic() - watchdog.looked_at
    return f"the watchdog has not looked for {blind:.0f} s" if blind > BLIND else ""
