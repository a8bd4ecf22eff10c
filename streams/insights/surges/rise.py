"""Rises: a friction becomes more frequent over weeks, too slowly for a day to show it. `surge.py` compares days, this module weeks.

Each ended week of a channel is compared with the weeks before it that were no rise themselves. Weeks in a row that are above the limits
are one rise, told since the first of them. So a change that stays is not taken for the usual after a while. No rise begins in a week if it
happened at least half as often a month before: bills are sent, and are not paid, once a month.

The oldest `SETTLING` weeks in which a channel was seen are neither judged nor part of the usual. What began before the data is not known:
a parcel sent on the day before has no beginning, and is never late. So frictions grow from nothing in the first weeks of all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from schemas.durations import week_of
from streams.detectors import Limits
from streams.insights.channels import week_of_rate
from streams.insights.surges.spans import Excess, Span, exceeding
from streams.insights.surges.surge import LIMITS, Surge, frictions_among, hours_by_channel, span_of
from streams.state.aggregates import Aggregate, Key

MONTH = (4, 5)  # weeks back
SETTLING = 2  # weeks in which a channel is new, and frictions still grow [ours]


def rises(totals: Mapping[Key, Aggregate], limits: Limits = LIMITS, newest_days: int = 0) -> Iterator[Surge]:
    """Yield every rise in these totals, with the figures of its newest week. The newest week is still running and is left out.

    With `newest_days` (0: all) only those that last until now. A rise that is over was told while it lasted. It is not judged again, when
    what was usual before it is forgotten.

    >>> def weeks(*openings):
    ...     hours = {str(24 * 20_458 + 168 * week): count for week, count in enumerate(openings)}
    ...     return {("rate", at, "web"): Aggregate({"browsing": 500, "friction:rage_click": count}) for at, count in hours.items()}
    >>> [(one.of, one.day, one.span.openings, one.weeks) for one in rises(weeks(0, 1, 3, 5, 4, 5, 22, 25, 24, 0))]
    [('rage_click', 20500, 24, 4)]
    >>> list(rises(weeks(0, 1, 3, 5, 4, 5, 6, 3, 5, 0)))
    []
    >>> list(rises(weeks(0, 1, 3, 5, 4, 5, 18, 3, 5, 4, 22, 0), newest_days=2))  # once a month
    []
    >>> over = weeks(0, 1, 3, 5, 4, 5, 22, 25, 4, 0)
    >>> len(list(rises(over))), len(list(rises(over, newest_days=2)))
    (1, 0)
    """
    channels: dict[str, dict[int, Counter[str]]] = {}
    for channel, hours in hours_by_channel(totals).items():
        for hour, counts in hours.items():
            channels.setdefault(channel, {}).setdefault(week_of(hour // 24), Counter()).update(counts)
    now = max((week for weeks in channels.values() for week in weeks), default=0)
    settled = _settled(totals)
    for channel, weeks in sorted(channels.items()):
        for of in frictions_among({name for counts in weeks.values() for name in counts}):
            spans = {week: span_of(of, weeks, week, week + 1) for week in range(min(weeks), now)}
            found = _rises_of(of, channel, spans, settled[channel], limits)
            yield from (each for each in found if not newest_days or each.until == _start(now))


def _settled(totals: Mapping[Key, Aggregate]) -> dict[str, int]:
    """Return the week in which each channel is no longer new: the one after its oldest `SETTLING` weeks.

    Hours are forgotten after ten weeks, places after sixty. So the weeks in which places were seen tell whether the oldest week of which
    hours are kept is one of the first at all. Of a channel without places, the weeks of its hours are counted.

    >>> hours: dict[Key, Aggregate] = {("rate", str(_start(week)), "web"): Aggregate() for week in (2930, 2931, 2932)}
    >>> _settled(hours), _settled({("place", "2920", "web", "new", "/"): Aggregate(), **hours})
    ({'web': 2932}, {'web': 2931})
    """
    seen: dict[str, set[int]] = {}
    for key in totals:
        if key[0] in ("place", "rate"):
            seen.setdefault(key[2], set()).add(int(key[1]) if key[0] == "place" else week_of_rate(key))
    return {channel: max(sorted(weeks)[:SETTLING], default=0) + 1 for channel, weeks in seen.items()}


def _rises_of(of: str, channel: str, weeks: Mapping[int, Span], first: int, limits: Limits) -> Iterator[Surge]:
    """Yield the rises of one friction on one channel, judged from its week `first` on."""
    ordinary, rise = list[Span](), None
    for week, span in ((week, span) for week, span in weeks.items() if week >= first):
        above = _above(span, ordinary[-int(limits["weeks_back"]) :], limits)
        if above is None or (rise is None and _is_monthly(week, weeks)):
            if rise is not None:
                yield rise
            rise = None
            if span.exposures:
                ordinary.append(span)
        else:
            began = rise.since if rise else _start(week)
            known = min(len(ordinary), int(limits["weeks_back"]))
            rise = Surge(of, channel, began // 24, began, _start(week + 1), span, above, known, "week")
    if rise is not None:
        yield rise


def _above(span: Span, earlier: list[Span], limits: Limits) -> Excess | None:
    if len(earlier) <= limits["weeks"]:  # one week more than a day needs: in the first weeks of all, orders and contacts still grow
        return None
    return exceeding(span, earlier, limits, limits["deviations_a_week"], limits["more_a_week"])


def _is_monthly(week: int, weeks: Mapping[int, Span]) -> bool:
    """Return whether it happened at least half as often a month before."""
    now, before = weeks[week], [weeks[week - ago] for ago in MONTH if week - ago in weeks]
    return any(2 * span.openings * now.exposures >= now.openings * span.exposures > 0 for span in before)


def _start(week: int) -> int:
    """Return the hour (since 1970-01-01) at which a week begins.

    >>> _start(2923) == 24 * 20_458
    True
    """
    return 24 * (7 * week - 3)
