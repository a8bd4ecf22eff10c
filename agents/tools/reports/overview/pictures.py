"""The overview as pictures: moves between stages and places, the funnel, friction by place, moments of truth."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.pictures.flows import flow
from agents.tools.reports.drawing import LINES, SERIES, Picture, framed, graph, plain
from agents.tools.reports.overview.gathering import Overview
from agents.tools.reports.overview.harm import ASSUMED
from agents.tools.reports.overview.table import Table, rate
from agents.tools.reports.overview.tables import first, misses, tables, top
from streams.insights.harm.names import STEP_NAMES
from streams.insights.intervals import share_of
from streams.insights.measures import DEFINITIONS
from streams.insights.naming import monday_of

BUSIEST = 18  # so many places are shown, those with the most touchpoints
LINES_DRAWN = 6  # so many frictions are drawn over the weeks
WAYS = 24  # so many ways between places are shown
ENOUGH = 30  # with fewer visits a rate says nothing
COLOURS = [[0, "rgba(61,127,176,.08)"], [0.5, "#e0b13c"], [1, "#cf3f4b"]]
HEAT = f"Of 100 visits to a place, those in which a friction opened. Fields with fewer than {ENOUGH} visits stay empty."
WEEKLY = "The same frictions week by week: a rate of each, and the table says of what."
COURSES = f"What to act on first. Ranked by customers x what a customer brings x how much of it is new. {ASSUMED}"
FLOW = "Every move between stages: left where customers came from, right where they went. Forward and backward moves are both real."
PATHS = f"The {WAYS} ways between places that were taken most, within one episode. A place on another channel is named with it."
FUNNEL = (
    "Of the carts at each step, how many the next step followed within 7 days. A pair of bars is one share; the next pair begins anew, "
    "because customers may enter at any step."
)
MOMENTS = (
    "For each place: by how much more often customers left later when it had hurt them there, with its 95 % interval. An association: "
    "those who were hurt may differ in other ways as well. Ranked by what is at stake; places with few customers are left out."
)
MISSES = "What the blueprint wants and the newest weeks did not give. Sure: the whole interval misses the target."


def pictures(found: Overview) -> list[Picture]:
    """Return the pictures in the order of the page. A picture without rows is left out."""
    drawn = (courses(found), heat(found), funnel(found), stages(found), ways(found), moments(found))
    return [picture for picture in drawn if picture.rows]


def courses(found: Overview) -> Picture:
    """Return the picture of what hurts, week by week: the frictions to act on first, and why each ranks where it does."""
    lines = []
    for harm in found.harms[:LINES_DRAWN]:
        weeks = [week for week in sorted(harm.of) if harm.of[week]]
        rates = [round(100 * harm.hit[week] / harm.of[week], 1) for week in weeks]
        name = f"{plain(harm.detector)}, {harm.place or harm.channel}"
        lines.append(graph().Scatter(x=[monday_of(week) for week in weeks], y=rates, mode="lines+markers", name=name))
    table = first(found, BUSIEST)
    figure = framed(lines, yaxis_title="of 100", yaxis_rangemode="tozero", colorway=SERIES)
    return Picture("courses", "Is it better?", WEEKLY, figure, table.columns, [tuple(row) for row in table.rows])


def stages(found: Overview) -> Picture:
    """Return the picture of the flow between stages."""
    return flow("stage-flow", "How journeys move", FLOW, found.moves)


def ways(found: Overview) -> Picture:
    """Return the picture of the flow between places."""
    return flow("paths", "The ways they take", PATHS, Counter(dict(top(found.ways, WAYS))))


def funnel(found: Overview) -> Picture:
    """Return the picture of the steps towards an order: of each, how many were taken, and how many the next step followed."""
    took, went = Counter[str](), Counter[str]()
    for spot in found.spots.values():
        for name, counted in spot.steps.items():
            took[name] += counted["of"]
            went[name] += counted["count"]
    names = [name for name in STEP_NAMES if took[name]]
    bars = [
        graph().Bar(x=[counts[name] for name in names], y=names, orientation="h", name=label, marker={"color": colour})
        for label, counts, colour in (("went on", went, SERIES[2]), ("taken", took, SERIES[0]))
    ]
    rows = [(name, DEFINITIONS[name], took[name], went[name], rate(share_of(went[name], took[name]))) for name in names]
    figure = framed(bars, height=110 + 60 * len(names), barmode="group", yaxis_autorange="reversed", yaxis_type="category")
    return Picture("funnel", "How far they come", FUNNEL, figure, ("step", "share of", "taken", "went on", "share"), rows)


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
    drawn = graph().Heatmap(
        x=channels, y=places, z=cells, colorscale=COLOURS, zmin=0, zmax=max([1.0, *(n for row in cells for n in row if n is not None)]),
        xgap=2, ygap=2, texttemplate="%{z}", hoverongaps=False, hovertemplate="%{y}, %{x}: %{z}<extra></extra>",
        colorbar={"title": {"text": "of 100 visits"}, "thickness": 10, "outlinecolor": LINES},
    )  # fmt: skip
    rows = [
        (s.place or "-", s.channel, s.visits, s.customers_hurt, s.frictions.total(), rate(s.friction))
        for s in found.spots.values()
        if s.place in places
    ]
    columns = ("place", "channel", "visits", "customers hurt", "frictions", "visits with friction")
    figure = framed([drawn], height=110 + 26 * len(places), yaxis_autorange="reversed", yaxis_type="category", xaxis_type="category")
    return Picture("heat", "Where it hurts", HEAT, figure, columns, rows)


def _rate(found: Overview, channel: str, place: str) -> float | None:
    spot = found.spots.get((channel, place))
    return round(100 * found_rate.rate, 1) if spot and spot.visits >= ENOUGH and (found_rate := spot.friction) else None


def moments(found: Overview) -> Picture:
    """Return the picture of moments of truth with their intervals."""
    ranked = found.moments[:BUSIEST]
    bars = graph().Scatter(
        x=[100 * each.difference for each in ranked], y=[f"{each.place}, {each.channel}" for each in ranked], mode="markers",
        marker={"size": 11, "color": [SERIES[4] if each.clear else SERIES[8] for each in ranked]},
        error_x={
            "type": "data", "symmetric": False, "array": [100 * (each.high - each.difference) for each in ranked],
            "arrayminus": [100 * (each.difference - each.low) for each in ranked], "color": SERIES[8], "thickness": 1.5,
        },
        hovertemplate="%{y}: %{x:.1f} points<extra></extra>",
    )  # fmt: skip
    figure = framed([bars], height=110 + 26 * len(ranked), yaxis_autorange="reversed", xaxis_title="points more that left later")
    *_, table = (each for each in tables(found, BUSIEST) if each.title.startswith("Moments"))
    return Picture("moments", "Moments of truth", MOMENTS, figure, table.columns, [tuple(row) for row in table.rows])


def missed(found: Overview) -> Table:
    """Return the table of missed targets of the newest weeks."""
    return misses(found.misses, BUSIEST)
