"""A web shop's clickstream: funnel and paths are those of a plain count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.real.rehearsed import Played, played

pytestmark = pytest.mark.data


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return shared_folder / "simple_shop" / "simple-onlineshop.csv.gz"


@pytest.fixture
def shop(file: Path) -> Played:
    return played("simple_shop", file)


@pytest.fixture
def events(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, parse_dates=["timestamp"]).sort_values("timestamp", kind="stable")


def test_every_row_is_understood(shop: Played, events: pd.DataFrame) -> None:
    assert shop.account.understood == len(events) == 32_283
    assert not shop.account.refused
    assert not shop.account.repeated
    assert len(shop.rehearsal.replay.journeys) == events["user_id"].nunique() == 3_751


def test_the_funnel_is_that_of_a_plain_count(shop: Played, events: pd.DataFrame) -> None:
    """Each step after the one before it, per customer, by pandas alone; and the figures, so that neither side drifts."""
    steps = ["catalog", "cart", "delivery_choice", "payment_choice", "payment_done"]
    came = pd.Series(pd.Timestamp.min, index=events["user_id"].unique())
    counted = []
    for step in steps:
        at_step = events[events["event"] == step]
        after = at_step[at_step["timestamp"] > at_step["user_id"].map(came)]
        came = after.groupby("user_id")["timestamp"].min()
        counted.append(len(came))
    assert list(shop.rehearsal.reached) == counted == [3_611, 1_924, 1_356, 958, 653]


def test_the_paths_are_those_of_a_plain_count(shop: Played, events: pd.DataFrame) -> None:
    pairs = pd.DataFrame({"left": events.groupby("user_id")["event"].shift(), "to": events["event"]}).dropna()
    counted = pairs.groupby(["left", "to"]).size().reset_index(name="times")
    assert dict(shop.rehearsal.paths) == {(row.left, row.to): row.times for row in counted.itertuples()}
    assert shop.rehearsal.paths["main", "catalog"] == 4_064
    assert shop.rehearsal.paths.total() == 32_283 - 3_751


def test_carts_left_behind_are_friction_and_paid_ones_are_not(shop: Played, events: pd.DataFrame) -> None:
    """A checkout without an order for 30 minutes, counted per checkout that is not followed by another within them."""
    minutes = pd.Timedelta(minutes=30)
    marks = events[events["event"].isin(["delivery_choice", "payment_done"])].copy()
    marks["next"] = marks.groupby("user_id")["timestamp"].shift(-1)
    waited = marks[(marks["event"] == "delivery_choice") & ~(marks["next"] - marks["timestamp"] <= minutes)]
    found = shop.rehearsal.found
    assert found.opened["checkout_abandoned"] + found.repeated["checkout_abandoned"] == len(waited)
