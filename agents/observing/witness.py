"""What a running role can be asked from outside: is it alive, is it ready and if not why, and what has it counted.

Asked by the HTTP thread while the role works: every answer is made of plain attributes, read once, and no question costs the role
anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from agents.carrier import Ledger
from agents.carrier.ledger import AnyLedger
from agents.carrier.watchdog import Watchdog
from agents.ingest import IngestJob
from agents.insights.role import InsightsRole
from agents.journey.job import JourneyJob
from agents.serving.role import Serving

if TYPE_CHECKING:  # numpy, scipy and river: in no other role's memory
    from agents.learning.role import Learning

BLIND = 30.0  # seconds without a look of the watchdog: then nobody would notice a worker that stands still


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the role does its work now; if not, the status and the reasons, in words."""

    ready: bool
    status: str
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class Witness:
    """One role of one process. What is None is not there yet, or not this role's."""

    role: str
    worker: str
    job: JourneyJob | IngestJob | None = None
    ledger: AnyLedger | None = None
    watchdog: Watchdog | None = None
    serving: Serving | None = None
    adding: InsightsRole | None = None
    learning: Learning | None = None

    def sick(self) -> str:
        """Why this process ought to be killed; empty while it is well. Never because of the broker, Redis or a recovery.

        >>> Witness("journey", "worker-1").sick()
        ''
        """
        if self.watchdog is not None and (blind := monotonic() - self.watchdog.looked_at) > BLIND:
            return f"the watchdog has not looked for {blind:.0f} s"
        return ""

    def readiness(self) -> Readiness:
        """Whether the role does its work.

        >>> Witness("journey", "worker-1").readiness()
        Readiness(ready=False, status='waiting', reasons=('the broker has not answered yet',))
        """
        if self.serving is not None:
            return _of_serving(self.serving)
        for alone in (self.adding, self.learning):  # one of all workers does it
            if alone is not None:
                return Readiness(alone.loop.status != "reading", alone.loop.status)
        if self.ledger is None:
            return Readiness(False, "waiting", ("the broker has not answered yet",))
        return _of_ledger(self.ledger)


def _of_ledger(ledger: Ledger[object]) -> Readiness:
    return Readiness(ledger.ready, ledger.status, () if ledger.ready else (ledger.reason or ledger.status,))


def _of_serving(serving: Serving) -> Readiness:
    down = serving.down_since
    if down is None:
        return Readiness(True, "running")
    return Readiness(False, "waiting", (f"Redis has not answered for {monotonic() - down:.0f} s",))
