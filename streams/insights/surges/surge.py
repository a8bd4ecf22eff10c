"""F43, surges: frictions of one detector become far more frequent than usual, over all customers of a channel.

A day is compared with the same hours of the same weekday in earlier weeks. So the rhythm of days and weeks is no surge. Each surge is
of one detector on one channel: a fault of one channel never counts against another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from schemas.touchpoints import ACTIVITIES
from schemas.touchpoints.base import Touchpoint
from streams.detectors import Detector, Found, Limits, after
from streams.detectors.registry import registry
from streams.insights.harm.names import FRICTION
from streams.insights.surges.rates import TRANSITIONS
from streams.insights.surges.spans import Excess, Span, exceeding
from streams.state.aggregates import Aggregate, Key

WEEK = 7 * 24  # hours
Hours = Mapping[int, Mapping[str, int]]  # hour (since 1970-01-01) -> counts by name
FOLLOWING = frozenset({"stopped_here"})  # frictions that open because an alarm was told
LIMITS = {
    "deviations": 3.0, "more": 20.0, "weeks": 3.0, "weeks_back": 8.0, "more_a_week": 8.0, "deviations_a_week": 4.0,
    "crowd": 2.0, "odds_in_a_crowd": 3.0,
}  # fmt: skip


def friction_surge(now: Span, earlier: Sequence[Span], limits: Limits = LIMITS) -> Excess | None:
    """A friction is far more frequent than usual, over all customers of a channel.

    **Definition**: we count the frictions of one detector, and the exposures, on one channel in the day so far. We compare with the
    same hours of the same weekday in the `weeks_back` weeks before. A surge is above by `deviations` standard deviations *and* by
    `more` frictions than expected. Payments and checkouts without an order are compared in the same way. Whole weeks are compared with
    the weeks before too, with `more_a_week` and `deviations_a_week`: a rise that no day shows. **Default**: 3 standard deviations and 20
    more; 4 and 8 for a week, where counts are small and many are compared; 8 weeks back, 3 at least, 4 for a
    week. **Source**: Farrington et al. 1996 for the deviation; the 20, the 8 and the 4 are [ours].
    **Guard**: it is a rate, not a count: a viral article multiplies touchpoints and frictions alike. A crowd also does other things than
    usual customers. So while there are more than `crowd` times the usual exposures, the odds of a friction must be `odds_in_a_crowd`
    times the usual ones (2 and 3, [ours]). What happened at least half as often four or five weeks before is monthly, and begins no
    rise. It is silent until 3 weeks are known. Whole weeks leave out the first two in which a channel was seen. What began before them is
    not known, so frictions grow in them. A week that is itself a surge, compared with the others, is not part of the usual.

    >>> usual = [Span(20, 1000)] * 4
    >>> friction_surge(Span(60, 1000), usual) is None
    False
    >>> friction_surge(Span(60, 3000), usual) is None, friction_surge(Span(9, 40), usual) is None, friction_surge(Span(60, 1000), usual[:2])
    (True, True, None)
    """
    known = [span for span in earlier if span.exposures]
    ordinary = [span for place, span in enumerate(known) if not _excess_above(span, [*known[:place], *known[place + 1 :]], limits)]
    return _excess_above(now, ordinary, limits) if len(ordinary) >= limits["weeks"] else None


def _excess_above(now: Span, others: Sequence[Span], limits: Limits) -> Excess | None:
    return exceeding(now, others, limits, limits["deviations"], limits["more"])


def never_found(_journey: object, _cause: object, _limits: Limits) -> Found | None:
    """Return None: a journey alone cannot show what is found over all journeys."""
    return None


DECLARED = Detector(
    name="friction_surge", family="friction", ask=never_found, doc=friction_surge.__doc__ or "", module=__name__, closes=after(days=1),
    severity=4, limits=LIMITS,
)  # fmt: skip


def activities_of(detector: Detector) -> tuple[str, ...]:
    """Return the activities of the touchpoints at which this detector can open a friction."""
    kinds = (*detector.on, *detector.opened_by)
    if not kinds or Touchpoint in kinds:
        return ACTIVITIES
    return tuple(sorted({kind.activity for kind in kinds}))


EXPOSED: Mapping[str, tuple[str, ...]] = {detector.name: activities_of(detector) for detector in registry() if not detector.risk}


def span_of(of: str, hours: Hours, start: int, end: int) -> Span:
    """Return what was counted of a detector, or of a transition, from hour `start` up to and without hour `end`."""
    told = [hours[hour] for hour in range(start, end) if hour in hours]

    def total(*names: str) -> int:
        return sum(counts.get(name, 0) for counts in told for name in names)

    if of in TRANSITIONS:
        before, then = TRANSITIONS[of]
        return Span(max(0, total(before) - total(then)), total(before))
    return Span(total(FRICTION + of), total(*EXPOSED.get(of, ACTIVITIES)))


class Surge(NamedTuple):
    """A surge of one detector (or transition) on one channel and day. Its figures are of `until`, the last hour above the limits."""

    of: str
    channel: str
    day: int
    since: int  # end of the first hour (since 1970-01-01) above the limits
    until: int
    span: Span
    beyond: Excess
    weeks: int
    scale: Literal["day", "week"] = "day"  # `week`: a rise over weeks (streams.insights.surges.rise); `day` is then its first day


def surges(totals: Mapping[Key, Aggregate], limits: Limits = LIMITS, newest_days: int = 0) -> Iterator[Surge]:
    """Return every surge in these totals, of the newest `newest_days` days (0: of all days).

    The newest hour is still running and is left out.
    """
    channels = hours_by_channel(totals)
    now = max((hour for hours in channels.values() for hour in hours), default=0)
    for channel, hours in sorted(channels.items()):
        first = min(hours) // 24 if not newest_days else max(min(hours) // 24, now // 24 - newest_days + 1)
        for day in range(first, now // 24 + 1):
            for of in _names_on(hours, day):
                if found := _surge_of_day(of, channel, hours, day, min(now, 24 * day + 24), limits):
                    yield found


def hours_by_channel(totals: Mapping[Key, Aggregate]) -> dict[str, dict[int, Mapping[str, int]]]:
    """Return what was counted on each channel, by hour."""
    channels: dict[str, dict[int, Mapping[str, int]]] = {}
    for key, aggregate in totals.items():
        if key[0] == "rate":
            channels.setdefault(key[2], {})[int(key[1])] = aggregate.counts
    return channels


def frictions_among(names: Iterable[str]) -> list[str]:
    """Return the detectors whose frictions these counts are of, sorted, but those that follow from an alarm.

    >>> frictions_among(["browsing", "friction:rage_click", "friction:stopped_here"])
    ['rage_click']
    """
    return sorted({name[len(FRICTION) :] for name in names if name.startswith(FRICTION)} - FOLLOWING)


def _names_on(hours: Hours, day: int) -> list[str]:
    names = {name for hour in range(24 * day, 24 * day + 24) for name in hours.get(hour, ())}
    return frictions_among(names) + [of for of, (before, _) in TRANSITIONS.items() if before in names]


def _surge_of_day(of: str, channel: str, hours: Hours, day: int, end: int, limits: Limits) -> Surge | None:
    """Return the surge of a day, searched at the end of each of its hours; None if there is none."""
    start, found = 24 * day, None
    for until in range(start + 1, end + 1):
        span = span_of(of, hours, start, until)
        if span.openings < limits["more"]:
            continue
        back = [span_of(of, hours, start - WEEK * ago, until - WEEK * ago) for ago in range(1, int(limits["weeks_back"]) + 1)]
        if beyond := friction_surge(span, back, limits):
            since = found.since if found else until
            found = Surge(of, channel, day, since, until, span, beyond, sum(bool(each.exposures) for each in back))
    return found
