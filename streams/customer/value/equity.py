"""Customer equity: the customer's value so far, and the value that they are expected to bring."""

from __future__ import annotations

from typing import NamedTuple

from schemas.control.worth import Worth
from streams.customer.value.ahead import expected_value
from streams.customer.value.past import past_value
from streams.rules import Rules
from streams.state import Journey


class Equity(NamedTuple):
    """Minor units of the journey's currency. `expected` is None while no cadence model is in force, or nothing was bought yet."""

    past: int
    expected: int | None

    @property
    def total(self) -> int:
        """Both together; the past value alone if `expected` is None.

        >>> Equity(7_000, 500).total, Equity(7_000, None).total
        (7500, 7000)
        """
        return self.past + (self.expected or 0)


def equity(journey: Journey, rules: Rules, worth: Worth | None, at: int) -> Equity:
    """Return the customer's equity at `at` (ms UTC), over the blueprint's `worth_days`, by the cadence model in force.

    >>> from streams.state import Cadence, Value, journey_of
    >>> once = journey_of(value=Value(spend=8_000, refunded=1_000), cadence=Cadence(count=1))
    >>> equity(once, Rules(), None, 0)
    Equity(past=7000, expected=None)
    """
    return Equity(past_value(journey), expected_value(journey, rules.models.cadence, worth, at, rules.blueprint.worth_days))
