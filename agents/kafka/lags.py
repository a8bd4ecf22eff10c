"""Knows how far every role is behind, whoever owns its partitions. A thread of its own asks the brokers every few seconds.

A worker that is frozen or dead cannot say that it is behind. So each process asks for all roles: the positions that their groups have
committed, and the ends of the log. That is eight requests each time, whatever the traffic.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

from kafka.errors import GroupAuthorizationFailedError  # type: ignore[import-untyped]  # ships no types

from agents.kafka.admin import Admin
from agents.settings import Settings
from schemas.topics import INTERACTIONS, JOURNEY_CHANGELOG, PROOFS, TOUCHPOINTS

log = logging.getLogger(__name__)

READ: Mapping[str, tuple[str, str]] = {  # role -> consumer group, and the topic that it works off
    "ingest": ("sojourn-ingest", INTERACTIONS),
    "journey": ("sojourn-journey", TOUCHPOINTS),
    "serving": ("sojourn-serving", JOURNEY_CHANGELOG),
    "insights": ("sojourn-insights", JOURNEY_CHANGELOG),
    "learning": ("sojourn-learning", PROOFS),
}
LOOK_S = 10.0  # seconds between two looks
OLD_S = 60.0  # seconds after which a figure is no longer told: an old lag must not look like a present one

Place = tuple[str, int]


class Lags:
    """How far each role is behind, by role and partition."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin: Admin | None = None
        self._found: dict[Place, tuple[int, float]] = {}  # by role and partition: the lag, and when it was seen (monotonic seconds)
        self._untold: set[str] = set()  # roles whose group or topic this account may not look at; a line said so

    def start(self) -> None:
        """Look from now on, until the process ends."""
        Thread(target=self._run, name="lags", daemon=True).start()

    def known(self) -> dict[Place, int]:
        """Return the lags that were seen lately. May be called from any thread."""
        now = monotonic()
        return {place: lag for place, (lag, seen) in list(self._found.items()) if now - seen < OLD_S}

    def look(self) -> None:
        """Ask once for all roles."""
        admin = self._admin = self._admin or Admin(self._settings)
        counts = admin.partitions({topic for _, topic in READ.values()})
        ends = admin.ends((topic, number) for topic, count in counts.items() for number in range(count))
        for role, (group, topic) in READ.items():
            if topic not in counts:
                self._say_untold(role, f"{topic} cannot be looked at")
                continue
            try:
                committed = admin.committed(group)
            except GroupAuthorizationFailedError:
                self._say_untold(role, f"this account has no right to describe group {group}")
                continue
            self._note(role, {at: end for at, end in ends.items() if at[0] == topic}, committed)

    def _note(self, role: str, ends: Mapping[Place, int], committed: Mapping[Place, int]) -> None:
        """Note the lag of a role. Where it has committed nothing yet, it is behind by all that the log holds."""
        missing = [at for at in ends if at not in committed]
        starts = self._admin.ends(missing, first=True) if missing and self._admin else {}
        now = monotonic()
        for at, end in ends.items():
            self._found[role, at[1]] = max(0, end - committed.get(at, starts.get(at, 0))), now

    def _say_untold(self, role: str, why: str) -> None:
        if role not in self._untold:
            self._untold.add(role)
            log.warning("the lag of %s is not told: %s", role, why)

    def _run(self) -> None:
        pause = Event()
        while True:
            try:
                self.look()
            except Exception as error:  # it must go on looking; that the brokers are away is said by another
                log.debug("asking for lags: %r", error)
                with suppress(Exception):
                    if self._admin is not None:
                        self._admin.__exit__(None, None, None)
                self._admin = None
            pause.wait(LOOK_S)
