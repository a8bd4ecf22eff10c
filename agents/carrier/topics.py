"""What the broker says of topics, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType

TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Described:
    """One topic: how many partitions, and the id that a topic made again under the same name does not have."""

    partitions: int
    topic_id: str


def describe(admin: AdminClient, topics: Sequence[str]) -> dict[str, Described | None]:
    """Each topic, None where there is none. Raises KafkaException when the broker does not answer."""
    found: dict[str, Described | None] = {}
    for name, future in admin.describe_topics(TopicCollection(list(topics)), request_timeout=TIMEOUT).items():
        try:
            topic = future.result(TIMEOUT)
            found[name] = Described(len(topic.partitions), str(topic.topic_id))
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
            found[name] = None
    return found


def setting(admin: AdminClient, topic: str, name: str) -> str:
    """One setting of a topic as the broker has it; "" when it has none of that name."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    settings = admin.describe_configs([resource], request_timeout=TIMEOUT)[resource].result(TIMEOUT)
    return settings[name].value if name in settings else ""
