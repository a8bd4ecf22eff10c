"""The picture of one customer's year: visits, signals, decisions and offers as dots in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from agents.tools.reports.charts.plot import Dot, Plot, Series
from agents.tools.reports.charts.scales import Axis, Tick
from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.drawing import BLUE, GREEN, GREY, ORANGE, Picture, plain
from schemas.durations import DAY
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened, RiskChanged
from schemas.touchpoints.commerce import PurchaseMade
from schemas.writing import rfc3339

LANES = ("visits", "noticed", "decided", "offered")
COLOURS = {"visits": GREY, "noticed": ORANGE, "decided": BLUE, "offered": GREEN}
MISSING = "No visit, signal, decision or offer of this customer has a place on a time line. Below, what was seen in words (UTC)."
READING = "Each dot is a visit, a signal, a decision or an offer; a visit is as large as what was spent. Below, the year in words (UTC)."


def picture(customer: str, entries: Sequence[Entry]) -> Picture:
    """Return four lanes of dots over the year. The table holds what was noticed, decided and offered."""
    dots: dict[str, list[Entry]] = {lane: [] for lane in LANES}
    for each in entries:
        if (lane := _lane(each)) is not None:
            dots[lane].append(each)
    lanes = Axis(0.5, len(LANES) + 0.5, tuple(Tick(len(LANES) - number, lane) for number, lane in enumerate(LANES)))
    series = [Series("", COLOURS[lane], dots=[_dot(each, len(LANES) - number) for each in dots[lane]]) for number, lane in enumerate(LANES)]
    chart = Plot(_months([each.at for lane in LANES for each in dots[lane]]), lanes, series, height=200)
    rows: list[tuple[Any, ...]] = [
        (rfc3339(each.at)[:16].replace("T", " "), lane, each.saying.words) for lane in LANES[1:] for each in dots[lane]
    ]
    return Picture("customer", f"One customer: {plain(customer)}", READING, chart, ("when", "lane", "what"), sorted(rows), MISSING)


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


def _dot(each: Entry, lane: int) -> Dot:
    return Dot(each.at, lane, f"{rfc3339(each.at)[:10]}: {each.saying.words}", round(_size(each), 1))


def _months(times: Sequence[int]) -> Axis:
    """Return an axis over these times (epoch milliseconds). It names months."""
    if not times:
        return Axis(0, 1)
    low, high = min(times), max(times)
    begun = date.fromisoformat(rfc3339(low)[:10]).replace(day=1)
    firsts = [
        date(begun.year + (begun.month - 1 + n) // 12, (begun.month - 1 + n) % 12 + 1, 1) for n in range(1 + (high - low) // (28 * DAY))
    ]
    named = [(day, (day - date(1970, 1, 1)).days * DAY) for day in firsts]
    inside = [(day, at) for day, at in named if low <= at <= high]
    skip = 1 + len(inside) // 14
    ticks = [
        Tick(at, f"{day:%b %Y}" if not n or day.month == 1 else f"{day:%b}", bool(n % 3)) for n, (day, at) in enumerate(inside[::skip])
    ]
    room = (high - low) // 50 + DAY // 2  # for half of the first and of the last dot
    return Axis(low - room, high + room, tuple(ticks))


def _size(each: Entry) -> float:
    """Return the size of a dot in pixels. A visit's size grows with the money spent (cents); all others have one size."""
    return min(30.0, 6 + (each.record.value or 0) ** 0.5 / 8) if isinstance(each.record, PurchaseMade) else 11.0
