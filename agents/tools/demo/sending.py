"""Sends the demo's events: the year as fast as possible, the last week at a steady pace, then the record that the history has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

import msgspec

from agents.carrier.delivery import UndeliveredError
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.evaluating.history import History
from agents.tools.operating.feeding import Line, Sent, feed
from schemas.control import HistoryEnded
from schemas.topics import INTERACTIONS, TOUCHPOINTS

NOBODY = b"history-ended"  # the key of a record that concerns no customer; the journey accepts no record without a key
PATIENCE_S = 30.0  # seconds until the last event must have been acknowledged
TICK_S = 0.02  # seconds between two portions of the paced part: fifty a second


class UnsentError(RuntimeError):
    """Events did not reach the brokers. The message says which."""


def flood(settings: Settings, history: History, moved: Callable[[int], None], stop: Event) -> dict[int, int]:
    """Send the history to ingest as fast as possible. Return, for each partition, the offset after its last event.

    Raises UnsentError if an event did not arrive. Stops early if `stop` is set.
    """
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
    """Sends a history at a steady rate, and keeps when each event was sent (`left`: ms since 1970, this machine's clock).

    An event may be sent twice: the journey detects a second copy by its id.
    """

    def __init__(self, settings: Settings, per_second: float, stop: Event) -> None:
        self._per_second, self._stop = per_second, stop
        self._sent = Sent(INTERACTIONS)
        self.left: dict[str, float] = {}
        self._producer = LogProducer({**librdkafka_security(settings), "linger.ms": 1}, resend=True)

    def send(self, history: History, moved: Callable[[int], None]) -> dict[int, int]:
        """Send all of it in portions. Return, for each partition, the offset after its last event.

        `moved(events sent)` is called after each portion. Raises UnsentError if an event did not arrive.
        """
        read, began, sent = msgspec.json.Decoder(_Id).decode, time.monotonic(), 0
        with _raise_unsent():
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
    """Publish a signed record to every partition: time may pass to `until` (ms UTC). Return the offset after that record in each.

    A second copy of the record does not change a partition's time. Raises UnsentError if a partition did not get it.
    """
    value, sent = msgspec.json.encode(HistoryEnded(until=until)), Sent(TOUCHPOINTS)
    signs = signer(settings)
    producer = LogProducer(librdkafka_security(settings), resend=True)
    with _raise_unsent():
        for number in producer.partitions(TOUCHPOINTS):
            producer.send(TOUCHPOINTS, NOBODY, value, signs.sign(number, value), number, partial(sent.note, number))
        producer.flush(PATIENCE_S)
    return _targets(sent)


@contextmanager
def _raise_unsent() -> Iterator[None]:
    """Context manager: raise UnsentError in place of UndeliveredError."""
    try:
        yield
    except UndeliveredError as error:
        raise UnsentError(str(error)) from error
