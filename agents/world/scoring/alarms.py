"""Alarms: the insights that say that something is wrong now, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from agents.world.company import DAY, HOUR
from schemas.outputs.alarms import StepBlocked, SurgeRaised
from schemas.outputs.insight import Insight
from schemas.writing import from_rfc3339
from streams.insights.alarms import alarms
from streams.insights.blocked.standing import blocked_now
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate, Key

LOOKS_EVERY = 4  # hours; the figures tell the alarm's own hour


class Alarm(NamedTuple):
    """One alarm. `name` is what it is about: a detector, a transition, or `step_blocked`."""

    name: str
    channel: str
    place: str
    since: int  # ms UTC: from when it could be known
    begins: int  # ms UTC: the first moment that it is about
    until: int  # ms UTC
    words: str
    scale: str = "day"

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What makes two alarms the same one."""
        return self.name, self.channel, self.place, self.begins, self.scale


def _surge(found: SurgeRaised) -> Alarm:
    begins = from_rfc3339(f"{found.day}T00:00:00Z")
    since = from_rfc3339(found.since) if found.scale == "day" else from_rfc3339(found.until)
    return Alarm(found.of, found.channel, "", since, begins, from_rfc3339(found.until), found.words, found.scale)


def _blocked(found: StepBlocked) -> Alarm:
    begins, since, until = from_rfc3339(f"{found.day}T00:00:00Z"), from_rfc3339(found.since), from_rfc3339(found.until)
    known = since if since > begins else until  # several days together: it tells since when it is so, and is known at their end
    return Alarm("step_blocked", found.channel, found.place, known, begins, until, found.words)


# The insights that are alarms, each with how it is read. A new kind is one line.
ALARMS: dict[type[Insight], Callable[[Any], Alarm]] = {SurgeRaised: _surge, StepBlocked: _blocked}


class Watch:
    """Collects alarms as the insights role would raise them: it looks again and again, for old counts are forgotten."""

    def __init__(self) -> None:
        self.alarms: dict[tuple[str, str, str, int, str], Alarm] = {}
        self._looked = self._began = 0
        self._blocked: list[StepBlocked] = []
        self.told: list[tuple[int, frozenset[str]]] = []  # per look: when (ms UTC), and the steps of which the journeys know since then

    def look(self, totals: Mapping[Key, Aggregate], now: int) -> list[StepBlocked]:
        """Look at the totals at the end of an hour (ms UTC), every fourth. Return the steps that are blocked, of the newest look.

        An alarm is known from its hour on, but not before the look that could see it: what raises it may have come late. In the first
        three weeks there is nothing to compare with, and every look would see nothing.
        """
        self._began = self._began or now
        if now - self._began < 20 * DAY or now // HOUR % LOOKS_EVERY:
            return self._blocked
        blocked = list[StepBlocked]()
        for insight in alarms(totals, Blueprint(), newest_days=2):
            found = ALARMS[type(insight)](insight)
            before = self.alarms.get(found.key)
            since = before.since if before else max(found.since, min(now, self._looked))
            self.alarms[found.key] = found._replace(since=since)
            blocked += [insight] if isinstance(insight, StepBlocked) else []
        self._looked, self._blocked = now, blocked
        self.told.append((now, frozenset(blocked_now(blocked))))
        return blocked


__all__ = ["ALARMS", "Alarm", "Watch"]
