"""Descriptions and settings of topics, read from the broker as plain values."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType

TIMEOUT = 10.0  # seconds for one request to the broker


@dataclass(frozen=True, slots=True)
class Described:
    """One topic: its number of partitions and its id. A topic created again under the same name has another id."""

    partitions: int
    topic_id: str


def describe(admin: AdminClient, topics: Sequence[str]) -> dict[str, Described | None]:
    """Return a description of each topic; None for a topic that does not exist. Raises KafkaException if the broker does not answer."""
    found: dict[str, Described | None] = {}
    for name, future in admin.describe_topics(TopicCollection(list(topics)), request_timeout=TIMEOUT).items():
        try:
            topic = answer(future, name)
            found[name] = Described(len(topic.partitions), str(topic.topic_id))
        except KafkaException as error:
            if error.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                raise KafkaException(KafkaError(error.args[0].code(), f"no right to DESCRIBE topic {name}")) from None
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
            found[name] = None
    return found


def setting(admin: AdminClient, topic: str, name: str) -> str:
    """Return one setting of a topic from the broker; "" if there is no setting of that name."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    settings = admin.describe_configs([resource], request_timeout=TIMEOUT)[resource]
    found = answer(settings, topic)
    return str(found[name].value) if name in found else ""


def answer(future: "Future[Any]", about: str) -> Any:
    """Return the broker's answer about a topic or group. Raises KafkaException if there is none in time, and if it is an error."""
    try:
        return future.result(TIMEOUT)
    except TimeoutError:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"no answer about {about} within {TIMEOUT:.0f} s")) from None
