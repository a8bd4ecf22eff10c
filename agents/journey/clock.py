"""The clock agent: a journey that waits gets its tick, as a record in the log, so that the log holds every moment that mattered.

Ticks are sent outside transactions, by an idempotent producer: a tick that comes twice, late or for nothing changes nothing, so to
send one again is always safe. Not sending one is not: what is under way is remembered per ownership, and whoever owns a partition
next builds its queue from the journeys themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from agents.carrier.ledger import AnyLedger
from agents.journey.job import Body
from agents.journey.timer_queue import TimerQueue
from agents.running.wall_clock import wall_ms
from schemas.control import Tick, signature

Mode = Literal["wall", "events"]
OUTSTANDING = 5_000  # ticks of a partition that are under way: a night's thousand deadlines must not bury the events of the morning
BATCH = 1_000  # ticks of a partition a round: the event loop is never held for long
PAUSE, BUSY_PAUSE = 1.0, 0.05  # seconds between rounds, unless a commit comes first; and while ticks are under way


class Sender(Protocol):
    """Whatever brings ticks to the log: an idempotent producer, or a test's list."""

    def send(self, partition: int, key: bytes, value: bytes, signed: bytes, failed: Callable[[], None]) -> None:
        """The tick is on its way; `failed` is called should it not arrive."""

    def turn(self) -> None:
        """Word of what arrived, or did not, is passed on."""


@dataclass(slots=True)
class Clock:
    """Sends ticks for the partitions that a ledger owns.

    `mode`: `wall` (due plus lateness has passed) or `events` (the partition's event time has passed it). In neither is a tick sent
    before its time has come by the log's own clock, as it would not count. Lateness is that of the rules each partition is under.
    """

    sender: Sender
    control_key: bytes
    mode: Mode
    now: Callable[[], int] = wall_ms

    async def run(self, ledger: AnyLedger) -> None:
        """Round after round, for ever: one after each commit, and at least one a second."""
        committed = asyncio.Event()
        ledger.after_commit.append(lambda _number: committed.set())
        while True:
            busy = self.round(ledger)
            try:
                async with asyncio.timeout(BUSY_PAUSE if busy else PAUSE):
                    await committed.wait()
            except TimeoutError:
                pass  # no commit came: time passes all the same
            committed.clear()

    def round(self, ledger: AnyLedger) -> bool:
        """Ticks for whatever is due now in partitions whose records flow; True while any is under way."""
        self.sender.turn()
        busy = False
        for number, partition in list(ledger.owned.items()):
            if partition.epoch is None:  # its state may be a predecessor's business still
                continue
            body: Body = partition.body
            room = min(BATCH, OUTSTANDING - len(body.wakes.sent))
            for due, key in body.wakes.take(self.horizon(body), room):
                self._send(number, body.wakes, key, due)
            busy = busy or bool(body.wakes.sent)
        return busy

    def horizon(self, body: Body) -> int:
        """The time (ms UTC) up to which a wake of this partition has come."""
        now = self.now() - body.wakes.skew
        return now - body.rules.allowed_lateness("") if self.mode == "wall" else min(body.shared.event_time, now)

    def _send(self, number: int, wakes: TimerQueue, key: bytes, due: int) -> None:
        value = msgspec.json.encode(Tick(customer=key.decode(), due=due))
        self.sender.send(number, key, value, signature(self.control_key, value), lambda: wakes.failed(key, due))
