"""The tables about what customers are worth: purchases, tiers, and who was won for good."""

from __future__ import annotations

from collections.abc import Iterable

from agents.tools.reports.overview.table import Table, rate
from schemas.currencies import in_words
from schemas.outputs.insights import MotiveFollowed, PurchasesMeasured, TiersSettled


def purchases(bought: Iterable[PurchasesMeasured]) -> Table:
    """Return the table of what known customers bought so far. Money is in units of the currency."""
    columns = ("currency", "customers", "purchases", "brought", "a purchase", "bought again", "days between")
    rows = [
        (
            each.currency or "-", f"{each.customers:,}", f"{each.purchases:,}", in_words(each.past, each.currency),
            in_words(round(each.past / each.purchases), each.currency), rate(each.again),
            "-" if each.days_between is None else f"{each.days_between:.1f}",
        )
        for each in bought
    ]  # fmt: skip
    weights = ("customers", "purchases", "brought", "bought again", "days between", "currency", "a purchase")
    return Table("Purchases so far", columns, rows, "no known customer has bought for a known amount", weights)


def tiers(settled: TiersSettled | None) -> Table:
    """Return the table of tiers and what their customers brought. Money is in units of the currency."""
    rows = [
        (
            name,
            "-" if settled is None or tier.least is None else in_words(tier.least, settled.currency),
            f"{tier.customers.count:,}",
            rate(tier.customers),
            f"{tier.brings:.1%}",
        )
        for name, tier in (settled.tiers.items() if settled else ())
    ]
    return Table("Tiers of customers by what they brought", ("tier", "from", "customers", "of all", "brought"), rows, "too few have bought")


def followed(cohorts: list[MotiveFollowed]) -> Table:
    """Return the table of bargain and impulse buyers by quarter, newest last: how many became loyal (won for good)."""
    columns = ("quarter", "motive", "customers", "loyal since", "loyal before", "loyal since, of the others")
    rows = [
        (each.quarter, each.motive, f"{each.won.of:,}", rate(each.won), f"{each.already:,}", rate(each.won_of_others)) for each in cohorts
    ]
    return Table("Won for good", columns, rows, "no bargain or impulse buyer was seen yet")
