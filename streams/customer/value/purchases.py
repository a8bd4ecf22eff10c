"""What known customers have bought so far, over all partitions: counts that the tiers keep, told for a shop that knows no places."""

from __future__ import annotations

from schemas.outputs.insights import PurchasesMeasured
from streams.customer.value.thresholds import counts_by_step
from streams.customer.value.tiers import CUSTOMERS, PAST
from streams.insights.intervals import share_of
from streams.insights.naming import insight_id
from streams.state.aggregates import Aggregate, Key


def describe_purchases(key: Key, aggregate: Aggregate) -> PurchasesMeasured:
    """Return the purchases of one currency as they are published. `key` is that of the tiers' row.

    >>> counts = {"customers:91": 2, "past:91": 9_000, "days": 4, "purchases": 5, "again": 1, "gaps": 2, "gap_days": 15}
    >>> found = describe_purchases(("worth", "tiers:EUR"), Aggregate(counts))
    >>> found.currency, found.customers, found.purchases, found.past, found.again.rate, found.days_between
    ('EUR', 2, 5, 9000, 0.5, 7.5)
    """
    currency, counts = key[1].partition(":")[2], aggregate.counts
    customers, gaps = sum(counts_by_step(aggregate, CUSTOMERS).values()), counts.get("gaps", 0)
    return PurchasesMeasured(
        id=insight_id("purchases", currency), currency=currency, customers=customers, purchases=counts.get("purchases", 0),
        past=sum(counts_by_step(aggregate, PAST).values()), again=share_of(counts.get("again", 0), customers), gaps=gaps,
        days_between=round(counts.get("gap_days", 0) / gaps, 2) if gaps else None,
    )  # fmt: skip
