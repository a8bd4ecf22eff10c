"""The loop of the insights role: the leader adds up the counts of all partitions and publishes them; other workers wait.

During a rebalance there may be two leaders for a moment. They publish the same insights under the same ids, which does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from time import monotonic

from confluent_kafka import Message

from agents.insights.totals import Insights
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.kafka.signing import signer
from agents.kafka.undecodable import Undecodable
from agents.running.leader import BREATH, Leader, LeaderRole, Round, exist
from agents.running.observed import Readiness, Sample, by_topic
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.topics import INSIGHTS, JOURNEY_CHANGELOG, TOUCHPOINTS

log = logging.getLogger(__name__)

GROUP = "sojourn-insights"
PATIENCE = 30.0  # seconds; a record that was not delivered within this time ends the role


class KafkaAnnouncer:
    """Publishes insights, and control records to every partition of the log. A record that did not arrive ends the role at the next flush.

    A record may be sent again. An insight is published once between two flushes, so a second copy is still the newest of its id.
    A control record has a version, and a partition takes each version once.
    """

    def __init__(self, settings: Settings) -> None:
        self._signer = signer(settings)
        self._producer = LogProducer({**librdkafka_security(settings), "linger.ms": 20, "compression.type": "lz4"}, resend=True)
        self._partitions = self._producer.partitions(TOUCHPOINTS)

    def publish(self, insight: str, value: bytes | None) -> None:
        """Publish the newest value under this id; None deletes it."""
        self._producer.send(INSIGHTS, insight.encode(), value)

    def tell(self, control: bytes) -> None:
        """Send a control record, signed, to each partition of the log."""
        for number in self._partitions:
            self._producer.send(TOUCHPOINTS, b"control", control, self._signer.sign(number, control), number)

    def flush(self) -> None:
        """Wait until everything has arrived. Raises KafkaException if something did not."""
        self._producer.flush(PATIENCE)


class InsightsRole:
    """Reads all counts when this worker becomes the leader, and then publishes every `interval_s` seconds.

    `insights` is None until all counts were read. `begin` returns a new `Insights`.
    """

    def __init__(self, settings: Settings, lead: Leader, begin: Callable[[], Insights]) -> None:
        self._settings, self.begin = settings, begin
        self.loop = LeaderRole(lead, self._read)
        self.interval_s = settings.insights_interval_ms / 1000
        self.insights: Insights | None = None
        self._undecodable = Undecodable()
        self._due = 0.0  # monotonic seconds of the next publishing

    def readiness(self) -> Readiness:
        """Return the readiness of the loop."""
        return self.loop.readiness()

    def counters(self) -> Iterator[Sample]:
        """Yield how much was published; nothing while another worker leads."""
        yield from by_topic("journey_undecodable_total", self._undecodable.counts)
        if (insights := self.insights) is not None:
            yield Sample("journey_insights_total", (), insights.counts["insights"])
            yield Sample("journey_norms_total", (), insights.counts["norms"])

    def _read(self, readers: ExitStack) -> Round:
        """Read both topics to their ends, publish, and return the round to repeat. Raises KafkaException; Refusal if a topic is missing."""
        ours = readers.enter_context(LogReader(self._settings, INSIGHTS, beginning=True))
        changelog = readers.enter_context(LogReader(self._settings, JOURNEY_CHANGELOG, beginning=True))
        exist(ours, changelog)
        insights = self.begin()
        for message in ours.until_end():
            self._undecodable.take(message, partial(_recall, insights))
        for message in changelog.until_end():
            self._undecodable.take(message, partial(_add, insights))
        self.insights = insights
        readers.callback(self._forget)
        log.info("added up %d records", insights.counts["records"])
        self._publish(insights)
        return partial(self._round, insights, changelog)

    def _round(self, insights: Insights, changelog: LogReader) -> bool:
        if monotonic() >= self._due:
            self._publish(insights)
        for message in changelog.live(BREATH):
            self._undecodable.take(message, partial(_add, insights))
        self.loop.note(changelog)
        return True

    def _publish(self, insights: Insights) -> None:
        insights.round()
        self._due = monotonic() + self.interval_s

    def _forget(self) -> None:
        self.insights = None


def _recall(insights: Insights, message: Message) -> None:
    insights.recall(_key(message).decode(), message.value())


def _add(insights: Insights, message: Message) -> None:
    insights.take(message.partition() or 0, _key(message), message.value())


def _key(message: Message) -> bytes:
    key = message.key()
    return key if isinstance(key, bytes) else b""
