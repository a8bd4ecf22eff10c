"""The picture of one customer's year: visits, signals, decisions and offers as dots in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.drawing import Picture, framed, graph, plain
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened, RiskChanged
from schemas.touchpoints.commerce import PurchaseMade
from schemas.writing import rfc3339

LANES = ("visits", "noticed", "decided", "offered")
COLOURS = {"visits": "#8a93a0", "noticed": "#e1793a", "decided": "#3d7fb0", "offered": "#4a9a72"}
READING = "Each dot is a visit, a signal, a decision or an offer; a visit is as large as what was spent. Below, the year in words (UTC)."


def picture(customer: str, entries: Sequence[Entry]) -> Picture:
    """Return four lanes of dots over the year. The table holds what was noticed, decided and offered."""
    dots: dict[str, list[Entry]] = {lane: [] for lane in LANES}
    for each in entries:
        if (lane := _lane(each)) is not None:
            dots[lane].append(each)
    traces = [
        graph().Scatter(
            x=[rfc3339(each.at) for each in dots[lane]], y=[lane] * len(dots[lane]), mode="markers", name=lane, showlegend=False,
            text=[each.saying.words for each in dots[lane]], hovertemplate="%{x|%d %b}: %{text}<extra></extra>",
            marker={"size": [_size(each) for each in dots[lane]], "color": COLOURS[lane], "opacity": 0.75, "line": {"width": 0}},
        )
        for lane in LANES
    ]  # fmt: skip
    figure = framed(traces, height=230, yaxis={"categoryorder": "array", "categoryarray": list(LANES[::-1])})
    rows: list[tuple[Any, ...]] = [
        (rfc3339(each.at)[:16].replace("T", " "), lane, each.saying.words) for lane in LANES[1:] for each in dots[lane]
    ]
    return Picture("customer", f"One customer: {plain(customer)}", READING, figure, ("when", "lane", "what"), sorted(rows))


def _lane(each: Entry) -> str | None:
    match each.record:
        case PurchaseMade():
            return "visits"
        case FrictionOpened() | ChurnSignalRaised() | RiskChanged():
            return "noticed"
        case DecisionMade():
            return "decided"
        case OfferMade():
            return "offered"
    return None


def _size(each: Entry) -> float:
    """Return the size of a dot in pixels. A visit's size grows with the money spent (cents); all others have one size."""
    return min(30.0, 6 + (each.record.value or 0) ** 0.5 / 8) if isinstance(each.record, PurchaseMade) else 11.0
