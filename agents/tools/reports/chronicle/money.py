"""The money in a timeline, in words: each currency for itself, and how many purchases came without an amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from agents.tools.reports.chronicle.entries import Entry
from schemas.currencies import in_words
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade


def sums(run: Iterable[Entry]) -> str:
    """Return what the `value` of these entries adds up to, each currency for itself; empty if there is none."""
    added = Counter[str]()
    for each in run:
        if value := getattr(each.record, "value", None):
            added[getattr(each.record, "currency", "")] += value
    return " and ".join(in_words(total, currency) for currency, total in added.items())


def bought(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what the customer has bought for, as it was told; what of it was paid back; and how many amounts are unknown.

    An order and its receipt count once.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> told = "0 web order_placed order=o1 value=1250 currency=EUR\\n1d web order_placed order=o2 value=1500 currency=JPY"
    >>> list(bought(chronicle(story(f"{told}\\n2d web order_placed order=o3"), [])))
    ['bought for 12.50 EUR and 1,500 JPY', '1 purchase of unknown value']
    """
    purchases: dict[str, Entry] = {}
    refunds: list[Entry] = []
    for each in entries:
        if isinstance(each.record, OrderRefunded) and not each.again:
            refunds.append(each)
        if isinstance(each.record, PurchaseMade):
            purchases.setdefault(each.record.order or each.record.receipt, each)
        elif isinstance(each.record, OrderPlaced):
            purchases.setdefault(each.record.order, each)
    if spent := sums(purchases.values()):
        yield f"bought for {spent}"
    if back := sums(refunds):
        yield f"{back} paid back"
    if unknown := sum(getattr(each.record, "value", None) is None for each in purchases.values()):
        yield f"{unknown:,} purchase{'' if unknown == 1 else 's'} of unknown value"
