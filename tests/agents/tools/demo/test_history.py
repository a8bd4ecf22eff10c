"""The year that the demo sends is the year in the tables: nothing skipped, nothing invented but what is marked as ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agents.tools.demo.grocer.shaping import tables
from agents.tools.evaluating.history import History, history, kept_in, of_lines
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CouponApplied, PurchaseMade
from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.messaging import MessageSent
from schemas.writing import rfc3339
from tests.conftest import CACHE

if TYPE_CHECKING:
    from pandas import DataFrame

HOUR = 3_600_000


@pytest.fixture(scope="module")
def touchpoints(year: History) -> list[Touchpoint]:
    return year.touchpoints()


@pytest.fixture(scope="module")
def found() -> dict[str, DataFrame]:
    return tables()


def test_every_basket_is_one_receipt_and_every_cent_is_there(touchpoints: list[Touchpoint], found: dict[str, DataFrame]) -> None:
    """Money is compared in whole cents: a sum of floats would hide a lost line."""
    lines, receipts = found["transactions"], [t for t in touchpoints if isinstance(t, PurchaseMade)]
    assert len(receipts) == lines["basket_id"].nunique() == 155_848
    shop = (lines["sales_value"] * 100).round().astype(int)
    coupons = (lines["coupon_disc"] * 100).round().astype(int)
    paid = (shop - coupons).groupby(lines["basket_id"]).sum().clip(lower=0).sum()  # no receipt is worth less than nothing
    by_manufacturers = coupons.sum()
    matched = (lines["coupon_match_disc"] * 100).round().astype(int).sum()
    by_card = (lines["retail_disc"] * 100).round().astype(int).sum()
    assert sum(r.value or 0 for r in receipts) == paid
    assert sum(r.discount or 0 for r in receipts) == by_card + matched + by_manufacturers
    assert sum(r.coupon_discount or 0 for r in receipts) == matched + by_manufacturers


def test_every_targeting_and_every_redemption_is_there(touchpoints: list[Touchpoint], found: dict[str, DataFrame]) -> None:
    kinds = Counter(type(t) for t in touchpoints)
    assert kinds[MessageSent] == len(found["campaigns"]) == 6_589
    assert kinds[CouponApplied] == len(found["coupon_redemptions"]) == 2_102
    assert kinds.keys() == {PurchaseMade, MessageSent, CouponApplied, ConsentChanged}


def test_a_redemption_stays_on_its_day(touchpoints: list[Touchpoint]) -> None:
    """Its hour is borrowed from a receipt of the same household, which must be one of the same day."""
    for coupon in (t for t in touchpoints if isinstance(t, CouponApplied)):
        day = coupon.id.rpartition("-")[2]
        assert f"{_date(coupon.at)}" == day


def test_only_the_consents_are_ours_and_come_first(touchpoints: list[Touchpoint], found: dict[str, DataFrame]) -> None:
    households = found["transactions"]["household_id"].nunique()
    ours = [t for t in touchpoints if t.source == "demo"]
    assert all(isinstance(t, ConsentChanged) for t in ours)
    assert len(ours) == 2 * households
    first: dict[str, Touchpoint] = {}
    for touchpoint in touchpoints:
        first.setdefault(touchpoint.customer, touchpoint)
    assert len(first) == households == 2_469
    assert all(isinstance(t, ConsentChanged) for t in first.values())


def test_the_year_is_sorted_and_no_id_comes_twice(year: History, touchpoints: list[Touchpoint]) -> None:
    assert list(year.times) == sorted(year.times)
    assert len({t.id for t in touchpoints}) == len(touchpoints) == len(year)
    assert year.until > year.times[-1]
    assert year.until - year.times[-1] <= 24 * HOUR


def test_some_households_keep_all_of_their_own_touchpoints(year: History) -> None:
    few = year.of(60)
    chosen = set(few.customers)
    assert len(chosen) == 60
    assert len(few) == sum(customer in chosen for customer in year.customers)
    assert set(year.of(40).customers) < chosen  # a smaller share is part of a larger one


def test_a_history_splits_at_a_moment(year: History) -> None:
    cut = year.times[-1] - 24 * HOUR
    early, late = year.split(cut)
    assert early.lines + late.lines == year.lines
    assert early.times[-1] < cut <= late.times[0]


def test_the_second_reading_comes_from_the_cache(tmp_path: Path, year: History, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_in(tmp_path).write_bytes(kept_in(CACHE).read_bytes())
    monkeypatch.setattr("agents.tools.demo.grocer.shaping.tables", lambda: pytest.fail("the tables were read again"))
    assert history(tmp_path) == year


def test_an_empty_history_ends_at_zero() -> None:
    assert of_lines([]).until == 0


def _date(ms: int) -> str:
    return rfc3339(ms)[:10].replace("-", "")
