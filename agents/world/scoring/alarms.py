"""Alarms: the insights that say that something is wrong now, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from agents.world.company import DAY
from schemas.outputs.insights import Insight, SurgeRaised
from schemas.writing import from_rfc3339
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate, Key
from streams.totals import overall_insights

NEWEST_DAYS = 2  # as the insights role looks at them


class Alarm(NamedTuple):
    """One alarm. `name` is what it is about: a detector, a transition, or `step_blocked`."""

    name: str
    channel: str
    place: str
    since: int  # ms UTC: from when it could be known
    begins: int  # ms UTC: the first moment that it is about
    until: int  # ms UTC
    words: str

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes two alarms the same one."""
        return self.name, self.channel, self.place, self.begins


def _surge(found: SurgeRaised) -> Alarm:
    begins = from_rfc3339(f"{found.day}T00:00:00Z")
    since = from_rfc3339(found.since) if found.scale == "day" else from_rfc3339(found.until)
    return Alarm(found.of, found.channel, "", since, begins, from_rfc3339(found.until), found.words)


# The insights that are alarms, each with how it is read. A new kind is one line.
ALARMS: dict[type[Insight], Callable[[Any], Alarm]] = {SurgeRaised: _surge}


class Watch:
    """Collects alarms as the insights role would raise them: it looks again and again, for old counts are forgotten."""

    def __init__(self) -> None:
        self.alarms: dict[tuple[str, str, str, int], Alarm] = {}
        self._looked = 0

    def look(self, totals: Mapping[Key, Aggregate], now: int) -> None:
        """Look at the totals at a moment (ms UTC). An alarm is known from its hour on, but not before the look that could see it.

        What raises it may have come late: then the look before this one had not seen it.
        """
        for insight in overall_insights(totals, Blueprint(), weeks=(), newest_days=NEWEST_DAYS):
            if (read := ALARMS.get(type(insight))) is not None:
                found = read(insight)
                before = self.alarms.get(found.key)
                since = before.since if before else max(found.since, min(now, self._looked))
                self.alarms[found.key] = found._replace(since=since)
        self._looked = now


__all__ = ["ALARMS", "DAY", "Alarm", "Watch"]
