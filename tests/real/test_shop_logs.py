"""Two more files whose mappings are shipped: every row of them is understood."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.real.rehearsed import played

pytestmark = pytest.mark.data


def test_views_carts_and_purchases_of_a_web_shop(shared_folder: Path) -> None:
    file = shared_folder / "rees46" / "2019-Oct-sample.csv"
    shop, log = played("rees46", file), pd.read_csv(file)
    kinds = {"view": "product_viewed", "cart": "cart_updated", "purchase": "order_placed"}
    assert dict(shop.account.kinds) == {kinds[str(kind)]: count for kind, count in log["event_type"].value_counts().items()}
    assert sum(shop.rehearsal.baskets.spent.values()) == (log.loc[log["event_type"] == "purchase", "price"] * 100).round().sum()
    assert shop.account.customers == set(log["user_id"].astype(str))


def test_every_purchase_of_cdnow_counts_with_its_money(shared_folder: Path) -> None:
    file = shared_folder / "cdnow" / "cdnow_sample_2357.csv"
    shop, log = played("cdnow", file), pd.read_csv(file, dtype={"sample_id": str})
    journeys = shop.rehearsal.replay.journeys
    assert len(journeys) == log["sample_id"].nunique() == 2_357
    assert {customer: each.cadence.count for customer, each in journeys.items()} == log.groupby("sample_id").size().to_dict()
    assert shop.rehearsal.baskets.spent["USD"] == (log["dollars"] * 100).round().sum() == 24_409_194
