"""The id of a topic. A topic that was created again has another id, and so has the topic of another cluster."""

from __future__ import annotations

from collections.abc import Callable

from confluent_kafka.admin import AdminClient

from agents.carrier.topics import describe
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security


def log_id(settings: Settings, topic: str) -> Callable[[], str]:
    """Return a function that asks for the id of this topic; "" if there is no such topic. It raises KafkaException without an answer."""
    client = AdminClient({**librdkafka_security(settings), **TO_OUR_LOG})

    def ask() -> str:
        found = describe(client, [topic])[topic]
        return found.topic_id if found is not None else ""

    return ask
