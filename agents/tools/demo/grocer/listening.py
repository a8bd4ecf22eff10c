"""A subscriber that measures latency: the time from a decision's cause to its arrival here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event, Thread
from types import TracebackType

import msgspec
from confluent_kafka import OFFSET_END

from agents.carrier.record import FetchedRecord, Unreadable
from agents.journey.outputs import LOGGED_AT
from agents.kafka.admin import Admin
from agents.kafka.records import RecordReader
from agents.settings import Settings
from agents.tools.demo.measured import Latency, latency
from schemas.topics import DECISIONS, TRANSITIONS

WATCHED = (DECISIONS, TRANSITIONS)


class _Cause(msgspec.Struct):
    caused_by: str = ""


_read_cause = msgspec.json.Decoder(_Cause).decode


@dataclass(frozen=True)
class Arrival:
    """The arrival of one output at the subscriber. Times are in ms since 1970."""

    topic: str
    caused_by: str
    logged_at: float  # the broker's time of the record that caused it
    arrived: float


class Listener:
    """Context manager: while the block runs, reads committed outputs as they come, from now on. One thread a topic."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._over, self._ready = Event(), [Event() for _ in WATCHED]
        self.arrivals: list[Arrival] = []
        self._counts: dict[str, int] = {}  # topic -> number of its partitions
        self._threads = [Thread(target=self._listen, args=(topic, ready)) for topic, ready in zip(WATCHED, self._ready, strict=True)]

    def __enter__(self) -> Listener:
        with Admin(self._settings) as admin:
            self._counts = admin.partitions(WATCHED)
        for thread in self._threads:
            thread.start()
        for ready in self._ready:
            ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _listen(self, topic: str, ready: Event) -> None:
        with RecordReader(self._settings, topic, dict.fromkeys(range(self._counts[topic]), OFFSET_END)) as reader:
            ready.set()
            while not self._over.is_set():
                for record in reader.live(0.2):
                    if (arrival := _arrival(record)) is not None:
                        self.arrivals.append(arrival)

    def from_log(self, since: float, until: float) -> Latency | None:
        """Return the latency from the log to the subscriber, over the decisions whose cause was logged from `since` to `until` (ms)."""
        decided = [each for each in self.arrivals if each.topic == WATCHED[0] and since <= each.logged_at < until]
        return latency([each.arrived - each.logged_at for each in decided])

    def from_send(self, left: Mapping[str, float]) -> Latency | None:
        """Return the latency from the producer's send to the subscriber, over all outputs that a touchpoint in `left` caused.

        It spans both hops, ingest and journey. `left`: touchpoint id -> when it was sent (ms).
        """
        return latency([each.arrived - left[each.caused_by] for each in self.arrivals if each.caused_by in left])


def _arrival(record: FetchedRecord) -> Arrival | None:
    """Return the arrival of this record, now. None if it is not an output of ours: strangers may write to the topics as well."""
    if isinstance(record, Unreadable) or record.value is None:
        return None
    try:
        cause = _read_cause(record.value)
        logged_at = float(dict(record.headers).get(LOGGED_AT) or 0)
    except (msgspec.DecodeError, ValueError):
        return None
    return Arrival(record.topic, cause.caused_by, logged_at, time.time() * 1000)
