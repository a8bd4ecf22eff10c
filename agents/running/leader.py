"""Leader election for roles that must run once per cluster, and the loop of such a role.

The leader is the consumer that owns partition 0 of the role's topic. During a rebalance two workers may both believe they lead for a
moment, so everything a leader publishes must be idempotent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from threading import Event
from time import monotonic
from typing import Literal

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from agents.carrier import Refusal
from agents.carrier.waiting import Reminder
from agents.kafka.reader import LogReader
from agents.running.access import AGAIN_S, ASKS, Access, denied, passes
from agents.running.observed import Readiness
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security

log = logging.getLogger(__name__)

PAUSE_S = 2.0  # seconds before a term is begun again that failed because a broker was away
NOTED_S = 5.0  # seconds between two notes of how far a role has read
BREATH = 0.2  # seconds; within this time a role notices that another worker leads, or that it must end
Status = Literal["waiting", "reading", "running"]
Round = Callable[[], bool]


class Leader:
    """Says whether this worker leads."""

    def __init__(self, settings: Settings, group: str, topic: str) -> None:
        self.ours = False
        self.access, self._topic = Access(group, topic), topic
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": group,
                "client.id": f"{group}-{settings.worker}",
                "enable.auto.commit": False,
                "session.timeout.ms": settings.session_timeout_ms,
                "reconnect.backoff.max.ms": 2_000,
                **ASKS,
                **TO_OUR_LOG,
            }
        )
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)

    def ask(self, within_s: float) -> bool:
        """Return whether this worker leads now, after at most `within_s` seconds. If nobody asks for five minutes, it loses the lead.

        Raises Refusal if the topic does not exist.
        """
        message = self._consumer.poll(within_s)
        if message is not None and (error := message.error()) is not None:
            if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise _missing(self._topic)
            self.access.note(error)
        return self.ours

    def commit(self, topic: str, positions: Mapping[int, int]) -> None:
        """Commit how far this role has read, so that anybody can ask for its lag. A failure does no harm: nothing begins there."""
        offsets = [TopicPartition(topic, number, offset) for number, offset in positions.items()]
        with suppress(KafkaException):
            self._consumer.commit(offsets=offsets, asynchronous=True)

    def close(self) -> None:
        """Leave the group, so that another worker may lead."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.assign(partitions)
        consumer.pause(partitions)  # this consumer reads nothing
        self.ours = any(partition.partition == 0 for partition in partitions)
        self.access.grant()

    def _revoked(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self.ours = False

    def _lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._revoked(consumer, partitions)
        self.access.lose()


class LeaderRole:
    """The loop of a role: wait to lead, read all there is, then do one round after another, until another worker leads (a term).

    `read` opens its readers in the ExitStack, which closes them when the term ends. It reads them to their ends and returns the round to
    repeat, or None if it was told to end before that. A round does what is due and waits about a fifth of a second for more. It returns
    False if everything must be read again. Safe to repeat: each term knows only what is in the log. A term that fails because a broker is
    away, or a right is missing, is therefore begun again.
    """

    def __init__(self, lead: Leader, read: Callable[[ExitStack], Round | None]) -> None:
        self._lead, self._read = lead, read
        self.stop = Event()
        self.status: Status = "waiting"
        self._trouble = ""  # why the last term failed; "" once a later one has read everything
        self._has_read = False
        self._noted_at = 0.0
        self._reminder = Reminder()

    def run(self) -> None:
        """Run until `stop` is set. Raises whatever `read` and its rounds raise, unless a later term may succeed."""
        try:
            while not self.stop.is_set():
                self.status = "waiting"
                if self._lead.ask(BREATH):
                    self._try_term()
        finally:
            self._lead.close()

    def leads(self) -> bool:
        """Return whether this worker goes on: it leads and was not told to end."""
        return not self.stop.is_set() and self._lead.ask(0)

    def note(self, reader: LogReader) -> None:
        """Commit how far this reader has come, every few seconds."""
        if (now := monotonic()) >= self._noted_at + NOTED_S:
            self._noted_at = now
            self._lead.commit(reader.topic, reader.positions())

    def readiness(self) -> Readiness:
        """Return the readiness: not before the first reading is done. A worker that waits for another leader is ready.

        A later reading, after another worker has joined, changes nothing: what was published before still holds.
        """
        if trouble := self._lead.access.trouble or self._trouble:
            return Readiness(False, "waiting", (trouble,))
        return Readiness(self.status != "reading" or self._has_read, self.status)

    def _try_term(self) -> None:
        try:
            self._term()
        except KafkaException as error:
            cause: KafkaError = error.args[0]
            if not passes(cause):
                raise
            self._trouble = cause.str()
            if self._reminder.due():
                log.warning("beginning again, because of: %s", self._trouble)
            self.status = "waiting"
            self.stop.wait(AGAIN_S if denied(cause) else PAUSE_S)

    def _term(self) -> None:
        self.status = "reading"
        with ExitStack() as readers:
            if (round := self._read(readers)) is None:
                return
            self.status, self._has_read, self._trouble = "running", True, ""
            self._reminder.forget()
            while self.leads() and round():
                pass


def exist(*readers: LogReader) -> None:
    """Raise Refusal if the topic of one of the readers is missing."""
    for reader in readers:
        if not reader.partitions():
            raise _missing(reader.topic)


def _missing(topic: str) -> Refusal:
    return Refusal(f"topic {topic} does not exist", "run `sojourn topics create`")
