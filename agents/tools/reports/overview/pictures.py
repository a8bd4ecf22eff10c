"""The overview as pictures: moves between stages and places, the funnel, friction by place, moments of truth."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.pictures.flows import flow
from agents.tools.reports.drawing import LINES, SERIES, Picture, framed, graph, plain
from agents.tools.reports.overview.gathering import Overview
from agents.tools.reports.overview.table import Table, rate
from agents.tools.reports.overview.tables import misses, tables, top
from schemas.vocabulary import STAGES

BUSIEST = 18  # so many places are shown, those with the most touchpoints
WAYS = 24  # so many ways between places are shown
ENOUGH = 30  # with fewer touchpoints a rate says nothing
ONWARD = ("exploring", "considering", "buying", "awaiting", "using", "advocating")  # the stages that a company wants, in order
COLOURS = [[0, "rgba(61,127,176,.08)"], [0.5, "#e0b13c"], [1, "#cf3f4b"]]
HEAT = f"Friction points for each 100 touchpoints, by place and channel. Fields with fewer than {ENOUGH} touchpoints stay empty."
FLOW = "Every move between stages: left where customers came from, right where they went. Forward and backward moves are both real."
PATHS = f"The {WAYS} ways between places that were taken most, within one episode. A place on another channel is named with it."
FUNNEL = (
    "How often customers arrived at each stage of the way that leads onward. They may enter it anywhere and come again, so a stage can "
    "have more arrivals than the one before it."
)
MOMENTS = (
    "For each place: by how much more often customers left later when it had hurt them there, with its 95 % interval. An association: "
    "those who were hurt may differ in other ways as well. Ranked by what is at stake; places with few customers are left out."
)
MISSES = "What the blueprint wants and the newest weeks did not give. Sure: the whole interval misses the target."


def pictures(found: Overview) -> list[Picture]:
    """Return the pictures in the order of the page. A picture without rows is left out."""
    drawn = (stages(found), funnel(found), heat(found), ways(found), moments(found))
    return [picture for picture in drawn if picture.rows]


def stages(found: Overview) -> Picture:
    """Return the picture of the flow between stages."""
    return flow("stage-flow", "How journeys move", FLOW, found.moves)


def ways(found: Overview) -> Picture:
    """Return the picture of the flow between places."""
    return flow("paths", "The ways they take", PATHS, Counter(dict(top(found.ways, WAYS))))


def funnel(found: Overview) -> Picture:
    """Return the picture of arrivals at the stages in `ONWARD`."""
    arrived = Counter[str]()
    for (_, end), count in found.moves.items():
        arrived[end] += count
    reached = [stage for stage in STAGES if stage in ONWARD and arrived[stage]]
    bars = graph().Funnel(
        y=[plain(stage) for stage in reached], x=[arrived[stage] for stage in reached], textinfo="value", marker={"color": SERIES[0]},
        connector={"line": {"color": LINES}},
    )  # fmt: skip
    rows = [(plain(stage), arrived[stage]) for stage in reached]
    return Picture("funnel", "How far they come", FUNNEL, framed([bars]), ("stage", "arrivals"), rows)


def heat(found: Overview) -> Picture:
    """Return the heat map of friction by place and channel."""
    volume = Counter[str]()
    for (_, place), spot in found.spots.items():
        volume[place] += spot.volume
    places = [place for place, _ in sorted(volume.items(), key=lambda item: (-item[1], item[0]))[:BUSIEST]]
    channels = sorted({channel for channel, place in found.spots if place in places})
    cells = [[_rate(found, channel, place) for channel in channels] for place in places]
    drawn = graph().Heatmap(
        x=channels, y=places, z=cells, colorscale=COLOURS, zmin=0, zmax=max([1.0, *(n for row in cells for n in row if n is not None)]),
        xgap=2, ygap=2, texttemplate="%{z}", hoverongaps=False, hovertemplate="%{y}, %{x}: %{z}<extra></extra>",
        colorbar={"title": {"text": "per 100"}, "thickness": 10, "outlinecolor": LINES},
    )  # fmt: skip
    rows = [(s.place, s.channel, s.volume, s.frictions.total(), rate(s.friction)) for s in found.spots.values() if s.place in places]
    figure = framed([drawn], height=110 + 26 * len(places), yaxis_autorange="reversed", yaxis_type="category", xaxis_type="category")
    return Picture("heat", "Where it hurts", HEAT, figure, ("place", "channel", "touchpoints", "frictions", "rate"), rows)


def _rate(found: Overview, channel: str, place: str) -> float | None:
    spot = found.spots.get((channel, place))
    return round(100 * spot.friction.rate, 1) if spot and spot.volume >= ENOUGH else None


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
