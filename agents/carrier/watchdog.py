"""The watchdog: a thread that ends a useless process. A stuck event loop could not notice that itself.

It looks for missing progress and for a stop that takes too long. It also notices a source topic that was created again, or grew.
"""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from time import monotonic
from traceback import format_stack
from typing import NoReturn

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.carrier.exits import die
from agents.carrier.ledger import AnyLedger
from agents.carrier.options import CarrierOptions
from agents.carrier.security import librdkafka
from agents.carrier.topics import describe
from agents.carrier.waiting import Reminder

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # between two looks at the ledger
TOPICS_SECONDS = 10.0  # between two looks at the source topic
# librdkafka's send_offsets_to_transaction may ignore its timeout after a restart of the coordinator (its issue 5456). A commit that
# hangs stops everything else without an error. After this time the broker has ended the transaction, so waiting is useless.
COMMIT_GRACE_SECONDS = 10.0


@dataclass(slots=True)
class Stall:
    """Measures for how long a value that should change has not changed.

    >>> stall = Stall()
    >>> stall.seconds(now=10.0, seen=(1,), expected=True), stall.seconds(now=12.0, seen=(1,), expected=True)
    (0.0, 2.0)
    >>> stall.seconds(now=13.0, seen=(2,), expected=True)
    0.0
    """

    seen: object = None
    since: float = 0.0

    def seconds(self, now: float, seen: object, expected: bool) -> float:
        """Return for how long `seen` has been the same while a change was expected."""
        if not expected or seen != self.seen:
            self.seen, self.since = seen, now
        return now - self.since


class Watchdog:
    """Ends the process when it runs but makes no progress. /healthz reads `looked_at`."""

    def __init__(self, ledger: AnyLedger, options: CarrierOptions, topic_id: str, fail: Callable[[str], NoReturn] = die) -> None:
        self._ledger = ledger
        self._options = options
        self._topic_id = topic_id
        self._fail = fail
        self._behind: dict[int, Stall] = {}
        self._unready = Stall()
        self._committing = Stall()
        self._awake = 0.0  # seconds this process has run; time in which it was frozen does not count
        self._end_by: float | None = None  # monotonic seconds; here frozen time counts, as it does for the supervisor that told us to end
        self._stopped = Event()
        self.looked_at = monotonic()  # monotonic seconds of the last finished look; /healthz reads it
        self._admin: AdminClient | None = None
        self._reminder = Reminder()

    def start(self) -> None:
        """Start two daemon threads, which never keep a process alive. One asks the broker: a slow answer must not delay a look."""
        for name, seconds, look in (("watchdog", LOOK_SECONDS, self._look), ("topics", TOPICS_SECONDS, self._look_at_topics)):
            Thread(target=self._run, args=(seconds, look), name=name, daemon=True).start()

    def must_end_within(self, seconds: float) -> None:
        """Set the time in which the process must end, from now on. After it, the watchdog ends the process."""
        if self._end_by is None:
            self._end_by = monotonic() + seconds

    def _run(self, seconds: float, look: Callable[[], None]) -> None:
        while not self._stopped.wait(seconds):
            try:
                look()
            except Exception as error:  # the watchdog must survive any error
                log.warning("watchdog: %r", error)

    def _look(self) -> None:
        if self._end_by is not None and monotonic() > self._end_by:
            self._give_up(f"could not leave within {self._options.stop_timeout:.0f} s")
        self._awake += min(monotonic() - self.looked_at, 2 * LOOK_SECONDS)
        self.look(self._awake)
        self.looked_at = monotonic()

    def look(self, now: float) -> None:
        """Look at the ledger once. End the process if something that should change has not. `now` is in seconds that never decrease."""
        ledger, options = self._ledger, self._options
        unready = ledger.status in ("recovering", "rebalancing")
        waited = self._unready.seconds(now, (ledger.status, ledger.since, ledger.count.recovery_records), unready)
        if waited > options.recovery_timeout:
            self._give_up(f"{ledger.status} for {waited:.0f} s without reading anything")
        hung = self._committing.seconds(now, ledger.committing_since, ledger.committing_since is not None)
        if hung > options.transaction_timeout + COMMIT_GRACE_SECONDS:
            self._give_up(f"a commit has not come back for {hung:.0f} s, longer than the broker keeps its transaction")
        for number, partition in list(ledger.owned.items()):
            behind = ledger.status == "running" and ledger.lag.get(number, 0) > 0
            stalled = self._behind.setdefault(number, Stall()).seconds(now, partition.position, behind)
            if stalled > options.stall_timeout:
                self._give_up(f"partition {number} is {ledger.lag.get(number)} records behind and has not moved for {stalled:.0f} s")

    def _look_at_topics(self) -> None:
        """Ask the broker about the source topic. It may be created again, or grow, while we read it, and no error tells us."""
        if self._admin is None:
            self._admin = AdminClient(librdkafka(self._options))
        try:
            found = describe(self._admin, [self._options.source])[self._options.source]
        except KafkaException as error:
            if self._reminder.due():
                log.warning("the broker does not describe %s: %s", self._options.source, error)
            return
        self._reminder.forget()
        self.judge(found.topic_id if found else "", found.partitions if found else 0)

    def judge(self, topic_id: str, partitions: int) -> None:
        """End the process if the source is another topic than at the start, or has another number of partitions."""
        source = self._options.source
        if topic_id != self._topic_id:
            self._fail(f"topic {source} was {'deleted' if not topic_id else 'created again'} while it was read")
        if partitions != self._options.partitions:
            self._fail(f"topic {source} has {partitions} partitions, and state for {self._options.partitions}")

    def _give_up(self, cause: str) -> NoReturn:
        with suppress(Exception):  # whatever becomes of these lines, the process ends
            log.error("the stacks of all threads:\n%s", stacks())
        self._fail(cause)


def stacks() -> str:
    """Return what each thread is doing now, as text.

    >>> "in stacks" in stacks()
    True
    """
    names = {thread.ident: thread.name for thread in enumerate_threads()}
    frames = sys._current_frames().items()
    return "\n".join(f"{names.get(ident, ident)}:\n{''.join(format_stack(frame))}" for ident, frame in frames)
