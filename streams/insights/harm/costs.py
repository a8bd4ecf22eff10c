"""What a friction may have cost: carts that were open when it was met and led to no order, and contacts soon after it.

**Assumptions**: a cart counts for the first friction that its customer met while it was open. It counts as left until an order follows.
A contact counts for the first friction within the 2 days before it: those in between often follow from that one. Neither is proof of a
cause: some carts are left anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.durations import DAY
from schemas.vocabulary import STAGES
from streams.context import Context
from streams.insights.harm.names import CARTS, CONTACTS, KEPT
from streams.state import Attempt, Met
from streams.state.aggregates import Aggregates
from streams.state.place_row import PlaceRow, split_spot

SOON = 2 * DAY  # ms from a friction to the contact that it may have caused [ours]
REMEMBERED = 7 * DAY  # ms for which a cart counts as open


def currency_of(ctx: Context, told: Any) -> str:
    """Return the currency of an amount: the one that it names, else the company's, else that of the customer's purchases."""
    return told.currency.upper() or ctx.rules.exchange.currency or ctx.journey.value.currency


def row_of(aggregates: Aggregates, counted: Met | Attempt) -> PlaceRow:
    """Return the row that counted a friction met, or a step."""
    channel, place = split_spot(counted.spot)
    return aggregates.place(counted.at, channel, STAGES[counted.stage], place)


def count_met(ctx: Context, row: PlaceRow, detector: str) -> None:
    """Note the friction that the customer has met. Count the cart that is open, unless it has met one before."""
    journey, at = ctx.journey, ctx.at
    if (known := journey.first_met) is None or at - known.at > SOON:
        journey.first_met = Met(at, row.spot, row.stage, detector)
    if attempts := journey.attempts:
        for step in ("checkout", "cart"):
            attempt = attempts.get(step)
            if attempt is None or attempt.done or not 0 <= at - attempt.at <= REMEMBERED:
                continue
            if attempt.met is None:
                attempt.met = Met(at, row.spot, row.stage, detector, attempt.value, attempt.currency)
                _count(row, CARTS, attempt.met)
            return


def count_kept(aggregates: Aggregates, attempts: Iterable[Attempt]) -> None:
    """Count the carts of these attempts as ordered after all."""
    for attempt in attempts:
        if (met := attempt.met) is not None:
            _count(row_of(aggregates, met), KEPT, met)
            attempt.met = None


def _count(row: PlaceRow, prefix: str, met: Met) -> None:
    row.count(f"{prefix}{met.detector}")
    if met.value is not None:
        row.count(f"{prefix}{met.detector}:{met.currency}", met.value)


def count_contact(ctx: Context, aggregates: Aggregates, at: int) -> None:
    """Count a contact for the first friction that the customer met shortly before."""
    met = ctx.journey.first_met
    if met is not None and 0 <= at - met.at <= SOON:
        row_of(aggregates, met).count(f"{CONTACTS}{met.detector}")
