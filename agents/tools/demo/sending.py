"""How the demo sends: the year as fast as it goes, its last stretch at a steady pace, and at last the word that it is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

import msgspec

from agents.carrier.delivery import UndeliveredError
from agents.kafka.producer import LogProducer
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.evaluating.history import History
from agents.tools.operating.feeding import Line, Sent, feed
from schemas.control import SIGNATURE, HistoryEnded, signature
from schemas.topics import INTERACTIONS, TOUCHPOINTS

NOBODY = b"history-ended"  # the journey takes no record without a key; this one concerns no customer
PATIENCE_S = 30.0  # until the last of what was sent must have been acknowledged
TICK_S = 0.02  # the paced stretch is sent in small portions, fifty a second


class UnsentError(RuntimeError):
    """Events did not reach the brokers; the message says which."""


def flood(settings: Settings, history: History, moved: Callable[[int], None], stop: Event) -> dict[int, int]:
    """The history goes through the front door as fast as it goes; returns the offset behind the last event of each partition."""
    sent = feed(settings, INTERACTIONS, _lines(history, stop), lambda events, _: moved(events))
    return _targets(sent)


def _lines(history: History, stop: Event) -> Iterator[Line]:
    for line in history.lines:
        if stop.is_set():
            return
        yield Line(line, 0)


def _targets(sent: Sent) -> dict[int, int]:
    if sent.unsent:
        raise UnsentError("; ".join(sent.unsent[:3]))
    return sent.targets()


class _Id(msgspec.Struct):
    id: str


class Pacer:
    """Sends a history at a steady rate and remembers when each event left, ms since 1970 by this machine's clock.

    An event may be sent again: the journey tells a second copy by its id.
    """

    def __init__(self, settings: Settings, per_second: float, stop: Event) -> None:
        self._per_second, self._stop = per_second, stop
        self._sent = Sent(INTERACTIONS)
        self.left: dict[str, float] = {}
        self._producer = LogProducer({**librdkafka_security(settings), "linger.ms": 1}, resend=True)

    def send(self, history: History, moved: Callable[[int], None]) -> dict[int, int]:
        """Send all of it, portion by portion; `moved(events sent)` is called after each. Returns the offsets behind the last events.

        Raises UnsentError if an event did not arrive.
        """
        read, began, sent = msgspec.json.Decoder(_Id).decode, time.monotonic(), 0
        with _unsent():
            while sent < len(history) and not self._stop.is_set():
                due = min(len(history), int((time.monotonic() - began) * self._per_second) + 1)
                for i in range(sent, due):
                    self.left[read(history.lines[i]).id] = time.time() * 1000
                    note = partial(self._sent.note, i + 1)
                    self._producer.send(INTERACTIONS, history.customers[i].encode(), history.lines[i], delivered=note)
                sent = due
                moved(sent)
                self._producer.poll(TICK_S)
            self._producer.flush(PATIENCE_S)
        return _targets(self._sent)


def end_history(settings: Settings, until: int) -> dict[int, int]:
    """Tell every partition, signed, that time may pass to `until` (ms UTC); return the offset behind that word in each.

    A second copy moves no partition's time. Raises UnsentError if a partition was not told.
    """
    value, sent = msgspec.json.encode(HistoryEnded(until=until)), Sent(TOUCHPOINTS)
    signed: list[tuple[str, str | bytes | None]] = [(SIGNATURE, signature(settings.control_key(), value))]
    producer = LogProducer(librdkafka_security(settings), resend=True)
    with _unsent():
        for number in producer.partitions(TOUCHPOINTS):
            producer.send(TOUCHPOINTS, NOBODY, value, signed, number, partial(sent.note, number))
        producer.flush(PATIENCE_S)
    return _targets(sent)


@contextmanager
def _unsent() -> Iterator[None]:
    """Raise UnsentError in place of UndeliveredError."""
    try:
        yield
    except UndeliveredError as error:
        raise UnsentError(str(error)) from error
