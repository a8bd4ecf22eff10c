"""Leader election for roles that must run once per cluster, and the loop of such a role.

The leader is the consumer that owns partition 0 of the role's topic. During a rebalance two workers may both believe they lead for a
moment, so everything a leader publishes must be idempotent.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from typing import Literal

from confluent_kafka import Consumer, TopicPartition

from agents.carrier import Refusal
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security

BREATH = 0.2  # seconds; within this time a role notices that another worker leads, or that it must end
Status = Literal["waiting", "reading", "running"]
Round = Callable[[], bool]


class Leader:
    """Says whether this worker leads."""

    def __init__(self, settings: Settings, group: str, topic: str) -> None:
        self.ours = False
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": group,
                "client.id": f"{group}-{settings.worker}",
                "enable.auto.commit": False,
                "session.timeout.ms": settings.session_timeout_ms,
                "log_level": 2,
            }
        )
        self._consumer.subscribe([topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked)

    def ask(self, within_s: float) -> bool:
        """Return whether this worker leads now, after at most `within_s` seconds. If nobody asks for five minutes, it loses the lead."""
        self._consumer.poll(within_s)
        return self.ours

    def close(self) -> None:
        """Leave the group, so that another worker may lead."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.assign(partitions)
        consumer.pause(partitions)  # this consumer reads nothing
        self.ours = any(partition.partition == 0 for partition in partitions)

    def _revoked(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self.ours = False


class LeaderRole:
    """The loop of a role: wait to lead, read all there is, then do one round after another, until another worker leads (a term).

    `read` opens its readers in the ExitStack, which closes them when the term ends. It reads them to their ends and returns the round to
    repeat, or None if it was told to end before that. A round does what is due and waits about a fifth of a second for more. It returns
    False if everything must be read again. Safe to repeat: each term knows only what is in the log.
    """

    def __init__(self, lead: Leader, read: Callable[[ExitStack], Round | None]) -> None:
        self._lead, self._read = lead, read
        self.stop = Event()
        self.status: Status = "waiting"

    def run(self) -> None:
        """Run until `stop` is set. Raises whatever `read` and its rounds raise."""
        try:
            while not self.stop.is_set():
                self.status = "waiting"
                if self._lead.ask(BREATH):
                    self._term()
        finally:
            self._lead.close()

    def leads(self) -> bool:
        """Return whether this worker goes on: it leads and was not told to end."""
        return not self.stop.is_set() and self._lead.ask(0)

    def _term(self) -> None:
        self.status = "reading"
        with ExitStack() as readers:
            if (round := self._read(readers)) is None:
                return
            self.status = "running"
            while self.leads() and round():
                pass


def exist(*readers: LogReader) -> None:
    """Raise Refusal if the topic of one of the readers is missing."""
    for reader in readers:
        if not reader.partitions():
            raise Refusal(f"topic {reader.topic} does not exist", "run `sojourn topics create`")
