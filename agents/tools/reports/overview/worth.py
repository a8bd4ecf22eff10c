"""The tables about what customers are worth: purchases, tiers, who was won for good, and whom to win back."""

from __future__ import annotations

from collections.abc import Iterable

from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.table import Table, rate
from schemas.currencies import in_words
from schemas.outputs.insights import MotiveFollowed, PurchasesMeasured, TiersSettled
from streams.customer.value.winback import Lost

HELD_BACK = " (signals of one family lead no higher)"
REASONS = 3  # a line shows so many summands of the risk


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


def to_win_back(lost: Iterable[Lost]) -> Table:
    """Return the table of customers who brought much and have probably gone, with the reasons. Money is in units of the currency."""
    columns = ("customer", "brought", "tier", "expected", "rung", "risk", "last seen", "because")
    weights = ("customer", "brought", "because", "risk", "last seen", "tier", "expected", "rung")
    nothing = "no customer who brought anything has lapsed or is at high risk"
    return Table("To win back (days are UTC)", columns, [_lost(one) for one in lost], nothing, weights)


def _lost(one: Lost) -> tuple[str, ...]:
    expected = "-" if one.expected is None else in_words(one.expected, one.currency)
    told = ", ".join(f"{plain(part.signal)} {part.value:+.2f}" for part in one.because[:REASONS])
    return (
        one.customer,
        f"{in_words(one.past, one.currency)} {one.counted}",
        one.tier or "-",
        expected,
        one.rung,
        f"{one.risk:.0%} {one.band}{HELD_BACK if one.held_back else ''}",
        one.since[:10],
        told or "a silence older than every sign of it",
    )
