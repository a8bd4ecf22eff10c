"""Whether the brokers answer. A thread of its own asks them every few seconds, whatever the role is doing.

A role's own clients notice a lost broker late, or only when they have something to do. This one asks for the metadata of one topic, and
its words about the connection are what the log gets. All other clients are quiet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Event, Thread
from time import monotonic
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from agents.carrier.waiting import Reminder
from agents.settings.security import TO_OUR_LOG
from schemas.topics import TOUCHPOINTS

log = logging.getLogger(__name__)

LOOK_S = 2.0  # seconds between two looks
ANSWER_S = 3.0  # seconds in which a look has to be answered
SILENT_S = 8.0  # seconds without an answer after which a role is not ready: longer than a look and a slow answer together


_FIXES = {
    KafkaError._AUTHENTICATION: "; check SOJOURN_SASL_USERNAME and the password in SOJOURN_SASL_PASSWORD_FILE",
    KafkaError._SSL: "; name the authority that signed the brokers' certificate in SOJOURN_TLS_CA_FILE",
}


class Brokers:
    """Knows whether the brokers answer. `properties` are librdkafka's addresses and credentials.

    It says once a minute that they do not, and once that they do again. `now` returns monotonic seconds.
    """

    def __init__(
        self,
        properties: Mapping[str, Any],
        connect: Callable[[dict[str, Any]], AdminClient] = AdminClient,
        now: Callable[[], float] = monotonic,
    ) -> None:
        ours = {**TO_OUR_LOG, "log_level": 6, "reconnect.backoff.max.ms": 2_000, "error_cb": self._note_error}
        self._where = str(properties["bootstrap.servers"])
        self._now = now
        self._client = connect({**properties, **ours})
        self._reminder = Reminder()
        self._asked_since = now()
        self._answered_at: float | None = None  # None: never
        self._reason = ""
        self._down = False  # a line said so
        self._answered = Event()

    def start(self) -> None:
        """Ask from now on, until the process ends."""
        Thread(target=self._run, name="brokers", daemon=True).start()

    def wait(self) -> None:
        """Wait until they have answered once, however long that takes. A signal is still obeyed."""
        self._answered.wait()

    def trouble(self) -> str:
        """Return since when they do not answer, and why, or "" while they do."""
        at, answered = self._now(), self._answered_at
        if answered is not None and at - answered < SILENT_S:
            return ""
        since = self._asked_since if answered is None else answered
        return f"no answer from Kafka at {self._where} for {at - since:.0f} s" + (f": {self._reason}" if self._reason else "")

    def look(self) -> None:
        """Ask once, and note what came of it."""
        self._reason = ""
        try:
            self._client.list_topics(TOUCHPOINTS, timeout=ANSWER_S)
        except KafkaException as error:
            self._client.poll(0)  # calls `_note_error`, and passes on the client's lines
            self._reason = self._reason or error.args[0].str()
            if (trouble := self.trouble()) and self._reminder.due(self._now()):
                self._down = True
                log.warning("%s; waiting", trouble)
        else:
            self._client.poll(0)
            self._note_answer()

    def _run(self) -> None:
        pause = Event()
        while True:
            try:
                self.look()
            except Exception as error:  # it must go on looking
                log.warning("asking the brokers: %r", error)
            pause.wait(LOOK_S)

    def _note_answer(self) -> None:
        at = self._now()
        if self._down:
            since = self._asked_since if self._answered_at is None else self._answered_at
            log.info("Kafka answers again after %.0f s", at - since)
        self._down, self._reason, self._answered_at = False, "", at
        self._reminder.forget()
        self._answered.set()

    def _note_error(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # says nothing but that
            self._reason = error.str() + _FIXES.get(error.code(), "")
