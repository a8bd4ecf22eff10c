"""Finds the days on which a step was blocked.

A day is compared with the same hours of the same weekday in earlier weeks, known customers and new ones apart. So neither the rhythm of
the week nor a crowd of newcomers is a blocked step. A day on which a step was blocked is not part of the usual afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from streams.detectors import Limits
from streams.insights.blocked.judging import ENOUGH, LIMITS, Part, judged_parts, lets_on, may_be_blocked, step_blocked
from streams.insights.blocked.looks import SEGMENTS, Blocked, Look, Segment, Window
from streams.insights.blocked.steps import Counted, Step, added, steps_of
from streams.insights.surges.spans import Span, compare_spans
from streams.state.aggregates import Aggregate, Key

UNSETTLED = 2  # hours: the running one, and the one whose customers may still get on
LONGER = (2, 4, 7)  # days that are looked at together where a day alone has too few customers
MANY = 80  # customers of a day who are enough for a look at the day alone [ours]
LEAST = 60  # customers in all weeks that are kept; with fewer, no day can be compared [ours]
_AGO = tuple(range(7, 64, 7))  # days back to the same weekday, as far as counts are kept


def blocked_steps(totals: Mapping[Key, Aggregate], limits: Limits = LIMITS, newest_days: int = 0) -> Iterator[Blocked]:
    """Yield every step that was blocked on a day, of the newest `newest_days` days (0: of all days), in the order of places and days."""
    now = max((int(key[1]) for key in totals if key[0] == "rate"), default=0)
    newest = now // 24 - newest_days + 1 if newest_days else 0
    asks = partial(_may_be_blocked, now=now, newest=newest, limits=limits) if newest_days else None
    for step in steps_of(totals, asks, newest - LONGER[-1]):
        if sum(sum(day[-1].came) for day in step.days.values()) >= LEAST:
            yield from _Course(step, now, limits).blocked(newest)


def _may_be_blocked(step: Step, now: int, newest: int, limits: Limits) -> bool:
    """Return whether any look at the days from `newest` on could show a blocked step, whatever is usual there."""
    course = _Course(step, now, limits)
    windows = (window for day in step.days if day >= newest for window in course.windows(day))
    return any(may_be_blocked(course.sum(window, 0), limits) for window in windows)


class _Course:
    """One step, day by day. `ordinary` holds the days so far on which it was not blocked."""

    def __init__(self, step: Step, now: int, limits: Limits) -> None:
        self.step, self.limits = step, limits
        self.settled, self.today = now - UNSETTLED + 1, now // 24
        self.ordinary: set[int] = set()

    def blocked(self, newest: int) -> Iterator[Blocked]:
        """Yield the blocked days from `newest` on. Of the days before, only the whole day is looked at."""
        before: Blocked | None = None
        for day in self.step.days:
            if found := self._day(day, whole=day < newest):
                before = found._replace(first=before.first) if before else found
                self.ordinary.difference_update(range(before.first, day))
                if day >= newest:
                    yield before._replace(stands=day >= self.today - 1 and not self._has_recovered(self.today))
            elif before is None or self._has_recovered(day):
                before = None
                self.ordinary.add(day)

    def _day(self, day: int, *, whole: bool) -> Blocked | None:
        """Return the blocked step of a day: by the day alone, else by the days before together with it."""
        end = self._end(day)
        longest = self.sum(Window(day, end, LONGER[-1]), 0)
        if end < 2 or sum(longest.came) - sum(longest.got_on) < self.limits["fewer"] or not self._lets_on(day):
            return None
        found = self._at_end(Window(day, end, 1)) if whole else self._at_any_hour(day, end)
        if found or sum(self.step.days[day][end].came) >= MANY:
            return found
        longer = next(filter(None, (self._at_end(Window(day, end, days)) for days in LONGER)), None)
        return None if longer is None or self._has_recovered(day) else longer

    def _at_any_hour(self, day: int, end: int) -> Blocked | None:
        """Return what the latest hour of the day shows that is below the limits, as the hour before it."""
        found, held = None, False
        for hour in range(1, end + 1):
            look = self._look(Window(day, hour, 1))
            if look is not None and held:
                until = 24 * day + hour
                found = Blocked(self.step, day, day, found.since if found else until, until, look)
            held = look is not None
        return found

    def _at_end(self, window: Window) -> Blocked | None:
        """Return what the last hour of these days shows, if the hour before shows it as well."""
        day, end, first = window.day, window.hour, window.day - window.days + 1
        if (look := self._look(window)) is None or self._look(window._replace(hour=end - 1)) is None:
            return None
        if window.days > 1 and look.expected < self.limits["certain"] * look.came and any(map(self._is_crowded, range(first, day + 1))):
            return None
        while first < day and self._has_recovered(first, enough=1):
            first += 1
        return Blocked(self.step, day, first, 24 * first if window.days > 1 else 24 * day + end, 24 * day + end, look)

    def _is_crowded(self, day: int) -> bool:
        """Return whether far more customers than usual came on this day, of either segment."""
        window = Window(day, self._end(day), 1)
        now, back = self.sum(window, 0), [each for ago in _AGO if any((each := self.sum(window, ago)).came)]
        usual = [sum(each.came[at] for each in back) / max(1, len(back)) for at in range(len(SEGMENTS))]
        return any(came > self.limits["crowd"] * often + ENOUGH for came, often in zip(now.came, usual, strict=True))

    def _lets_on(self, day: int) -> bool:
        """Return whether customers usually get on from here, whatever the hour and the weekday, on the ordinary days that are kept."""
        return lets_on(added(self.step.days[each][-1] for each in self.ordinary if day - _AGO[-1] <= each < day), self.limits)

    def windows(self, day: int) -> Iterator[Window]:
        """Yield all windows that end on this day."""
        end = self._end(day)
        yield from (Window(day, hour, 1) for hour in range(end, 0, -1))
        yield from (Window(day, end, days) for days in LONGER)

    def _end(self, day: int) -> int:
        return min(24, self.settled - 24 * day)

    def _look(self, window: Window) -> Look | None:
        """Return what a look at the end of this window shows, if the step is blocked."""
        all_parts, back = self._parts(window)
        if not all_parts:
            return None
        parts = judged_parts(all_parts, self.limits)
        alone = {segment: step_blocked([part], self.limits) for segment, part in parts.items()}
        fell = [segment for segment, beyond in alone.items() if beyond is not None]
        beyond = step_blocked(list(parts.values()), self.limits)
        others = [part for segment, part in parts.items() if segment not in fell]
        if fell and (beyond is None or (others and all(self._is_usual(part) for part in others))):
            return self._told(window, back, fell[0], [parts[fell[0]]], alone[fell[0]] or 0.0)
        return None if beyond is None else self._told(window, back, "", list(parts.values()), beyond)

    def _told(self, window: Window, back: list[Counted], segment: Segment, parts: list[Part], beyond: float) -> Look:
        came, got_on, now = sum(part.came for part in parts), sum(part.got_on for part in parts), self.sum(window, 0)
        asked = sum(each.asked for each in back) / max(1, sum(sum(each.came) for each in back))
        expected = came - sum(part.expected for part in parts)
        return Look(segment, came, got_on, expected, beyond, len(back), now.asked, asked * sum(now.came))

    def _parts(self, window: Window) -> tuple[dict[Segment, Part], list[Counted]]:
        """Return the segments of which enough weeks are known, and what was counted in those weeks."""
        now, found = self.sum(window, 0), dict[Segment, Part]()
        if not may_be_blocked(now, self.limits):
            return {}, []
        back = [each for ago in _AGO if any((each := self.sum(window, ago)).came)]
        back = back[: int(self.limits["weeks_back"])]
        for at, segment in enumerate(SEGMENTS):
            spans = [Span(each.came[at] - each.got_on[at], each.came[at]) for each in back if each.came[at]]
            if now.came[at] and len(spans) >= self.limits["weeks"]:
                excess = compare_spans(Span(now.came[at] - now.got_on[at], now.came[at]), spans)
                usually = sum(span.exposures for span in spans) / len(spans)
                found[segment] = Part(now.came[at], now.got_on[at], excess.expected, excess.variance, usually)
        return found, back

    def sum(self, window: Window, ago: int) -> Counted:
        """Return what was counted in the window, or in the ordinary days of the same window `ago` days earlier."""
        last, days = window.day - ago, self.step.days
        counted = [days[day][24] for day in range(last - window.days + 1, last) if day in days and (not ago or day in self.ordinary)]
        if last in days and (not ago or last in self.ordinary):
            counted.append(days[last][window.hour])
        return counted[0] if len(counted) == 1 else added(counted)

    def _is_usual(self, part: Part) -> bool:
        """Return whether enough customers show that this segment gets on as always: at most half of the fall that is told."""
        return part.came >= self.limits["fewer"] and part.got_on >= (1 - self.limits["fall"] / 2) * (part.came - part.expected)

    def _has_recovered(self, day: int, enough: float = ENOUGH) -> bool:
        """Return whether the last `enough` customers show that they get on, or no usual share is known any more.

        If one customer is enough, nobody of the days before is asked.
        """
        windows = (Window(day, max(0, self._end(day)), days) for days in range(1, (LONGER[-1] if enough > 1 else 1) + 1))
        window = next((each for each in windows if sum(self.sum(each, 0).came) >= enough), None)
        if window is None:
            return False
        now, back = self.sum(window, 0), [self.sum(window, ago) for ago in _AGO]
        usual = sum(sum(each.got_on) for each in back), sum(sum(each.came) for each in back)
        return not usual[1] or sum(now.got_on) >= (1 - self.limits["fall"]) * sum(now.came) * usual[0] / usual[1]
