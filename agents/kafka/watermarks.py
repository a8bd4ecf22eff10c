"""Where the partitions of a topic end, open transactions included."""

from __future__ import annotations

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec

from agents.carrier.topics import answer
from agents.kafka.refused import right_missing
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security


def high_watermarks(settings: Settings, topic: str) -> dict[int, int]:
    """Return, for each partition, the offset after everything that was written, open transactions included. Raises KafkaException."""
    admin = AdminClient({**librdkafka_security(settings), **TO_OUR_LOG})
    found = admin.list_topics(topic, timeout=10).topics[topic]
    if found.error is not None:
        plain = KafkaException(KafkaError(found.error.code(), f"reading {topic}: {found.error.str()}"))
        raise right_missing(found.error, "DESCRIBE", topic) or plain
    asked = {TopicPartition(topic, number): OffsetSpec.latest() for number in found.partitions}  # type: ignore[no-untyped-call]
    futures = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=10)
    return {at.partition: answer(future, topic).offset for at, future in futures.items()}
