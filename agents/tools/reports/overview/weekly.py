"""The pictures of what hurts over the weeks, and of what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from agents.tools.reports.charts.plot import Dot, Panels, Plot, Reach, Series, Strip
from agents.tools.reports.charts.rows import Row, Rows
from agents.tools.reports.charts.scales import Axis, axis, by_week
from agents.tools.reports.drawing import BLUE, COLOURS, RED, Picture, plain
from agents.tools.reports.overview.gathering import Overview
from agents.tools.reports.overview.harm import ASSUMED, Harm
from agents.tools.reports.overview.table import rate
from agents.tools.reports.overview.telling import newest
from schemas.currencies import in_words
from streams.insights.intervals import share_of
from streams.insights.naming import monday_of

PANELS = 6  # so many frictions are drawn over the weeks
DEAREST = 12  # so many are drawn with what they cost, of each currency
WEEKLY = (
    "The same frictions week by week, each on its own scale: how many of 100 visits, or of 100 matters due by a time, it befell. "
    "The shade is the 95 % interval. A dashed upright line marks the week since which the rate is another."
)
COSTS = f"What was in the carts that were left after a friction, and the contacts that followed it. {ASSUMED}"
NO_WEEKS = "No friction opened in these weeks."
NO_COSTS = (
    "No cart with a known worth was left after a friction. `cart_updated` with `value` and `currency` would tell what a cart is worth."
)


def courses(found: Overview) -> Picture:
    """Return the picture of what hurts, week by week: one chart for each of the frictions to act on first."""
    drawn = [each for each in found.harms[:PANELS] if any(each.of.values())]
    told = [week for each in drawn for week, count in each.of.items() if count]
    weeks = range(min(told, default=0), max(told, default=0) + 1)
    rows = [
        (plain(each.detector), each.place or "no place told", each.channel, monday_of(week), each.hit[week], each.of[week],
         rate(share_of(each.hit[week], each.of[week])), each.definition)
        for each in drawn
        for week in sorted(each.of)
        if each.of[week]
    ]  # fmt: skip
    columns = ("friction", "place", "channel", "week", "befell", "of", "rate", "the rate is a share of")
    return Picture("courses", "Is it better?", WEEKLY, Panels([panel(each, weeks) for each in drawn]), columns, rows, NO_WEEKS)


def panel(harm: Harm, weeks: Sequence[int]) -> Plot:
    """Return the chart of one friction over these weeks."""
    shares = {week: share_of(harm.hit[week], harm.of[week]) for week in weeks if harm.of[week]}
    middle = {week: number + 0.5 for number, week in enumerate(weeks)}
    line = [(middle[week], 100 * each.rate) for week, each in shares.items()]
    series = Series(
        "", BLUE, line=line, dots=[Dot(*point, size=6) for point in line],
        area=[Reach(middle[week], 100 * each.low, 100 * each.high) for week, each in shares.items()],
    )  # fmt: skip
    strips = [
        Strip(middle[week] - 0.5, middle[week] + 0.5, f"week of {monday_of(week)}: {each.count:,} of {each.of:,}, {rate(each)}")
        for week, each in shares.items()
    ]
    course = harm.course
    since = [] if course.since is None else [(middle[course.since] - 0.5, f"since {harm.since}")]
    changed = f"since {harm.since}: {course.after.rate:.1%}, before {course.before.rate:.1%}" if since else "no clear change over the weeks"
    most = max([1.0, *(100 * each.high for each in shares.values())])
    of_what = "of 100 visits" if harm.of_what == "visits" else "of 100 due"
    title = f"{plain(harm.detector).capitalize()}, {spot(harm)}"
    return Plot(
        by_week([monday_of(week) for week in weeks]), axis(0, most, of_what), [series], 150, strips, since, title,
        (changed, newest(harm)),
    )  # fmt: skip


def spot(harm: Harm) -> str:
    """Return where a friction is: its place and its channel."""
    return ", ".join(each for each in (harm.place, harm.channel) if each) or "no place told"


def costs(found: Overview) -> Picture:
    """Return the picture of what the frictions cost: the carts left, a bar for each currency, and contacts in the table."""
    left = [(each, code, amount) for each in found.harms for code, amount in sorted(each.left.items()) if amount]
    currencies = list(dict.fromkeys(code for *_, code, _ in left))
    most = {code: max(amount for *_, other, amount in left if other == code) for code in currencies}
    bars = [
        Row(
            f"{plain(each.detector)}, {spot(each)}", named(amount, code),
            f"{each.carts_left:,} carts left, {each.contacts:,} contacts after it", amount / most[code],
            RED if len(currencies) == 1 else currencies.index(code) % COLOURS,
        )
        for each, code, amount in _dearest(left, currencies)
    ]  # fmt: skip
    reading = COSTS if len(bars) == len(left) else f"{COSTS} The dearest {len(bars)} of {len(left)} are drawn; the numbers tell of all."
    rows = [
        (
            plain(each.detector), each.place or "no place told", each.channel, each.carts, each.carts_left, each.cost, each.contacts,
            each.owner,
        )
        for each in found.harms
    ]  # fmt: skip
    columns = ("friction", "place", "channel", "carts open", "carts left", "worth", "contacts after it", "owner")
    return Picture("costs", "What it costs", reading, Rows(Axis(0, 1), bars), columns, rows, NO_COSTS)


def _dearest(left: Sequence[tuple[Harm, str, int]], currencies: Sequence[str]) -> list[tuple[Harm, str, int]]:
    """Return the `DEAREST` frictions of each currency, the dearest first."""
    return [one for code in currencies for one in sorted((one for one in left if one[1] == code), key=lambda one: -one[2])[:DEAREST]]


def named(amount: int, code: str) -> str:
    """Return an amount with its currency, or with the words that none was named."""
    return in_words(amount, code) if code else f"{in_words(amount, code)} (no currency named)"
