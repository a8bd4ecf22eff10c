"""One role of one process, as it is seen from outside: who it is, whether it is well, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from agents.carrier.rejections import VERSION
from agents.carrier.watchdog import Watchdog
from agents.running.observed import Histogram, Observed, Readiness, Sample

BLIND = 30.0  # seconds without a look of the watchdog: then nobody would notice a worker that stands still


@dataclass(frozen=True, slots=True)
class Beginning:
    """A role that waits for the broker; `counted` is what it has counted all the same."""

    counted: Callable[[], Iterator[Sample | Histogram]] = lambda: iter(())

    def readiness(self) -> Readiness:
        """Return that the broker is waited for."""
        return Readiness(False, "waiting", ("the broker has not answered yet",))

    def counters(self) -> Iterator[Sample | Histogram]:
        """Yield what was counted so far."""
        return self.counted()


@dataclass(slots=True)
class Witness:
    """One role of one process. `observed` is the role, as soon as there is one.

    `sick` says why this process ought to be killed, and is empty while it is well. The broker, Redis and a recovery are no reason.

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

    def samples(self) -> Iterator[Sample | Histogram]:
        """Yield what every process says, then the role's own figures."""
        yield Sample("journey_build_info", (VERSION, self.role, self.worker), 1)
        yield Sample("journey_ready", (self.role,), float(self.observed.readiness().ready))
        yield from self.observed.counters()


def blindness(watchdog: Watchdog) -> str:
    """Return for how long this watchdog has not looked, if that is too long."""
    blind = monotonic() - watchdog.looked_at
    return f"the watchdog has not looked for {blind:.0f} s" if blind > BLIND else ""
