"""The insights role as a process: one of all workers adds up, the others stand by; what it reads, when, and where it goes.

Two that add up at once, as a rebalance may have it for a moment, publish the same under the same ids.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any, Literal

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from agents.insights.totals import Insights
from agents.kafka.reader import LogReader
from agents.running.leader import Leader, exist
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.control import SIGNATURE, signature
from schemas.topics import INSIGHTS, JOURNEY_CHANGELOG, TOUCHPOINTS

log = logging.getLogger(__name__)

GROUP = "sojourn-insights"
BREATH = 0.2  # seconds: how soon it is noticed that somebody else adds up now, or that we are to end
PATIENCE = 30.0  # seconds until what was sent must have arrived
Status = Literal["waiting", "reading", "running"]


class KafkaAnnouncer:
    """Publishes insights, and tells the journeys in every partition of the log; what did not arrive ends the role at the next flush."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.control_key()
        self._failed: KafkaError | None = None
        self._producer = Producer({**librdkafka_security(settings), "enable.idempotence": True, "linger.ms": 20, "compression.type": "lz4"})
        self._partitions = len(self._producer.list_topics(TOUCHPOINTS, timeout=10).topics[TOUCHPOINTS].partitions)

    def publish(self, insight: str, value: bytes | None) -> None:
        """The newest under this id."""
        self._send(INSIGHTS, value, insight.encode())

    def tell(self, control: bytes) -> None:
        """Signed, one copy for each partition."""
        for number in range(self._partitions):
            self._send(TOUCHPOINTS, control, b"control", partition=number, headers=[(SIGNATURE, signature(self._key, control))])

    def flush(self) -> None:
        """Raises KafkaException where something did not arrive."""
        if self._producer.flush(PATIENCE) or self._failed is not None:
            raise KafkaException(self._failed or KafkaError(KafkaError._MSG_TIMED_OUT))

    def _send(self, topic: str, value: bytes | None, key: bytes, **more: Any) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key, on_delivery=self._delivered, **more)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        self._failed = self._failed or error


class InsightsRole:
    """Waits for the lead, reads what there is, and then publishes every `interval_s`, until `stop` is set.

    `insights` are there as soon as what there was has been read; `begin` makes new ones, that know nothing yet.
    """

    def __init__(self, settings: Settings, lead: Leader, begin: Callable[[], Insights]) -> None:
        self._settings, self._lead, self.begin = settings, lead, begin
        self.interval_s = settings.insights_interval_ms / 1000
        self.stop = Event()
        self.status: Status = "waiting"
        self.insights: Insights | None = None

    def run(self) -> None:
        """Raises KafkaException, or Refusal where a topic is missing."""
        try:
            while not self.stop.is_set():
                self.status, self.insights = "waiting", None
                if self._lead.ask(BREATH):
                    self._add_up()
        finally:
            self._lead.close()

    def _add_up(self) -> None:
        self.status = "reading"
        insights = self.begin()
        with (
            LogReader(self._settings, INSIGHTS, beginning=True) as ours,
            LogReader(self._settings, JOURNEY_CHANGELOG, beginning=True) as changelog,
        ):
            exist(ours, changelog)
            for message in ours.until_end():
                insights.recall(_key(message).decode(), message.value())
            for message in changelog.until_end():
                insights.take(message.partition() or 0, _key(message), message.value())
            self.insights, due = insights, 0.0
            log.info("added up %d records", insights.counts["records"])
            while not self.stop.is_set() and self._lead.ask(0):
                if monotonic() >= due:
                    insights.round()
                    self.status, due = "running", monotonic() + self.interval_s
                for message in changelog.live(BREATH):
                    insights.take(message.partition() or 0, _key(message), message.value())


def _key(message: Message) -> bytes:
    key = message.key()
    return key if isinstance(key, bytes) else b""
