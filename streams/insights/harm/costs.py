"""What a friction may have cost: carts that were open when it was met and led to no order, and contacts soon after it.

**Assumptions**: a cart counts for the first friction that its customer met while it was open. It counts as left until an order follows.
A contact counts for the first friction within the 2 days before it: those in between often follow from that one. Neither is proof of a
cause: some carts are left anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.durations import DAY
from streams.context import Context
from streams.insights.harm.names import CARTS, CONTACTS, KEPT
from streams.state import Attempt, Met
from streams.state.aggregates import Aggregate, Aggregates, Key

SOON = 2 * DAY  # ms from a friction to the contact that it may have caused [ours]
REMEMBERED = 7 * DAY  # ms for which a cart counts as open


def currency_of(ctx: Context, told: Any) -> str:
    """Return the currency of an amount: the one that it names, else the company's, else that of the customer's purchases."""
    return told.currency.upper() or ctx.rules.exchange.currency or ctx.journey.value.currency


def count_met(ctx: Context, row: Aggregate, key: Key, detector: str) -> None:
    """Note the friction that the customer has met. Count the cart that is open, unless it has met one before."""
    _, week, channel, stage, place = key
    met, attempts = Met(ctx.at, week, channel, stage, place, detector), ctx.journey.attempts
    known = ctx.journey.first_met
    if known is None or ctx.at - known.at > SOON:
        ctx.journey.first_met = met
    for step in ("checkout", "cart"):
        attempt = attempts.get(step)
        if attempt is None or attempt.done or not 0 <= ctx.at - attempt.at <= REMEMBERED:
            continue
        if attempt.met is None:
            met.value, met.currency = attempt.value, attempt.currency
            attempt.met = met
            _count(row, CARTS, met)
        return


def count_kept(aggregates: Aggregates, attempts: Iterable[Attempt]) -> None:
    """Count the carts of these attempts as ordered after all."""
    for attempt in attempts:
        if (met := attempt.met) is not None:
            _count(aggregates.row(("place", met.week, met.channel, met.stage, met.place)), KEPT, met)
            attempt.met = None


def _count(row: Aggregate, prefix: str, met: Met) -> None:
    row.count(f"{prefix}{met.detector}")
    if met.value is not None:
        row.count(f"{prefix}{met.detector}:{met.currency}", met.value)


def count_contact(ctx: Context, aggregates: Aggregates, at: int) -> None:
    """Count a contact for the first friction that the customer met shortly before."""
    met = ctx.journey.first_met
    if met is not None and 0 <= at - met.at <= SOON:
        aggregates.row(("place", met.week, met.channel, met.stage, met.place)).count(f"{CONTACTS}{met.detector}")
