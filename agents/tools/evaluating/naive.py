"""Rules of thumb that our risk must beat. They rank customers without a model, from the same journeys. A higher score: more likely gone."""

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
    """Return the days since the latest purchase, or since the latest act of a customer who never bought."""
    return (at - (journey.cadence.last or journey.acted_at)) / DAY


def gap_over_own(journey: Journey, at: int) -> float:
    """Return the gap divided by the customer's own mean interval between purchases.

    For a customer without intervals, the time since the first purchase, or since first seen, takes its place.
    """
    rhythm = journey.cadence
    usual = rhythm.mean_days if rhythm.gaps else (at - (rhythm.first or journey.first_seen)) / DAY
    return gap(journey, at) / usual if usual > 0 else 1.0


def seldom(journey: Journey, _at: int) -> float:
    """Return minus the number of times the customer came back to buy; without any, minus the number of acts."""
    return -float(journey.cadence.gaps or journey.acts)


RULES: dict[str, Score] = {
    "days since the latest visit": gap,
    "those over the own mean interval": gap_over_own,
    "minus the number of visits": seldom,
}
TRAP = "1 - P(alive) by BG/NBD"


def trap(journeys: Iterable[Journey], at: int) -> Score | None:
    """Return the score 1 - P(alive) by BG/NBD, fitted to these journeys; None if it cannot be fitted.

    It is often used as a churn score, but it orders customers backwards: P(alive) is 1 for everybody who bought once.
    """
    try:
        model = fit(LAWS["bg_nbd"], histories((journey.cadence for journey in journeys), at), at)
    except ValueError:
        return None

    def gone(journey: Journey, at: int) -> float:
        rhythm = journey.cadence
        return 1 - p_alive(model, rhythm.gaps, (rhythm.last - rhythm.first) / DAY, (at - rhythm.first) / DAY) if rhythm.count else 0.0

    return gone
