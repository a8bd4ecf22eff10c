"""Rules of thumb that the risk must beat. They rank customers without a model. A higher value: more likely gone; none is below 0."""

from __future__ import annotations

from collections.abc import Callable

from schemas.durations import DAY
from streams.state import Journey


def since_purchase(journey: Journey, at: int) -> float:
    """Return the days since the latest purchase. Whoever has bought nothing yet counts from the day on which they were first seen."""
    return max(0, at - (journey.cadence.last or journey.first_seen or at)) / DAY


def since_visit(journey: Journey, at: int) -> float:
    """Return the days since the customer's latest own act, of any kind."""
    return max(0, at - (journey.acted_at or journey.first_seen or at)) / DAY


def few_visits(journey: Journey, _at: int) -> float:
    """Return the inverse of the number of the customer's own acts so far, and one."""
    return 1 / (1 + journey.acts)


RULES: dict[str, Callable[[Journey, int], float]] = {
    "days since the latest purchase": since_purchase,
    "days since the latest visit": since_visit,
    "few visits so far": few_visits,
}
