"""The insights role over a replay, without a broker: what subscribers would have been told, round by round.

The totals and the rounds are those of the role itself (`agents.insights.totals`). A round comes at the end of each day of event time,
as time passes. At the end it would be too late: aggregates forget the hours that a surge is found in. Norms and value limits go back
to the journeys at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agents.carrier.record import ROW
from agents.insights.totals import Insights
from schemas.control import BaselinePublished, WorthPublished
from schemas.durations import DAY
from schemas.outputs.insights import ANY_INSIGHT, Insight
from schemas.touchpoints import Touchpoint
from streams.replay import Replay

_insight = msgspec.json.Decoder(ANY_INSIGHT).decode
_control = msgspec.json.Decoder(BaselinePublished | WorthPublished).decode


class ReplayedInsights:
    """Lets time pass in a replay, and publishes as the role does. `newest` holds the newest insight under each id."""

    def __init__(self, replay: Replay) -> None:
        self._replay, self._day = replay, 0  # the day (since 1970-01-01) that event time has reached
        self._insights = Insights(self, lambda _partition: replay.rules.blueprint)
        self._published: dict[str, Insight] = {}
        self.newest: dict[str, Insight] = {}

    def advance(self, until: int) -> list[Insight]:
        """Let time pass to `until` (ms UTC), with a round at the end of every day. Return what was published.

        Call it before each touchpoint with its time. Most calls are within the day before and do nothing.
        """
        day = until // DAY
        if day <= self._day:
            return []
        published = list[Insight]()
        while (ended := self._next_day(day)) < day:
            published += self._round(ended)
        published += self._round(day)
        return published

    def finish(self, until: int) -> list[Insight]:
        """Let time pass to `until` (ms UTC) within its day as well, and publish once more. Return what was published."""
        published = self.advance(until)
        self._replay.pass_time(until)
        return published + self._publish()

    def _next_day(self, last: int) -> int:
        """Return the day, at most `last`, at whose beginning there is something to publish. Days of a long silence are passed over."""
        if self._replay.partition.aggregates.changed:
            return self._day + 1
        timers = (wake for journey in self._replay.journeys.values() if (wake := journey.next_wake))
        return max(self._day, min(timers, default=last * DAY) // DAY) + 1

    def _round(self, day: int) -> list[Insight]:
        self._replay.pass_time(day * DAY)
        self._day = day
        return self._publish()

    def _publish(self) -> list[Insight]:
        for key, value in self._replay.partition.aggregates.take_changes().items():
            self._insights.take(0, ROW + key, value)
        self._insights.round()
        published, self._published = self._published, {}
        return [published[name] for name in sorted(published)]

    # -- what the role publishes to: an `agents.insights.totals.Announcer`

    def publish(self, insight: str, value: bytes | None) -> None:
        """Take the newest value under this id; None: it is no longer true."""
        if value is None:
            self.newest.pop(insight, None)
        else:
            self.newest[insight] = self._published[insight] = _insight(value)

    def tell(self, control: bytes) -> None:
        """Apply a control record to the journeys."""
        self._replay.apply(_control(control))

    def flush(self) -> None:
        """Everything arrives at once here."""


def rounds(replay: Replay, touchpoints: Iterable[Touchpoint], until: int | None = None) -> Iterator[Insight]:
    """Apply touchpoints as they arrive, and yield every insight at the end of the day (event time) on which it is published.

    Then time passes to `until` (ms UTC), or to the end of the last day.

    >>> from streams.story import story
    >>> [type(each).__name__ for each in rounds(Replay(), story("0 web page_viewed /shop page=/shop"))]
    ['PathTaken', 'ChannelMeasured', 'PlaceMeasured']
    """
    role, last = ReplayedInsights(replay), 0
    for touchpoint in touchpoints:
        yield from role.advance(touchpoint.at)
        replay.apply(touchpoint)
        last = max(last, touchpoint.at)
    yield from role.finish((last // DAY + 1) * DAY if until is None else until)
