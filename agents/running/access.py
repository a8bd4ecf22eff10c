"""What a consumer was told about its group and its rights. Readiness reads it."""

from __future__ import annotations

import logging
from time import monotonic

from confluent_kafka import KafkaError

from agents.carrier.waiting import Reminder

log = logging.getLogger(__name__)

AGAIN_S = 10.0  # seconds after which a consumer without its right asks again; the client itself would ask after five minutes
DENIED = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
)
PASSING = (  # the brokers are away, or are choosing who leads
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._RESOLVE,
    KafkaError._STATE,
)


def denied(error: KafkaError) -> bool:
    """Return whether the account lacks a right."""
    return error.code() in DENIED


def passes(error: KafkaError) -> bool:
    """Return whether the same request may succeed later, in this process.

    >>> passes(KafkaError(KafkaError._TRANSPORT)), passes(KafkaError(KafkaError._FENCED))
    (True, False)
    """
    return error.code() in PASSING or denied(error) or bool(error.retriable())


class Access:
    """Whether a consumer of `topic` is a member of `group` and may read. `trouble` is "" when it is and may."""

    def __init__(self, group: str, topic: str) -> None:
        self._group, self._topic = group, topic
        self.trouble = f"not a member of group {group} yet"
        self._denied_at: float | None = None  # monotonic seconds
        self._reminder = Reminder()

    def grant(self) -> None:
        """Note that it is a member and may read."""
        if self._denied_at is not None:
            log.info("%s may be read again", self._topic)
        self.trouble, self._denied_at = "", None
        self._reminder.forget()

    def lose(self) -> None:
        """Note that the group goes on without it."""
        self.trouble = f"not a member of group {self._group} any more"

    def note(self, error: KafkaError) -> None:
        """Note an error that the consumer was told, and write a line a minute."""
        if not denied(error):
            return
        self.trouble = f"{error.str()}: this account needs READ on topic {self._topic} and group {self._group}"
        self._denied_at = self._denied_at or monotonic()
        if self._reminder.due():
            log.warning("%s", self.trouble)

    def must_ask_again(self) -> bool:
        """Return True once in `AGAIN_S` seconds while a right is missing."""
        if self._denied_at is None or monotonic() < self._denied_at + AGAIN_S:
            return False
        self._denied_at = monotonic()
        return True
