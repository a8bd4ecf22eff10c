"""What the blueprint published last tells the readers of inputs: names of the company's own, and what to hide in paths.

Ingest asks at every record. The answer is a field. A thread of its own renews it, so reading the topic never holds up a record.
Commands ask once (`newest_conventions`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from confluent_kafka import KafkaException

from agents.carrier.waiting import Reminder
from agents.kafka.admin import Admin
from agents.published.blueprints import BlueprintStore, read_shelf
from agents.settings import Settings
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.topics import BLUEPRINTS

log = logging.getLogger(__name__)

FIRST_S = 10.0  # seconds that a start waits for the first reading


class PublishedConventions:
    """The conventions of the newest blueprint. Without a published blueprint there are none.

    If the topic cannot be read, or the blueprint cannot be read by this program, those known before stay. A warning says so.
    """

    def __init__(self, read: Callable[[], BlueprintStore], every_s: float) -> None:
        self._read, self._every_s = read, every_s
        self._reminder = Reminder()
        self._newest, self._hash = NO_CONVENTIONS, ""
        self._ended, self._read_once = threading.Event(), threading.Event()

    def __call__(self) -> Conventions:
        """Return the conventions, as they were read last."""
        return self._newest

    def refresh(self) -> None:
        """Read what is published now. An unchanged blueprint changes nothing: what was made ready for its rows stays in use."""
        try:
            shelf = self._read()
            newest = shelf.newest
            if newest is not None and newest.hash != self._hash:
                self._newest, self._hash = shelf.blueprint(newest.version).conventions, newest.hash
                log.info("names of blueprint %r, version %d: %d rows", newest.name, newest.version, len(self._newest.names))
        except (KafkaException, LookupError, ValueError) as error:
            if self._reminder.due():
                log.warning("the names of the blueprint published last cannot be read, so those known before hold: %s", error)
        else:
            self._reminder.forget()

    def begin(self) -> PublishedConventions:
        """Read again and again in a thread, until the process ends or `end` is called. Return after the first time, or after `FIRST_S`.

        A broker that has just come back may keep a reader waiting. Ingest must not wait for names: it has events to read.
        """
        threading.Thread(target=self._renew, name="conventions", daemon=True).start()
        if not self._read_once.wait(FIRST_S):
            log.warning("the names of the blueprint published last are not read yet; they hold as soon as they are")
        return self

    def end(self) -> None:
        """End the thread."""
        self._ended.set()

    def _renew(self) -> None:
        self.refresh()
        self._read_once.set()
        while not self._ended.wait(self._every_s):
            self.refresh()


def published_conventions(settings: Settings) -> PublishedConventions:
    """Return the conventions of the newest blueprint, read now and then at the interval that the settings name."""
    return PublishedConventions(lambda: read_shelf(settings), settings.names_interval_ms / 1000).begin()


def newest_conventions(settings: Settings) -> Conventions:
    """Return those of the blueprint that was published last; none if none was, or if this program cannot read it. Raises KafkaException."""
    with Admin(settings) as admin:
        if not admin.partitions([BLUEPRINTS]):
            return NO_CONVENTIONS
    shelf = read_shelf(settings)
    try:
        return shelf.blueprint(shelf.newest.version).conventions if shelf.newest else NO_CONVENTIONS
    except (LookupError, ValueError) as error:
        log.warning("the names of the blueprint published last cannot be read: %s", error)
        return NO_CONVENTIONS
