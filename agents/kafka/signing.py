"""Signs control records for the touchpoint topic as it is on the brokers now."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from agents.carrier.topics import describe
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security
from schemas.control.signing import SIGNATURE, place_of, signature
from schemas.topics import TOUCHPOINTS


class Signer:
    """Signs values for the partitions of one topic.

    >>> Signer(b"secret", "topic").sign(2, b"{}")[0][1][32:]
    b'topic/2\\x00'
    """

    def __init__(self, key: bytes, topic_id: str) -> None:
        self._key, self._topic_id = key, topic_id

    def sign(self, partition: int, value: bytes) -> list[tuple[str, str | bytes | None]]:
        """Return the headers of a control record with this value in this partition."""
        return [(SIGNATURE, signature(self._key, self.place(partition), value))]

    def place(self, partition: int) -> bytes:
        """Return the place for which the records of this partition are signed."""
        return place_of(self._topic_id, partition)


def signer(settings: Settings) -> Signer:
    """Return a signer for the touchpoint topic. Raises SettingsError if there is no key, and KafkaException if there is no topic."""
    key = settings.control_keys()[0]
    found = describe(AdminClient({**librdkafka_security(settings), **TO_OUR_LOG}), [TOUCHPOINTS])[TOUCHPOINTS]
    if found is None:
        raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, f"{TOUCHPOINTS} does not exist: run `sojourn topics create`"))
    return Signer(key, found.topic_id)
