"""How ticks reach the touchpoint topic: an idempotent producer of their own, outside of any transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.control import SIGNATURE


class TickProducer:
    """Sends ticks to the partition their journey lives in. Raises KafkaException when the producer itself is beyond help."""

    def __init__(self, security: Mapping[str, Any], topic: str) -> None:
        self._topic = topic
        self._fatal: KafkaError | None = None
        self._producer = Producer(
            {
                **security,
                "enable.idempotence": True,
                "linger.ms": 5,
                "delivery.timeout.ms": 30_000,  # then it is queued again, by whoever owns the partition by then
                "error_cb": self._note,
            }
        )

    def send(self, partition: int, key: bytes, value: bytes, signed: bytes, failed: Callable[[], None]) -> None:
        """The tick is on its way; `failed` is called should it not arrive, also when the queue is full."""

        def told(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed()

        try:
            self._producer.produce(self._topic, value, key, partition, on_delivery=told, headers=[(SIGNATURE, signed)])
        except BufferError:
            failed()

    def turn(self) -> None:
        """Word of what arrived, or did not, is passed on."""
        self._producer.poll(0)
        if self._fatal is not None:
            raise KafkaException(self._fatal)

    def _note(self, error: KafkaError) -> None:
        if error.fatal():
            self._fatal = error
