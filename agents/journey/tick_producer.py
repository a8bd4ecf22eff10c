"""Writes ticks to the touchpoint topic, outside of any transaction.

A tick may be sent again at any time: a second copy finds the journey's timer gone and changes nothing. A tick that does not arrive is
reported to its queue of timers, which sends it again later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import KafkaError, Message

from agents.kafka.producer import LogProducer
from schemas.control.signing import SIGNATURE


class TickProducer:
    """Sends ticks to the partition of their journey. `security` are librdkafka's addresses and credentials.

    It does not ask the broker for partition leaders first, because that would block the event loop. Ticks go only to partitions that
    this worker is reading.
    """

    def __init__(self, security: Mapping[str, Any], topic: str) -> None:
        self._topic = topic
        # After the timeout (ms) the tick is queued again by the worker that owns the partition then.
        self._producer = LogProducer({**security, "linger.ms": 5, "delivery.timeout.ms": 30_000}, resend=True)

    def send(self, partition: int, key: bytes, value: bytes, signed: bytes, failed: Callable[[], None]) -> None:
        """Send a tick. Call `failed` if it does not arrive, and at once if the producer's queue is full."""

        def reported(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed()

        if not self._producer.offer(self._topic, key, value, [(SIGNATURE, signed)], partition, reported):
            failed()

    def turn(self) -> None:
        """Call `failed` of the ticks that did not arrive. Raises KafkaException if nothing can be sent any more; that ends the worker."""
        self._producer.poll()
