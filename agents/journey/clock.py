"""The clock of the journey role: when a journey's timer is due, it sends a tick, which is a record in the log.

Because ticks are in the log, a replay sees every time at which a timer fired. Ticks are sent outside transactions, by an idempotent
producer. A tick that comes twice, late or without need changes nothing, so sending one again is always safe. Never sending one is
not safe: the timer would not fire. Ticks under way are therefore remembered as long as the partition is owned. The next owner builds
its queue of timers from the journeys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from agents.carrier.ledger import AnyLedger
from agents.journey.body import PAST, Body
from agents.journey.timer_queue import Due
from agents.running.wall_clock import wall_ms
from schemas.control import Tick
from schemas.control.signing import signature

Mode = Literal["wall", "events"]
OUTSTANDING = 5_000  # ticks of a partition that may be under way; more would delay the events behind them
BATCH = 1_000  # ticks of a partition per round, so that a round does not hold the event loop for long
QUIET = 5_000  # ms without a record of a history, after which its timers fire: a hand-over takes two or three commits to come back
LONGEST = 1_800_000  # ms for which timers are held: where some history comes all the time, they fire nevertheless
PAUSE, BUSY_PAUSE = 1.0, 0.05  # seconds between rounds without a commit; the second one while ticks are under way


class Sender(Protocol):
    """Sends ticks to the log: an idempotent producer, or a list in a test."""

    def send(self, partition: int, key: bytes, value: bytes, signed: bytes, failed: Callable[[], None]) -> None:
        """Send a tick. `failed` is called if it does not arrive. `signed` is its signature."""

    def turn(self) -> None:
        """Call `failed` of the ticks that did not arrive."""


@dataclass(slots=True)
class Clock:
    """Sends ticks for the partitions that a ledger owns.

    In `mode` `wall` a tick is sent when its due time plus the allowed lateness has passed; a timer of a history waits until that
    history has been read. In `events` a tick is sent when the watermark of the partition has passed its due time. In both modes the
    log's own clock must have reached the due time, or the tick would not count. The allowed lateness is that of the rules in force
    for the partition. `now` returns the wall clock in ms UTC.
    """

    sender: Sender
    control_key: bytes
    mode: Mode
    now: Callable[[], int] = wall_ms

    async def run(self, ledger: AnyLedger) -> None:
        """Send ticks in rounds, without end: one round after each commit, and at least one a second."""
        committed = asyncio.Event()
        ledger.after_commit.append(lambda _number: committed.set())
        while True:
            busy = self.round(ledger)
            try:
                async with asyncio.timeout(BUSY_PAUSE if busy else PAUSE):
                    await committed.wait()
            except TimeoutError:
                pass  # no commit came, but timers may be due
            committed.clear()

    def round(self, ledger: AnyLedger) -> bool:
        """Send the ticks that are due, in partitions whose records are accepted. Return True while any tick is under way."""
        self.sender.turn()
        busy = False
        for number, partition in list(ledger.owned.items()):
            if partition.epoch is None:  # another worker may own the partition, or its state is not read yet
                continue
            body: Body = partition.body
            room = min(BATCH, OUTSTANDING - len(body.wakes.sent))
            for due, key in self._take(body, room):
                self._send(number, body, key, due)
            busy = busy or bool(body.wakes.sent)
        return busy

    def horizon(self, body: Body) -> int:
        """Return the time (ms UTC) up to which timers of this partition are due."""
        now = self.now() - body.wakes.skew
        return now - body.rules.allowed_lateness("") if self.mode == "wall" else min(body.shared.event_time, now)

    def _take(self, body: Body, room: int) -> list[Due]:
        """Return the timers that are due, at most `room` of them. While a history is read, hold those that were due long ago.

        Otherwise their ticks would overtake hand-overs and touchpoints of the same history, which are still on their way.
        """
        wakes = body.wakes
        if self.mode == "events":
            return wakes.take(self.horizon(body), room)
        now = self.now() - wakes.skew
        if abs(now - wakes.history_at) >= QUIET:
            wakes.holding_since = 0
        elif not wakes.holding_since:
            wakes.holding_since = now
        if wakes.holding_since and now - wakes.holding_since < LONGEST:
            return wakes.take(self.horizon(body), room, now - PAST)
        wakes.release()
        return wakes.take(self.horizon(body), room)

    def _send(self, number: int, body: Body, key: bytes, due: int) -> None:
        value = msgspec.json.encode(Tick(customer=key.decode(), due=due))
        self.sender.send(number, key, value, signature(self.control_key, body.place, value), lambda: body.wakes.failed(key, due))
