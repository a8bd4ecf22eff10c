"""Rules of thumb that a risk has to beat: what one would rank customers by without a model, from the same journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agents.learning.cadence.fitting import fit
from agents.tools.evaluating.cadences import histories
from agents.tools.evaluating.families.fitting import LAWS
from schemas.durations import DAY
from streams.cadence.model import p_alive
from streams.state import Journey

Score = Callable[[Journey, int], float]


def gap(journey: Journey, at: int) -> float:
    """Days since the latest purchase, or since the latest act of one who never bought."""
    return (at - (journey.cadence.last or journey.acted_at)) / DAY


def gap_over_own(journey: Journey, at: int) -> float:
    """The gap over the customer's own mean interval; who has bought on one day only is measured by how long they are known."""
    rhythm = journey.cadence
    usual = rhythm.mean_days if rhythm.gaps else (at - (rhythm.first or journey.first_seen)) / DAY
    return gap(journey, at) / usual if usual > 0 else 1.0


def seldom(journey: Journey, _at: int) -> float:
    """Minus how often they came back."""
    return -float(journey.cadence.gaps or journey.acts)


RULES: dict[str, Score] = {
    "days since the latest visit": gap,
    "those over the own mean interval": gap_over_own,
    "minus the number of visits": seldom,
}
TRAP = "1 - P(alive) by BG/NBD"


def trap(journeys: Iterable[Journey], at: int) -> Score | None:
    """Often taken for a score of churn; it orders backwards, for who bought once is a customer for ever. None where it has no fit."""
    try:
        model = fit(LAWS["bg_nbd"], histories((journey.cadence for journey in journeys), at), at)
    except ValueError:
        return None

    def gone(journey: Journey, at: int) -> float:
        rhythm = journey.cadence
        return 1 - p_alive(model, rhythm.gaps, (rhythm.last - rhythm.first) / DAY, (at - rhythm.first) / DAY) if rhythm.count else 0.0

    return gone
