"""Purchases that no value holds: how many came without an amount, and how many in a currency that has no rate."""

from __future__ import annotations

from schemas.outputs.insights import PurchasesUnpriced
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.context import Context
from streams.insights.naming import insight_id
from streams.state.aggregates import OTHER, Aggregate, Key

SORT, UNKNOWN = "unpriced", "unknown"  # the first part of the key; the name of the row whose amounts are not known


def count_unpriced(ctx: Context, purchase: OrderPlaced | PurchaseMade) -> None:
    """Count a purchase of a customer that adds nothing to their value."""
    if ctx.is_customer:
        name = UNKNOWN if purchase.value is None else purchase.currency.upper()
        ctx.partition.aggregates.row((SORT, name)).count("purchases")


def describe_unpriced(key: Key, aggregate: Aggregate) -> PurchasesUnpriced:
    """Return one row as it is published.

    >>> [describe_unpriced((SORT, name), Aggregate({"purchases": 3})).words for name in ("USD", UNKNOWN)]
    ['3 purchases in USD are kept apart: the blueprint has no rate for it', '3 purchases came without an amount that can be read']
    """
    count, name = aggregate.counts["purchases"], key[1]
    said = f"{count:,} purchase{'' if count == 1 else 's'}"
    words = (
        f"{said} came without an amount that can be read"
        if name == UNKNOWN
        else f"{said} in {'many other currencies' if name == OTHER else name} are kept apart: the blueprint has no rate for it"
    )
    return PurchasesUnpriced(id=insight_id(*key), currency="" if name == UNKNOWN else name, purchases=count, words=words)
