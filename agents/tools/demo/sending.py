"""How the demo sends: the year as fast as it goes, its last stretch at a steady pace, and at last the word that it is over."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from threading import Event

import msgspec
from confluent_kafka import KafkaError, Message, Producer

from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.evaluating.history import History
from agents.tools.operating.feeding import Line, Sent, feed
from schemas.control import SIGNATURE, HistoryEnded, signature
from schemas.topics import INTERACTIONS, TOUCHPOINTS

NOBODY = b"history-ended"  # the journey takes no record without a key; this one concerns no customer
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
    """Sends a history at a steady rate and remembers when each event left, ms since 1970 by this machine's clock."""

    def __init__(self, settings: Settings, per_second: float, stop: Event) -> None:
        self._per_second, self._stop = per_second, stop
        self._sent = Sent(INTERACTIONS)
        self.left: dict[str, float] = {}
        tuned = {"enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 1, "log_level": 2}
        self._producer = Producer({**librdkafka_security(settings), **tuned})

    def send(self, history: History, moved: Callable[[int], None]) -> dict[int, int]:
        """All of it, portion by portion; `moved(events sent)` is called after each. Returns the offsets behind the last events."""
        read, began, sent = msgspec.json.Decoder(_Id).decode, time.monotonic(), 0
        while sent < len(history) and not self._stop.is_set():
            due = min(len(history), int((time.monotonic() - began) * self._per_second) + 1)
            for i in range(sent, due):
                self.left[read(history.lines[i]).id] = time.time() * 1000
                self._producer.produce(INTERACTIONS, history.lines[i], history.customers[i].encode(), on_delivery=self._acknowledged)
            sent = due
            moved(sent)
            self._producer.poll(TICK_S)
        if self._producer.flush(30):
            self._sent.unsent.append(f"{len(self._producer)} events were not acknowledged within 30 s")
        return _targets(self._sent)

    def _acknowledged(self, error: KafkaError | None, message: Message) -> None:
        number, offset = message.partition(), message.offset()
        if error is not None or number is None or offset is None:
            self._sent.unsent.append(error.str() if error else "an event without a place in the log")
            return
        self._sent.offsets.setdefault(number, array("q")).append(offset)


def end_history(settings: Settings, until: int) -> dict[int, int]:
    """Every partition is told, signed, that time may pass to `until` (ms UTC); returns the offset behind that word in each."""
    value, sent = msgspec.json.encode(HistoryEnded(until=until)), Sent(TOUCHPOINTS)
    producer = Producer({**librdkafka_security(settings), "enable.idempotence": True, "log_level": 2})

    def acknowledged(error: KafkaError | None, message: Message) -> None:
        number, offset = message.partition(), message.offset()
        if error is not None or number is None or offset is None:
            sent.unsent.append(error.str() if error else "the end of the history has no place in the log")
        else:
            sent.offsets[number] = array("q", [offset])

    for number in range(settings.partitions):
        signed: list[tuple[str, str | bytes | None]] = [(SIGNATURE, signature(settings.control_key(), value))]
        producer.produce(TOUCHPOINTS, value, NOBODY, number, headers=signed, on_delivery=acknowledged)
    if producer.flush(30):
        sent.unsent.append("the end of the history was not acknowledged within 30 s")
    return _targets(sent)
