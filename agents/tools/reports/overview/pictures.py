"""The overview as pictures: friction by place, moments of truth, the funnel, moves between stages and ways between places."""

from __future__ import annotations

from collections import Counter

from agents.tools.reports.charts.flow import flow
from agents.tools.reports.charts.heat import Heat
from agents.tools.reports.charts.rows import Key, Mark, Row, Rows
from agents.tools.reports.charts.scales import Axis, axis
from agents.tools.reports.charts.ways import graph_of
from agents.tools.reports.drawing import BLUE, GREY, RED, Picture, plain
from agents.tools.reports.overview.gathering import Overview
from agents.tools.reports.overview.harm import ASSUMED
from agents.tools.reports.overview.table import rate
from agents.tools.reports.overview.tables import moments as moments_table
from agents.tools.reports.overview.tables import step as way_told
from agents.tools.reports.overview.tables import top
from agents.tools.reports.overview.weekly import costs, courses
from streams.insights.harm.names import STEP_NAMES
from streams.insights.intervals import share_of
from streams.insights.measures import DEFINITIONS

BUSIEST = 18  # so many places are shown, those with the most touchpoints
WAYS = 24  # so many ways between places are shown
ENOUGH = 30  # with fewer visits a rate says nothing
HEAT = f"Of 100 visits to a place, those in which a friction opened. Fields with fewer than {ENOUGH} visits stay empty."
COURSES = f"What to act on first. Ranked by customers x what a customer brings x how much of it is new. {ASSUMED}"
FLOW = "Every move between stages: left where customers came from, right where they went. Forward and backward moves are both real."
PATHS = (
    f"The {WAYS} ways between places that were taken most, within one episode. Each place stands once, in the order in which customers go "
    "on. The thicker an arc, the more often it was taken. The table names the channel of a place where the next one is on another."
)
FUNNEL = (
    "Of 100 who begin, how many come as far as each step. Each step has its own rate, with its definition and its counts. The bars "
    "multiply these rates. Customers may enter at any step, so the counts of two steps need not meet."
)
BEGUN = {"product": "product viewed", "cart": "cart filled", "checkout": "checkout begun", "order": "order placed"}
NO_HEAT = f"No place has {ENOUGH} visits yet. Events that name their place, page, screen or queue would fill it."
NO_STEPS = "No cart and no checkout was seen: `product_viewed`, `cart_updated`, `checkout_started` and `order_placed` would fill it."
NO_MOVES = "Nobody was seen to move. Moves appear with the second thing that a customer does."
NO_WAYS = "Nobody was seen at two places in one episode. Events that name their place, page or screen would fill it."
NO_MOMENTS = "Too few customers to tell any place. It needs customers who were hurt at a place, others who were not, and some who left."
MOMENTS = (
    "For each place: by how much more often customers left later when it had hurt them there, with its 95 % interval. An association: "
    "those who were hurt may differ in other ways as well. Ranked by what is at stake; places with few customers are left out."
)


def pictures(found: Overview) -> list[Picture]:
    """Return the pictures in the order of the page: is it better, where, what it costs, the ways."""
    return [courses(found), heat(found), costs(found), moments(found), funnel(found), ways(found), stages(found)]


def stages(found: Overview) -> Picture:
    """Return the picture of the flow between stages."""
    rows = [tuple(map(plain, way_told(found, pair, count))) for pair, count in top(found.moves, len(found.moves))]
    chart = flow({(plain(a), plain(b)): n for (a, b), n in found.moves.items()})
    return Picture("stage-flow", "How journeys move", FLOW, chart, ("from", "to", "moves", "after, on average"), rows, NO_MOVES)


def ways(found: Overview) -> Picture:
    """Return the picture of the ways between places: one graph."""
    taken = top(found.ways, WAYS)
    rows = [tuple(way_told(found, pair, count)) for pair, count in taken]
    joined = Counter[tuple[str, str]]()
    for (start, end), count in taken:
        joined[place_of(found, start), end] += count
    return Picture("paths", "The ways they take", PATHS, graph_of(joined), ("from", "to", "times", "after, on average"), rows, NO_WAYS)


def place_of(found: Overview, start: str) -> str:
    """Return the place where a way starts. Insights name it with its channel (`web:/pay`) where it is another than that of the end."""
    channel, _, place = start.partition(":")
    return place if (channel, place) in found.spots else start


def funnel(found: Overview) -> Picture:
    """Return the picture of the steps towards an order: of 100 who begin, how many come so far, and the rate of each step."""
    took, went = Counter[str](), Counter[str]()
    for spot in found.spots.values():
        for name, counted in spot.steps.items():
            took[name] += counted["of"]
            went[name] += counted["count"]
    names = [name for name in STEP_NAMES if took[name]]
    bars, reached, rows = list[Row](), 100.0, []
    for name in names:
        share = share_of(went[name], took[name])
        step, _, then = name.partition(">")
        if not bars or BEGUN[step] != bars[-1].name:  # a step before it was never seen: it begins anew
            reached = 100.0
            bars.append(Row(BEGUN[step], "100.0", f"{took[name]:,} seen", reached, BLUE))
        reached *= share.rate
        told = f"{rate(share)} of {DEFINITIONS[name]}: {went[name]:,} of {took[name]:,}"
        bars.append(Row(BEGUN[then], f"{reached:.1f}", told, reached, BLUE))
        rows.append((name, DEFINITIONS[name], took[name], went[name], rate(share), f"{reached:.1f}"))
    chart = Rows(Axis(0, 100), bars, funnel=True)
    columns = ("step", "share of", "taken", "went on", "share", "left of 100")
    return Picture("funnel", "How far they come", FUNNEL, chart, columns, rows, NO_STEPS)


def heat(found: Overview) -> Picture:
    """Return the heat map of friction by place and channel."""
    volume = Counter[str]()
    for (_, place), spot in found.spots.items():
        volume[place] += spot.volume
    ranked = [place for place, _ in sorted(volume.items(), key=lambda item: (-item[1], item[0]))]
    told = {(channel, place) for channel, place in found.spots if _rate(found, channel, place) is not None}
    places = [place for place in ranked if any(place == where for _, where in told)][:BUSIEST]
    channels = sorted({channel for channel, place in told if place in places})
    cells = [[_rate(found, channel, place) for channel in channels] for place in places]
    most = max([1.0, *(n for row in cells for n in row if n is not None)])
    rows = [
        (s.place or "-", s.channel, s.visits, s.customers_hurt, s.frictions.total(), rate(s.friction))
        for s in found.spots.values()
        if s.place in places
    ]
    columns = ("place", "channel", "visits", "customers hurt", "frictions", "visits with friction")
    chart = Heat(places, [channel or "-" for channel in channels], cells, most, "of 100 visits")
    return Picture("heat", "Where it hurts", HEAT, chart, columns, rows, NO_HEAT)


def _rate(found: Overview, channel: str, place: str) -> float | None:
    spot = found.spots.get((channel, place))
    return round(100 * found_rate.rate, 1) if spot and spot.visits >= ENOUGH and (found_rate := spot.friction) else None


def moments(found: Overview) -> Picture:
    """Return the picture of moments of truth with their intervals."""
    ranked = found.moments[:BUSIEST]
    points = [
        Row(
            f"{each.place}, {each.channel}", f"{100 * each.difference:+.1f} ({100 * each.low:+.1f} to {100 * each.high:+.1f})",
            "clear" if each.clear else "not clear",
            marks=(Mark(100 * each.difference, RED if each.clear else GREY, 100 * each.low, 100 * each.high),),
        )
        for each in ranked
    ]  # fmt: skip
    ends = [100 * end for each in ranked for end in (each.low, each.high)]
    chart = Rows(
        axis(min([0, *ends]), max([0, *ends]), "points more that left later"), points, (Key("clear", RED), Key("not clear", GREY))
    )  # fmt: skip
    table = moments_table(ranked, BUSIEST)
    return Picture("moments", "Moments of truth", MOMENTS, chart, table.columns, [tuple(row) for row in table.rows], NO_MOMENTS)
