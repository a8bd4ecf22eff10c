"""Measures the difference between this machine's clock and the broker's, with a record that nobody ever reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, Message

from agents.carrier.delivery import UndeliveredError
from agents.kafka.producer import LogProducer
from agents.settings import Settings
from agents.settings.security import librdkafka_security


@dataclass(frozen=True)
class Skew:
    """Our clock minus the broker's, in milliseconds, and the largest error of the measurement."""

    ms: int
    uncertainty_ms: int


def measure(settings: Settings, topic: str, now: Callable[[], int], patience_s: float = 4.0) -> Skew:
    """Return our clock's offset: write one record to `topic`, read the broker's timestamp of it, and abort its transaction.

    No reader of committed records sees the record. `now` returns our time in ms UTC.

    Raises TimeoutError if the broker did not stamp it within `patience_s` seconds.
    """
    producer = _producer(settings, patience_s)
    stamps: list[int] = []

    def stamped(error: KafkaError | None, message: Message) -> None:
        kind, stamp = message.timestamp()
        if error is None and kind == TIMESTAMP_LOG_APPEND_TIME:
            stamps.append(stamp)

    try:
        producer.partitions(topic, patience_s)
        producer.client.init_transactions(patience_s)
        producer.client.begin_transaction()
        asked = now()
        producer.send(topic, None, b"what time is it?", delivered=stamped)
        producer.flush(patience_s)
    except UndeliveredError as error:
        raise TimeoutError(f"{topic} was not stamped with the broker's time: {error}") from error
    answered = now()
    producer.client.abort_transaction(patience_s)
    if not stamps:
        raise TimeoutError(f"{topic} was not stamped with the broker's time")
    return Skew((asked + answered) // 2 - stamps[0], (answered - asked) // 2)


def _producer(settings: Settings, patience_s: float) -> LogProducer:
    limits = {"transaction.timeout.ms": int(patience_s * 1000), "socket.timeout.ms": int(patience_s * 1000)}
    # a new name each time: two runs of `sojourn doctor` at once must not fence each other
    name = f"sojourn-doctor-{uuid4().hex[:8]}"
    return LogProducer({**librdkafka_security(settings), **limits, "transactional.id": name, "linger.ms": 0}, resend=False)
