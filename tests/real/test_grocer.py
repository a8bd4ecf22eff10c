"""A grocer's baskets: coupon use, and baskets against the customer's own, are those of a plain count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.real.rehearsed import Played, played

pytestmark = pytest.mark.data


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return shared_folder / "completejourney" / "baskets_2017_01_09.csv.gz"


@pytest.fixture
def grocer(file: Path) -> Played:
    return played("completejourney", file)


@pytest.fixture
def baskets(file: Path) -> pd.DataFrame:
    """Every basket in the order of time, money in cents."""
    found = pd.read_csv(file, parse_dates=["ts"]).reset_index().sort_values(["ts", "index"])
    money = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]
    found[money] = (found[money] * 100).round().astype("int64")
    return found.assign(paid=(found["sales_value"] - found["coupon_disc"]).clip(lower=0))


def test_every_basket_is_a_purchase_and_coupon_use_is_that_of_the_tills(grocer: Played, baskets: pd.DataFrame) -> None:
    figures = grocer.rehearsal.baskets
    assert figures.purchases == len(baskets) == 116_704
    assert not grocer.account.repeated
    assert figures.with_coupon == (baskets["coupon_disc"] > 0).sum() == 7_253
    assert figures.spent == {"USD": baskets["paid"].sum()}
    assert figures.discount == {"USD": baskets[["retail_disc", "coupon_disc", "coupon_match_disc"]].sum().sum()}
    assert len(grocer.rehearsal.replay.journeys) == baskets["household_id"].nunique()


def test_a_journey_remembers_the_same(grocer: Played, baskets: pd.DataFrame) -> None:
    """What each journey holds of its purchases is what the file says of the household."""
    by_household = baskets.groupby("household_id")
    counted = by_household.agg(
        paid=("paid", "sum"), number=("basket_id", "size"), coupons=("coupon_disc", lambda each: int((each > 0).sum()))
    )
    journeys = grocer.rehearsal.replay.journeys
    held = {customer: (each.value.spend, each.cadence.count, each.value.coupons) for customer, each in journeys.items()}
    assert held == {f"household-{row.Index}": (row.paid, row.number, row.coupons) for row in counted.itertuples()}


def test_baskets_that_shrink_are_those_of_a_plain_count(grocer: Played, baskets: pd.DataFrame) -> None:
    """The last five baskets of a household with ten or more, 30 % or more under its own mean before."""
    grouped = baskets.groupby("household_id")["paid"]
    number, total = grouped.size(), grouped.sum()
    last = grouped.apply(lambda paid: paid.tail(5).sum())
    known = number >= 10
    shrunk = (last / 5 <= 0.7 * (total - last) / (number - 5)) & known
    figures = grocer.rehearsal.baskets
    assert (figures.compared, figures.declining) == (int(known.sum()), int(shrunk.sum())) == (2_046, 579)
