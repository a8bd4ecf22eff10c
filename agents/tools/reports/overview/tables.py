"""The overview as tables for people: each has a title, columns and rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.blocked import blocked_table
from agents.tools.reports.overview.gathering import Overview, Pair
from agents.tools.reports.overview.harm import reason
from agents.tools.reports.overview.spots import Lane, Spot
from agents.tools.reports.overview.table import Table, rate
from agents.tools.reports.overview.worth import followed, purchases, tiers, to_win_back
from schemas.currencies import in_words
from schemas.outputs.insights import MomentOfTruthRanked, TargetMissed


def tables(found: Overview, most: int) -> Iterator[Table]:
    """Yield the tables: what to do first, channels, places, misses, moments of truth, paths, alarms, purchases, tiers, won for good, to
    win back, and unpriced purchases.

    Names that were too many come last. `most` limits the rows.
    """
    yield first(found, most)
    yield channels(found.lanes, most)
    yield places(found.spots.values(), most)
    yield misses(found.misses, most)
    yield moments(found.moments, most)
    yield paths(found, most)
    yield blocked_table(found.blocked, most)
    rows = [(each.day, each.channel, each.of, each.words) for each in found.surges[-most:]]
    yield Table("Surges", ("day", "channel", "of", "what"), rows, "no friction is more frequent than usual")
    yield purchases(found.purchases[:most])
    yield tiers(found.tiers)
    yield followed(found.followed[-most:])
    if found.lost is not None:
        yield to_win_back(found.lost[:most])
    apart = [(each.currency or "-", f"{each.purchases:,}", each.words) for each in found.unpriced[:most]]
    yield Table("Purchases that no value holds", ("currency", "purchases", "why"), apart, "every purchase had an amount, in one currency")
    many = [(each.of, f"{each.other:,}", f"{each.pushed_out:,}", each.words) for each in found.crowded[:most]]
    yield Table("Names that were too many", ("of", "other", "pushed out", "what"), many, "every name is kept apart")


def first(found: Overview, most: int) -> Table:
    """Return the table of frictions to act on, ranked by customers x value x change."""
    columns = (
        "friction", "where", "customers", "since", "rate", "of", "newest weeks", "carts left", "contacts", "owner", "see",
        "why it ranks here",
    )  # fmt: skip
    rows = [
        (
            plain(each.detector), f"{each.place or 'no place told'}, {each.channel}", f"{each.customers:,}", each.since or "always",
            rate(each.course.after), each.definition, each.course.verdict, f"{each.carts_left:,}: {each.cost}", f"{each.contacts:,}",
            each.owner or "-", ", ".join(f"{found.explain} {customer}" for customer in each.examples) or "-", reason(each, found.worth),
        )
        for each in found.harms[:most]
    ]  # fmt: skip
    weights = ("friction", "where", "customers", "since", "newest weeks", "carts left", "rate", "owner", "see", "contacts", "of")
    return Table("All frictions, in this order", columns, rows, "no friction opened", weights, keys=2)


def channels(lanes: dict[str, Lane], most: int) -> Table:
    """Return the table of the first `most` channels: touchpoints, those that name no place, and what customers did."""
    rows = [
        (
            name or "-", f"{lane.volume:,}", f"{lane.volume - lane.placed:,}",
            ", ".join(f"{what} {count:,}" for what, count in lane.activities.most_common(3)),
        )
        for name, lane in list(lanes.items())[:most]
    ]  # fmt: skip
    columns = ("channel", "touchpoints", "of them at no place", "most of all")
    return Table("Measures by channel (of the newest ten weeks at most)", columns, rows, "nothing was measured yet")


def places(spots: Iterable[Spot], most: int) -> Table:
    """Return the table of the first `most` places with their metrics. The overview puts the most visited first."""
    columns = (
        "place", "channel", "touchpoints", "visits", "customers", "hurt", "visits with friction", "most often", "checkouts > orders",
        "CSAT", "resolved", "answers for it",
    )  # fmt: skip
    rows = [
        (
            each.place or "-", each.channel or "-", f"{each.volume:,}", f"{each.visits:,}", f"{each.customers:,}",
            f"{each.customers_hurt:,}", rate(each.friction), worst(each), rate(each.step("checkout>order")),
            rate(each.share("csat")), rate(each.share("recovery_rate")), each.owner or "-",
        )
        for each in list(spots)[:most]
    ]  # fmt: skip
    weights = (
        "place", "hurt", "visits with friction", "most often", "channel", "answers for it", "customers", "visits", "touchpoints",
        "checkouts > orders", "resolved", "CSAT",
    )  # fmt: skip
    return Table("Measures by place", columns, rows, "no touchpoint names a place", weights, keys=2)


def misses(missed: list[TargetMissed], most: int) -> Table:
    """Return the table of missed targets: the newest week first; within a week the sure ones, then the largest misses."""
    columns = ("week", "measure", "where", "value", "wanted", "by", "sure", "answers for it")
    newest = sorted(missed, key=lambda each: (each.week, each.surely, each.by), reverse=True)[:most]
    rows = [
        (
            each.week, each.measure, where(each), figure(each.value), wanted(each), figure(each.by), "yes" if each.surely else "no",
            each.owner or "-",
        )
        for each in newest
    ]  # fmt: skip
    weights = ("measure", "where", "value", "wanted", "week", "answers for it", "sure", "by")
    return Table("Missed targets", columns, rows, "no target is missed, or the blueprint names none", weights, keys=3)


def moments(ranked: list[MomentOfTruthRanked], most: int) -> Table:
    """Return the table of places where friction goes together with customers leaving later."""
    columns = ("place", "channel", "hurt", "left if hurt", "left if not", "difference", "clear", "at stake", "answers for it")
    rows = [
        (
            each.place, each.channel, rate(each.friction), rate(each.lapse_with), rate(each.lapse_without),
            f"{each.difference:+.1%} ({each.low:+.1%} to {each.high:+.1%})", "yes" if each.clear else "no",
            in_words(each.at_stake, each.currency),
            each.owner or "-",
        )
        for each in ranked[:most]
    ]  # fmt: skip
    weights = ("place", "channel", "difference", "clear", "answers for it", "at stake", "hurt", "left if hurt", "left if not")
    return Table("Moments of truth (an association, no proof)", columns, rows, "too few customers to tell any place", weights, keys=2)


def paths(found: Overview, most: int) -> Table:
    """Return the table of the most frequent ways, between stages and between places."""
    rows = [
        (sort, *step(found, pair, count))
        for sort, ways in (("stage", found.moves), ("place", found.ways))
        for pair, count in top(ways, most)
    ]
    return Table("Paths", ("of", "from", "to", "times", "after, on average"), rows, "nobody was seen to move")


def step(found: Overview, pair: Pair, count: int) -> tuple[str, str, str, str]:
    """Return the cells of one way: from, to, how often, and after how long on average."""
    return pair[0], pair[1], f"{count:,}", spell(found.seconds.get(pair, 0.0) / count)


def top(ways: dict[Pair, int], most: int) -> list[tuple[Pair, int]]:
    """Return the `most` most frequent ways; ties are ordered by name."""
    return sorted(ways.items(), key=lambda item: (-item[1], item[0]))[:most]


def worst(spot: Spot) -> str:
    """Return the name of the most frequent friction there; `-` if there is none."""
    return min(spot.frictions, key=lambda name: (-spot.frictions[name], name)) if spot.frictions else "-"


def where(missed: TargetMissed) -> str:
    """Return as text where a target holds.

    >>> from types import SimpleNamespace as Fake
    >>> where(Fake(place="/pay", channel="*", stage="*")), where(Fake(place="*", channel="*", stage="*"))
    ('/pay', 'everywhere')
    """
    return ", ".join(each for each in (missed.place, missed.channel, missed.stage) if each != "*") or "everywhere"


def wanted(missed: TargetMissed) -> str:
    """Return as text what the value should be."""
    bounds = ((">=", missed.at_least), ("<=", missed.at_most))
    return " and ".join(f"{sign} {figure(bound)}" for sign, bound in bounds if bound is not None)


def figure(value: float) -> str:
    """Return a metric's value as text, with three significant digits or as a whole number.

    >>> figure(0.04321), figure(31.25), figure(12345)
    ('0.0432', '31.2', '12,345')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spell(seconds: float) -> str:
    """Return a length of time as text, in one unit.

    >>> spell(42), spell(300), spell(7300), spell(400_000)
    ('42 s', '5 min', '2.0 h', '4.6 d')
    """
    for unit, size, digits in (("d", 86_400, 1), ("h", 3_600, 1), ("min", 60, 0)):
        if seconds >= size:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{seconds:.0f} s"
