"""Insights drawn together: counts add up over weeks and stages, tables and page say the same, and nothing is drawn of nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from markupsafe import escape

from agents.tools.reports.charts.heat import Heat
from agents.tools.reports.charts.plot import Panels
from agents.tools.reports.charts.rows import Rows
from agents.tools.reports.charts.ways import Ways
from agents.tools.reports.overview.gathering import Overview, overview
from agents.tools.reports.overview.page import page
from agents.tools.reports.overview.pictures import ENOUGH, pictures
from agents.tools.reports.overview.tables import tables
from schemas.durations import DAY, week_of
from schemas.outputs.alarms import StepBlocked
from schemas.outputs.figures import Mean, Times
from schemas.outputs.insights import Insight, MotiveFollowed, PathTaken, PlaceMeasured, TargetMissed, TiersSettled
from streams.insights.intervals import share_of
from streams.insights.measures import DEFINITIONS
from streams.insights.naming import monday_of
from tests.agents.tools.reports.overview.town import touchpoints, town

CUSTOMERS = 300


@pytest.fixture(scope="module")
def insights() -> list[Insight]:
    return town(CUSTOMERS)


@pytest.fixture(scope="module")
def found(insights: list[Insight]) -> Overview:
    return overview(insights)


def test_what_was_counted_is_what_was_told(found: Overview) -> None:
    """Mutants: a stage or a week left out, or added twice."""
    told = Counter((each.channel, each.place) for each in touchpoints(CUSTOMERS) if each.place)
    assert {at: spot.volume for at, spot in found.spots.items()} == told
    assert [spot.volume for spot in found.spots.values()] == sorted(told.values(), reverse=True)
    refused = Counter(each.channel for each in touchpoints(CUSTOMERS) if type(each).__name__ == "PaymentFailed")
    for channel in ("web", "app"):
        spot = found.spots[channel, "/checkout"]
        assert spot.frictions["payment_failed"] == refused[channel]
        begun = sum(type(each).__name__ == "CheckoutStarted" and each.channel == channel for each in touchpoints(CUSTOMERS))
        assert spot.friction == share_of(refused[channel], begun)  # each of these visits begins one checkout, and is refused once
        assert spot.step("checkout>order") == share_of(begun - refused[channel], begun)
        assert spot.owner == "shop"


def test_rates_over_weeks_are_those_of_all_their_counts(insights: list[Insight], found: Overview) -> None:
    """Mutant: a mean of weekly rates, in which a quiet week weighs as much as a busy one."""
    weekly = [each.shares["csat"] for each in insights if isinstance(each, PlaceMeasured) and "csat" in each.shares]
    assert len(weekly) > 2
    csat = found.spots["email", "survey"].share("csat")
    assert csat == share_of(sum(each.count for each in weekly), sum(each.of for each in weekly))
    assert found.spots["web", "/home"].share("csat") is None
    assert found.spots["web", "/home"].mean("ces") is None


def test_means_are_weighted_by_their_answers() -> None:
    def week(monday: str, count: int, mean: float) -> PlaceMeasured:
        return PlaceMeasured(
            id=monday, week=monday, channel="call", stage="using", place="hotline", means={"ces": Mean(count=count, mean=mean)}
        )

    found = overview([week("2026-01-05", 9, 5.0), week("2026-01-12", 1, 1.0)])
    assert found.spots["call", "hotline"].mean("ces") == pytest.approx(4.6)


def test_the_newest_weeks_leave_the_older_ones_out(insights: list[Insight], found: Overview) -> None:
    newest = overview(insights, 2)
    assert newest.weeks == found.weeks[-2:]
    assert {each.week for each in newest.misses} <= set(newest.weeks)
    paths = [each for each in insights if isinstance(each, PathTaken) and each.week in newest.weeks and each.sort == "place" and each.start]
    assert newest.ways.total() == sum(each.times.count for each in paths) < found.ways.total()
    assert newest.moments == found.moments


def test_the_title_names_the_weeks_in_which_customers_did_something(insights: list[Insight], found: Overview) -> None:
    """Time goes on after the last visit: customers lapse in weeks without one. Mutants: every week of an insight; no word of a gap."""
    mondays = {monday_of(week_of(each.at // DAY)) for each in touchpoints(CUSTOMERS)}
    assert {each.week for each in insights if isinstance(each, PathTaken)} - mondays
    assert found.weeks == sorted(mondays)
    assert f"The weeks of {min(mondays)} to {max(mondays)}, by UTC: where customers went" in page(found)
    assert "(3 of these 4 weeks)" in page(replace(found, weeks=[found.weeks[0], *found.weeks[2:]]))


def test_misses_name_who_answers_and_by_how_much(insights: list[Insight], found: Overview) -> None:
    assert len(found.misses) == sum(isinstance(each, TargetMissed) for each in insights) > 0
    table = {table.title: table for table in tables(found, 100)}["Missed targets"]
    assert {(row[1], row[2], row[-1]) for row in table.rows} == {("friction_rate", "/checkout", "shop"), ("csat", "survey", "care")}
    assert [row[0] for row in table.rows] == sorted((row[0] for row in table.rows), reverse=True)


def test_where_the_checkout_refuses_customers_leave(found: Overview) -> None:
    """The town is made so: whom it refuses seldom comes back."""
    moments = {(each.channel, each.place): each for each in found.moments}
    assert moments["web", "/checkout"].clear
    assert found.moments[0].place == "/checkout"


def test_tiers_and_who_was_won_are_told_of_all_time(insights: list[Insight], found: Overview) -> None:
    """The town's customers buy for one sum: who came oftenest is at the top. Mutants caught: either left out, or cut with the weeks."""
    table = {table.title: table for table in tables(found, 100)}
    settled = next(each for each in insights if isinstance(each, TiersSettled))
    assert [row[0] for row in table["Tiers of customers by what they brought"].rows] == ["top", "middle", "base"]
    assert sum(int(row[2]) for row in table["Tiers of customers by what they brought"].rows) == settled.customers
    assert overview(insights, 1).tiers == found.tiers == settled
    two = [
        MotiveFollowed(id=quarter, quarter=quarter, motive="bargain", won=share_of(2, 8), already=4, won_of_others=share_of(2, 4))
        for quarter in ("2026-Q2", "2026-Q1")
    ]
    (rows,) = (table.rows for table in tables(overview(two, 1), 100) if table.title == "Won for good")
    assert [(row[0], row[2], row[4]) for row in rows] == [("2026-Q1", "8", "4"), ("2026-Q2", "8", "4")]


def test_tables_are_cut_and_say_where_there_is_nothing(found: Overview) -> None:
    cut = list(tables(found, 3))
    assert all(len(table.rows) <= 6 for table in cut)
    assert all(len(row) == len(table.columns) for table in cut for row in table.rows)
    empty = list(tables(overview([]), 3))
    assert all(not table.rows and table.nothing for table in empty)


class Cells(HTMLParser):
    """The tables of a page, cell by cell."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self._in_cell = tag in ("td", "th")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1].append(data)


def test_the_page_holds_every_picture_with_its_numbers(found: Overview) -> None:
    html = page(found)
    drawn = pictures(found)
    assert [each.name for each in drawn] == ["courses", "heat", "costs", "moments", "funnel", "paths", "stage-flow"]
    shown = [each.name for each in drawn if each.chart.drawn]
    assert re.findall(r'<section id="([a-z-]+)">', html) == ["first", *shown, "tables"]  # the order of the questions
    assert all(f'id="picture-{name}"' in html for name in shown)
    (costs,) = (each for each in drawn if not each.chart.drawn)  # no cart of the town has a worth
    assert f"<li><b>What it costs.</b> {escape(costs.missing)}</li>" in html
    cells = Cells()
    cells.feed(html[html.index("<main>") :])
    assert ["friction_rate", "/checkout"] in [row[1:3] for row in cells.rows]
    taken = {row[0]: int(row[2].replace(",", "")) for row in cells.rows if row and row[0] == "checkout>order"}
    assert taken == {"checkout>order": sum(type(each).__name__ == "CheckoutStarted" for each in touchpoints(CUSTOMERS))}
    assert not re.search(r"(src|href)\s*=|@import|url\(|https?:|<script|<link", html)


def test_a_rate_of_few_is_not_drawn(found: Overview) -> None:
    heat = next(each for each in pictures(found) if each.name == "heat")
    assert isinstance(heat.chart, Heat)
    shown = {(channel, place): value for place, row in zip(heat.chart.rows, heat.chart.cells, strict=True)
             for channel, value in zip(heat.chart.columns, row, strict=True)}  # fmt: skip
    for at, spot in found.spots.items():
        assert (shown[at] is not None) == (spot.volume >= ENOUGH)


def test_the_funnel_narrows_by_rates_that_say_what_they_are_of(found: Overview) -> None:
    """Mutants caught: counts of each step in place of what is left of 100; a rate without its definition."""
    funnel = next(each for each in pictures(found) if each.name == "funnel")
    assert isinstance(funnel.chart, Rows)
    bars = [row.bar for row in funnel.chart.rows]
    assert bars == sorted(bars, reverse=True)
    assert [row.name for row in funnel.chart.rows] == ["product viewed", "cart filled", "checkout begun", "order placed"]
    left = 100.0
    for (name, definition, taken, went, *_), row in zip(funnel.rows, funnel.chart.rows[1:], strict=True):
        left *= went / taken
        assert row.bar == pytest.approx(left, abs=0.1)
        assert definition == DEFINITIONS[name]
        assert row.remark.endswith(f"of {definition}: {went:,} of {taken:,}")


def test_the_ways_are_one_graph_in_which_a_place_stands_once(found: Overview) -> None:
    """Mutants caught: a place stands once for each channel; a way of the table has no arc."""
    ways = next(each for each in pictures(found) if each.name == "paths")
    assert isinstance(ways.chart, Ways)
    names = [stop.name for stop in ways.chart.stops]
    assert len(names) == len(set(names))
    assert set(names) <= {place for _, place in found.spots}
    assert sum(way.times for way in ways.chart.ways) == sum(int(row[2].replace(",", "")) for row in ways.rows)
    assert [names.index(place) for place in ("/home", "/shop", "/product", "/cart", "/checkout")] == sorted(
        names.index(place) for place in ("/home", "/shop", "/product", "/cart", "/checkout")
    )


def test_each_week_is_drawn_with_its_interval(found: Overview) -> None:
    """Mutant caught: only the newest weeks."""
    weekly = next(each for each in pictures(found) if each.name == "courses")
    assert isinstance(weekly.chart, Panels)
    for panel, harm in zip(weekly.chart.plots, found.harms, strict=False):
        (series,) = panel.series
        drawn = [share_of(harm.hit[week], harm.of[week]) for week in sorted(harm.of) if harm.of[week]]
        assert [each.y for each in series.dots] == [100 * each.rate for each in drawn]
        assert [(each.low, each.high) for each in series.area] == [(100 * each.low, 100 * each.high) for each in drawn]


def test_a_page_of_many_places_and_weeks_is_small(insights: list[Insight]) -> None:
    """A thousand places, each hurt in each week, with long names. Mutant caught: all places in the pictures and tables."""
    weekly = [each for each in insights if isinstance(each, PlaceMeasured) and each.place == "/checkout"]
    many = [msgspec.structs.replace(each, place=f"/{number}{'x' * 200}") for each in weekly for number in range(1_000)]
    html = page(overview([*insights, *many]))
    assert 50_000 < len(html.encode()) <= 1_500_000


def test_what_a_pointer_shows_a_keyboard_reaches(found: Overview) -> None:
    """Numbers stand in tables behind buttons; what scrolls can be reached, and each name. Mutant caught: `tabindex` left out."""
    html = page(found)
    assert html.count("<details") >= html.count("<figure")
    for part in re.findall(r'<div class="(?:scroll|wide)"[^>]*>|<li class="k[^>]*>', html):
        assert 'tabindex="0"' in part


def test_a_page_of_nothing_says_so() -> None:
    html = page(overview([]))
    assert "Nothing was measured yet." in html
    assert "<figure" not in html
    for each in pictures(overview([])):
        assert f"<li><b>{each.title}.</b> {escape(each.missing)}</li>" in html


def test_text_from_outside_stays_text() -> None:
    """A place is named by whoever sends touchpoints."""
    evil = '<script>alert("x")</script>'
    found = overview([PlaceMeasured(id="1", week="2026-01-05", channel="web", stage="using", place=evil, volume=99)])
    main = page(found)[page(found).index("<main>") :]
    assert "<script>alert" not in main


def test_a_step_whose_newest_record_is_old_is_not_blocked_now() -> None:
    """The record of a running day says that the step stands, and none follows when it recovers. Mutant: what the record says."""
    common: dict[str, Any] = {
        "channel": "web", "place": "/pay", "since": "", "until": "", "stands": True, "came": 9, "got_on": 1, "expected": 8.0, "beyond": 9.0,
        "share": 0.1, "usual": 0.9, "weeks": 5, "asked": 0, "usually_asked": 0.0, "severity": 4, "limits": {}, "words": "",
    }  # fmt: skip
    seen: dict[str, Any] = {
        "sort": "stage",
        "channel": "web",
        "start": "unaware",
        "end": "exploring",
        "times": Times(count=3, mean=2.0, median=2.0, p90=2.0),
    }
    weeks = [PathTaken(id=week, week=week, **seen) for week in ("2026-01-05", "2026-01-12", "2026-01-19")]
    blocked = [StepBlocked(id=day, day=day, first=day, **common) for day in ("2026-01-16", "2026-01-20")]
    assert [(each.day, each.stands) for each in overview([*weeks, *blocked]).blocked] == [("2026-01-20", True), ("2026-01-16", False)]
