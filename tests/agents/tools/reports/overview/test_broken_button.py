"""The page's data against a run with a pay button that breaks in the seventh week: every figure equals what was planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from markupsafe import escape

from agents.tools.reports.charts.plot import Panels
from agents.tools.reports.charts.rows import Rows
from agents.tools.reports.overview.examples import newest_examples
from agents.tools.reports.overview.gathering import Overview, overview
from agents.tools.reports.overview.harm import Harm, hurt_customers, reason
from agents.tools.reports.overview.page import page
from agents.tools.reports.overview.pictures import pictures
from agents.tools.reports.overview.tables import tables
from agents.tools.reports.overview.telling import card
from schemas.outputs.signals import FrictionOpened
from streams.insights.intervals import share_of
from streams.insights.naming import monday_of
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.totals import all_insights
from tests.agents.tools.reports.overview.broken import BEGUN, BROKEN, DAY, WEEKS, Planted, planted

FIRST = 2_923  # week of BEGUN
RULES = Blueprint(owners={"/pay": "checkout-team", "*": "care"}, holdout=0.0)


@pytest.fixture(scope="module")
def run() -> Planted:
    return planted()


@pytest.fixture(scope="module")
def replay(run: Planted) -> Replay:
    return Replay(Rules(RULES)).run(run.touchpoints(), BEGUN + 7 * WEEKS * DAY)


@pytest.fixture(scope="module")
def found(replay: Replay) -> Overview:
    opened = [each for each in replay.emissions if isinstance(each, FrictionOpened)]
    return overview(all_insights(replay.partition.aggregates.rows, RULES), examples=newest_examples(opened))


@pytest.fixture(scope="module")
def button(found: Overview) -> Harm:
    (harm,) = (each for each in found.harms if each.detector == "rage_click")
    return harm


def test_where_it_hurts(found: Overview, button: Harm, run: Planted) -> None:
    """Mutants caught: native events without a place show nowhere; a burst of six clicks adds six to what its rate is of."""
    assert (button.place, button.channel, button.owner) == ("/pay", "web", "checkout-team")
    assert button.share == share_of(run.rages.total(), run.visits.total())
    assert found.spots["web", "/pay"].visits == run.visits.total()


def test_since_when(button: Harm, run: Planted) -> None:
    """Mutants caught: the change is the worst week; weeks without a friction are left out of the course."""
    assert button.since == monday_of(FIRST + BROKEN)
    assert {week - FIRST: count for week, count in button.opened.items()} == run.rages
    before, since = (range(BROKEN), range(BROKEN, WEEKS))
    assert button.course.before == share_of(sum(run.rages[w] for w in before), sum(run.visits[w] for w in before))
    assert button.course.after == share_of(sum(run.rages[w] for w in since), sum(run.visits[w] for w in since))


def test_a_rise_over_weeks_is_a_surge(found: Overview) -> None:
    """No day has 20 more than usual. Mutants caught: weeks of the rise become the usual; the newest, running week is compared."""
    told = {(each.of, each.scale, each.day) for each in found.surges}
    assert ("rage_click", "week", monday_of(FIRST + BROKEN)) in told
    assert {each.of for each in found.surges} <= {"rage_click", "checkout_abandoned"}


def test_how_many(found: Overview, button: Harm, run: Planted) -> None:
    """Mutants caught: customers of each week added up; one who was hurt before counts as new since the change."""
    assert button.opened.total() == run.rages.total()
    assert (button.customers, button.newly_hurt) == (len(run.hurt), len(run.hurt_since))
    assert len(run.hurt) < sum(run.rages.values())
    assert found.spots["web", "/pay"].customers_hurt == len(run.hurt)
    assert hurt_customers(found.spots.values()) == len(run.hurt | run.late_for)


def test_what_it_costs(button: Harm, run: Planted) -> None:
    """Mutants caught: carts that were ordered after all count; an amount without its currency; contacts go to what followed from it."""
    assert (button.carts, button.carts_left) == (run.rages.total(), run.carts_left)
    assert button.carts_left < button.carts
    assert dict(button.left) == {"EUR": run.left}
    assert button.cost == f"{run.left / 100:,.2f} EUR"
    assert button.contacts == run.calls


def test_whom_to_look_at(button: Harm, run: Planted) -> None:
    """Mutants caught: one customer three times; the oldest in place of the newest."""
    assert len(set(button.examples)) == 3
    assert set(button.examples) <= run.hurt_since


def test_what_to_do_first(found: Overview, button: Harm, run: Planted) -> None:
    """Mutant caught: ranked by how often alone, in which late parcels of every week come before what has just broken."""
    assert found.harms[0] is button
    assert found.worth == (run.brought / len(run.buyers), "EUR")
    said = reason(button, found.worth)
    assert f"{len(run.hurt_since)} customers met it since {button.since}" in said
    assert f"{found.worth[0] / 100:,.2f} EUR" in said


def test_is_it_better(button: Harm) -> None:
    """The button is as broken as in the week it broke. Mutant caught: the weeks before it broke are part of what the newest are held to."""
    assert button.course.verdict == "no clear change"
    assert button.course.low < 0 < button.course.high


def test_each_friction_has_its_own_exposure(found: Overview, run: Planted) -> None:
    """Late parcels are of promised parcels, and checkouts without an order of checkouts. Mutant caught: of all touchpoints there."""
    (late,) = (each for each in found.harms if each.detector == "delivery_late")
    assert (late.share, late.of_what, late.customers) == (share_of(run.late, run.promised), "matters", len(run.late_for))
    assert found.spots["web", "/pay"].step("checkout>order") == share_of(run.orders, run.checkouts)


def test_nothing_is_lost_and_nothing_counts_twice(found: Overview, replay: Replay) -> None:
    """The frictions of all places are those that were published. Mutant caught: what names no place is counted nowhere."""
    published = sum(isinstance(each, FrictionOpened) for each in replay.emissions)
    assert sum(each.opened.total() for each in found.harms) == published
    assert sum(spot.frictions.total() for spot in found.spots.values()) == published


def test_the_page_says_what_each_rate_is_of_and_every_amount_its_currency(found: Overview, button: Harm) -> None:
    """Mutants caught: a column of rates without its definition; an amount in the minor unit."""
    (table,) = (each for each in tables(found, 50) if each.title == "All frictions, in this order")
    assert all(row[table.columns.index("of")] for row in table.rows)
    assert all("EUR" in cell for row in table.rows if (cell := row[table.columns.index("carts left")]).partition(": ")[2] != "-")
    assert button.cost in page(found)
    told = card(button, found.worth)
    for text in (told.title, told.told, *(text for fact in told.facts for text in fact), *told.see):
        assert str(escape(text)) in page(found)
    assert told.see == tuple(f"sojourn explain {customer}" for customer in button.examples)


def test_the_page_prices_what_was_left(found: Overview, run: Planted) -> None:
    """Mutants caught: a bar without its currency; carts that were ordered after all count."""
    costs = next(each for each in pictures(found) if each.name == "costs")
    assert isinstance(costs.chart, Rows)
    assert [row.value for row in costs.chart.rows] == [f"{run.left / 100:,.2f} EUR"]
    assert f"<b>{run.left / 100:,.2f} EUR</b><span>in carts left after a friction</span>" in page(found)


def test_the_dearest_are_drawn_and_all_are_told(button: Harm) -> None:
    """What a company with a hundred places saw: a picture of four screens. Mutants caught: all are drawn; the cheapest; nothing says so."""
    harms = [replace(button, place=f"/p/{number}", left=Counter({"EUR": 100 * number, "USD": 100})) for number in range(1, 31)]
    (costs,) = (each for each in pictures(Overview(harms=harms)) if each.name == "costs")
    assert isinstance(costs.chart, Rows)
    assert [row.value for row in costs.chart.rows] == [f"{30 - number}.00 EUR" for number in range(12)] + ["1.00 USD"] * 12
    assert "24 of 60 are drawn" in costs.reading
    assert len(costs.rows) == 30


def test_the_page_marks_the_week_in_which_it_broke(found: Overview) -> None:
    """Mutant caught: the line stands in the middle of the week before."""
    weekly = next(each for each in pictures(found) if each.name == "courses")
    assert isinstance(weekly.chart, Panels)
    panel = weekly.chart.plots[0]
    assert panel.since == [(BROKEN, f"since {monday_of(FIRST + BROKEN)}")]
    assert panel.strips[BROKEN].words.startswith(f"week of {monday_of(FIRST + BROKEN)}")
    assert panel.strips[BROKEN].left == BROKEN
