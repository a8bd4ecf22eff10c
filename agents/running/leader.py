"""One of all workers does what only one may do; the others stand by.

It is whoever Kafka's group gave partition 0 of a topic. Two at once, as a rebalance may have it for a moment, must do no harm.
"""

from __future__ import annotations

from confluent_kafka import Consumer, TopicPartition

from agents.carrier import Refusal
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security


class Leader:
    """Whether this worker is the one."""

    def __init__(self, settings: Settings, group: str, topic: str) -> None:
        self.ours = False
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": group,
                "client.id": f"{group}-{settings.worker}",
                "enable.auto.commit": False,
                "session.timeout.ms": settings.session_timeout_ms,
                "log_level": 2,
            }
        )
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked)

    def ask(self, within_s: float) -> bool:
        """Whether it is ours now; members must ask every few minutes, or they are none."""
        self._consumer.poll(within_s)
        return self.ours

    def close(self) -> None:
        """Somebody else may have it."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.assign(partitions)
        consumer.pause(partitions)  # nothing is read by this one
        self.ours = any(partition.partition == 0 for partition in partitions)

    def _revoked(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self.ours = False


def exist(*readers: LogReader) -> None:
    """Raises Refusal where a topic that is to be read is missing."""
    for reader in readers:
        if not reader.partitions():
            raise Refusal(f"topic {reader.topic} does not exist", "run `sojourn topics create`")
