"""The producer for everything outside of the carrier's transactions. A record counts as delivered once its offset is known.

Three rules keep records from being lost without an error (`agents.carrier.delivery` explains how that happens):

1. The first record to a topic waits until every partition of it has a leader.
2. The producer sends a broker one request at a time. A second request can then not be accepted while the first one is lost. Records
   also keep the order in which they were sent. Only the first request to a partition needs this rule. But a broker forgets a producer
   that was silent for a day, and then the next request is a first one again. A request carries up to 1 MB, so this costs no speed.
3. An acknowledgement without an offset does not count. The record is sent again if a second copy does no harm (`resend`). Otherwise
   it has failed, `flush` raises, and a transaction around it is never committed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from agents.carrier.delivery import Delivered, UndeliveredError, undelivered
from agents.kafka.refused import right_missing
from agents.settings.security import TO_OUR_LOG

PATIENCE_S = 20.0  # how long we wait for leaders, and for room in the queue; an election after a broker's death takes 9 s
ATTEMPTS = 5  # how often a record is sent in all; after that, an acknowledgement without an offset is a failure
_POLL_S = 0.05
_FIX = "`sojourn doctor` says what is wrong with the brokers; then do this again"

Headers = Sequence[tuple[str, str | bytes | None]]


class _Record:
    """A record on its way. librdkafka calls it with its delivery report. One object per record saves memory: a file has millions."""

    __slots__ = ("attempts", "delivered", "headers", "key", "partition", "reported", "topic", "value")

    def __init__(
        self,
        reported: Callable[[_Record, KafkaError | None, Message], None],
        topic: str,
        key: bytes | str | None,
        value: bytes | None,
        headers: Headers,
        partition: int | None,
        delivered: Delivered | None,
    ) -> None:
        self.reported, self.topic, self.key, self.value, self.headers = reported, topic, key, value, headers
        self.partition = -1 if partition is None else partition
        self.delivered, self.attempts = delivered, 1

    def __call__(self, error: KafkaError | None, message: Message) -> None:
        self.reported(self, error, message)


class LogProducer:
    """An idempotent producer. `properties` are librdkafka's settings, with addresses and security.

    `resend` says that a second copy of a record does no harm. The caller that sets it gives the reason in a comment.
    """

    def __init__(self, properties: Mapping[str, Any], *, resend: bool) -> None:
        self._client = Producer(
            {
                "enable.idempotence": True,
                "max.in.flight.requests.per.connection": 1,  # rule 2
                "partitioner": "murmur2_random",  # as in Kafka's own clients; librdkafka's default puts a key on another partition
                **TO_OUR_LOG,
                **properties,
            }
        )
        self._resend = resend
        self._partitions: dict[str, list[int]] = {}  # by topic, once all its partitions have leaders
        self._to_resend: deque[_Record] = deque()
        self._sent = self._failed = 0  # since the last flush
        self._cause: KafkaError | None = None

    @property
    def client(self) -> Producer:
        """librdkafka's own producer, for transactions."""
        return self._client

    def partitions(self, topic: str, within_s: float = PATIENCE_S) -> list[int]:
        """Return the topic's partitions once each has a leader. Raises UndeliveredError if that takes longer than `within_s` seconds."""
        give_up = monotonic() + within_s
        while (error := self._look_up(topic, max(_POLL_S, give_up - monotonic()))) is not None:
            if monotonic() > give_up:
                missing = UndeliveredError(f"{topic} cannot be written to", error, "run `sojourn topics create`, or start its brokers")
                raise right_missing(error, "WRITE", topic) or missing
            self._client.poll(_POLL_S)
        return self._partitions[topic]

    def _look_up(self, topic: str, within_s: float) -> KafkaError | None:
        """Ask for the topic's leaders. Return None if every partition has one, else the error."""
        try:
            found = self._client.list_topics(topic, timeout=within_s).topics[topic]
        except KafkaException as unreachable:
            error: KafkaError = unreachable.args[0]
            return error
        refused: KafkaError | None = found.error
        if refused is not None:
            return refused
        if not found.partitions or any(each.leader < 0 for each in found.partitions.values()):
            return KafkaError(KafkaError.LEADER_NOT_AVAILABLE)
        self._partitions[topic] = sorted(found.partitions)
        return None

    def send(
        self,
        topic: str,
        key: bytes | str | None,
        value: bytes | None,
        headers: Headers = (),
        partition: int | None = None,
        delivered: Delivered | None = None,
    ) -> None:
        """Send a record. `delivered` is called when it is delivered or has failed.

        Waits at most 20 s for room in the queue, and the first time at most 20 s for the topic's leaders.
        Raises UndeliveredError after that, and KafkaException for a record that can never be sent (one that is too large, for instance).
        """
        if topic not in self._partitions:
            self.partitions(topic, PATIENCE_S)
        record = _Record(self._note_report, topic, key, value, headers, partition, delivered)
        if not self._produce(record):
            self._await_room(record)
        self._sent += 1

    def offer(
        self,
        topic: str,
        key: bytes | str | None,
        value: bytes | None,
        headers: Headers = (),
        partition: int | None = None,
        delivered: Delivered | None = None,
    ) -> bool:
        """Send a record without waiting. Return False if the queue is full. Raises KafkaException as `send` does."""
        taken = self._produce(_Record(self._note_report, topic, key, value, headers, partition, delivered))
        self._sent += taken
        return taken

    def poll(self, within_s: float = 0.0) -> None:
        """Call the callbacks of delivery reports, and resend records. Raises KafkaException if the producer can send nothing any more."""
        _wait_for_reports(self._client.poll, within_s)
        while self._to_resend and self._produce(self._to_resend[0]):
            self._to_resend.popleft()

    def flush(self, within_s: float) -> None:
        """Wait until all that was sent since the last flush is in the log.

        Raises UndeliveredError if a record has failed, or if one is still under way after `within_s` seconds.
        """
        give_up = monotonic() + within_s
        while (_wait_for_reports(self._client.flush, max(0.0, give_up - monotonic())) or self._to_resend) and monotonic() < give_up:
            self.poll()
        left = len(self._client) + len(self._to_resend)
        sent, missing, cause = self._sent, left + self._failed, self._cause or KafkaError(KafkaError._MSG_TIMED_OUT)
        self._sent, self._failed, self._cause = left, 0, None
        if missing:
            raise UndeliveredError(f"{missing:,} of {sent:,} records were not delivered within {within_s:g} s", cause, _FIX)

    def _await_room(self, record: _Record) -> None:
        give_up = monotonic() + PATIENCE_S
        while not self._produce(record):
            if monotonic() > give_up:
                raise UndeliveredError(f"{len(self._client)} records wait for {record.topic}", KafkaError(KafkaError._QUEUE_FULL), _FIX)
            self.poll(_POLL_S)

    def _produce(self, record: _Record) -> bool:
        headers = list(record.headers) if record.headers else None
        try:
            self._client.produce(record.topic, record.value, record.key, record.partition, on_delivery=record, headers=headers)
        except BufferError:
            return False
        return True

    def _note_report(self, record: _Record, error: KafkaError | None, message: Message) -> None:
        failure = undelivered(error, message)
        if failure is not None:
            if error is None and self._resend and record.attempts < ATTEMPTS:
                record.attempts += 1
                self._to_resend.append(record)  # not sent here: a callback must not wait for room in the queue
                return
            self._failed += 1
            self._cause = self._cause or failure
        if record.delivered is not None:
            record.delivered(failure, message)


def _wait_for_reports(wait: Callable[[float], int], within_s: float) -> int:
    """Return what `wait` returns. Raises KafkaException on a fatal error: librdkafka hides it in a SystemError, or drops its cause."""
    try:
        return wait(within_s)
    except SystemError as error:
        cause = error.__cause__
        raise cause if isinstance(cause, KafkaException) else KafkaException(KafkaError(KafkaError._FATAL, str(error))) from error
