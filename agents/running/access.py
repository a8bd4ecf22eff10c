"""What a consumer was told about its group and its rights. Readiness reads it."""

from __future__ import annotations

import logging

from confluent_kafka import KafkaError

from agents.carrier.waiting import Reminder

log = logging.getLogger(__name__)

AGAIN_S = 10.0  # seconds after which a role without its right tries again
# How often a consumer asks about its topics. With the default of five minutes a right that was given would be noticed so late.
ASKS = {"topic.metadata.refresh.interval.ms": int(AGAIN_S * 1000)}
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
        self._denied = False
        self._reminder = Reminder()

    def grant(self) -> None:
        """Note that it is a member and may read."""
        if self._denied:
            log.info("%s may be read again", self._topic)
        self.trouble, self._denied = "", False
        self._reminder.forget()

    def lose(self) -> None:
        """Note that the group goes on without it."""
        self.trouble = f"not a member of group {self._group} any more"

    def note(self, error: KafkaError) -> None:
        """Note an error that the consumer was told, and write a line a minute."""
        if not denied(error):
            return
        self.trouble = f"{error.str()}: this account needs READ on topic {self._topic} and group {self._group}"
        self._denied = True
        if self._reminder.due():
            log.warning("%s", self.trouble)
