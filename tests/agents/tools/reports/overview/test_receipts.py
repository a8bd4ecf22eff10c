"""A shop that sends receipts alone sees what its customers do: what names no place is measured by channel, and purchases by themselves."""

from __future__ import annotations

import pytest

from agents.tools.reports.overview.gathering import Overview, overview
from agents.tools.reports.overview.page import page
from agents.tools.reports.overview.tables import tables
from schemas.outputs.insights import ChannelMeasured, Insight, PurchasesMeasured
from schemas.touchpoints import Touchpoint
from streams.insights.channels import measure_channels
from streams.replay import Replay
from streams.story import START, story
from streams.totals import all_insights
from tests.agents.insights.test_role import FakeAnnouncer, agent, give

DAY = 86_400_000
BOUGHT = {"c1": (0, 0, 7, 21), "c2": (2,), "c3": (1, 8), "c5": (4, 4), "anon:4": (3, 5)}  # customer -> days of purchases


def receipts(place: str = "") -> Replay:
    """What the shop's till tells of these customers, each purchase 10 EUR."""
    line = "{day}d store purchase_made {place} receipt={customer}-{number} value=1000 currency=EUR"
    told: list[Touchpoint] = []
    for customer, days in BOUGHT.items():
        lines = (line.format(day=day, place=place, customer=customer, number=number) for number, day in enumerate(days))
        told += story("\n".join(lines), customer)
    told.sort(key=lambda each: each.at)
    return Replay().run(told, START + 22 * DAY)


def insights(replay: Replay) -> list[Insight]:
    return list(all_insights(replay.partition.aggregates.rows))


def shown(found: Overview) -> dict[str, list[tuple[str, ...]]]:
    return {table.title.split(" (")[0]: list(table.rows) for table in tables(found, 9)}


def test_purchases_are_told_of_every_known_customer() -> None:
    """Mutants: two purchases of one day count as bought again; anonymous ones counted; the days of one customer for those of all."""
    (found,) = (each for each in insights(receipts()) if isinstance(each, PurchasesMeasured))
    assert (found.currency, found.customers, found.purchases, found.past) == ("EUR", 4, 9, 9_000)
    assert (found.again.count, found.again.of) == (2, 4)
    assert (found.gaps, found.days_between) == (3, round((7 + 14 + 7) / 3, 2))


def test_a_till_without_places_is_measured_by_its_channel() -> None:
    """Golden. Mutants: only touchpoints at places told; the weeks that are asked for passed over."""
    told = insights(receipts())
    found = shown(overview(told))
    assert found["Measures by channel"] == [("store", "11", "11", "buying 11")]
    assert found["Purchases so far"][0][:5] == ("EUR", "4", "9", "90.00 EUR", "10.00 EUR")
    assert found["Measures by place"] == []
    assert shown(overview(told, 1))["Measures by channel"] == [("store", "1", "1", "buying 1")]
    assert "purchases of known customers" in page(overview(told))


def test_what_is_at_a_place_is_told_apart() -> None:
    """Mutant: touchpoints at a place counted as at none."""
    found = shown(overview(insights(receipts("till-4"))))
    assert found["Measures by channel"] == [("store", "11", "0", "buying 11")]
    assert found["Measures by place"][0][:3] == ("till-4", "store", "11")


@pytest.mark.parametrize("later", [0, 80])
def test_a_week_whose_counts_are_gone_is_withdrawn(later: int) -> None:
    """Mutant: weeks that nobody can add up any more stand in the topic for ever."""
    announcer, replay = FakeAnnouncer(), receipts()
    made = agent(announcer)
    give(made, replay.partition.aggregates)
    made.round()
    weeks = {each.week for each in announcer.said().values() if isinstance(each, ChannelMeasured)}
    assert len(weeks) == 3
    replay.partition.aggregates.forget_old(START + (22 + later) * DAY)
    give(made, replay.partition.aggregates)
    made.round()
    left = {each.week for each in announcer.said().values() if isinstance(each, ChannelMeasured)}
    assert left == (weeks if not later else {each.week for each in measure_channels(replay.partition.aggregates.rows)})
    assert bool(later) == (left < weeks)
