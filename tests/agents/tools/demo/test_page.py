"""The report holds its numbers: every picture is drawn from what was found, and the page needs nothing but itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import copy
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.page import facts, page
from agents.tools.demo.grocer.pictures import pictures, places
from agents.tools.demo.grocer.sent import summed
from agents.tools.demo.measured import Latency, Measured
from agents.tools.demo.story import Story
from agents.tools.evaluating.history import of_lines
from agents.tools.reports.charts.flow import Flow
from agents.tools.reports.charts.heat import Heat
from agents.tools.reports.charts.plot import Plot
from agents.tools.reports.charts.rows import Rows
from agents.tools.reports.chronicle.entries import chronicle
from agents.tools.reports.drawing import Chart, Picture
from schemas.touchpoints.browsing import PageViewed
from tests.agents.tools.demo.replayed import Replayed

PICTURES = ("risk-bands", "signals", "stage-flow", "loyalty-ladder", "decisions", "funnel", "offers", "customer")


class Tables(HTMLParser):
    """The tables of numbers on the page, by picture."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self._table = ""
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._table = dict(attrs).get("data-picture") or ""
            self.rows[self._table] = []
        elif tag == "tr":
            self.rows[self._table].append([])
        elif tag == "td":
            self._in_cell = True
            self.rows[self._table][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[self._table][-1][-1] += data


def of_weeks(chart: Chart) -> dict[str, float]:
    """What the columns of a chart stand for, by name."""
    assert isinstance(chart, Plot)
    return {each.name: sum(box.high - box.low for box in each.columns) for each in chart.series}


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured(sent=10, became={"applied": 9, "rejected": 1}, seconds=2.0, replayed=5_000, from_log=Latency(7, 120.0, 480.0))


@pytest.fixture(scope="module")
def html(few: Replayed, measured: Measured) -> str:
    return page(few.found, few.sent, few.found.figures(few.sent.customers), measured, few.story())


@pytest.fixture(scope="module")
def rows(html: str) -> dict[str, list[list[str]]]:
    tables = Tables()
    tables.feed(html)
    return {name: [row for row in found if row] for name, found in tables.rows.items()}


@pytest.fixture(scope="module")
def drawn(few: Replayed, measured: Measured) -> dict[str, Picture]:
    """The pictures on the page."""
    told = facts(few.found, few.sent, few.found.figures(few.sent.customers), measured, few.story())
    return {each.name: each for row in [*told["pictures"], (told["customer"],)] for each in row}


def test_every_picture_is_there_with_its_numbers(html: str, rows: dict[str, list[list[str]]], drawn: dict[str, Picture]) -> None:
    assert tuple(rows) == tuple(drawn) == PICTURES
    for name in PICTURES:
        assert f'<figure id="picture-{name}"' in html, name
        assert rows[name], name
        assert drawn[name].chart.drawn, name


def test_a_picture_of_zeros_is_left_out_and_says_what_would_fill_it(html: str, few: Replayed) -> None:
    """No signal of a till names a place. Mutants caught: `drawn` is always true; a picture that is left out is not spoken of."""
    empty = [each for each in pictures(few.found, few.sent) if not each.chart.drawn]
    assert [each.title for each in empty] == ["Where it happens"]
    assert all(f"<li><b>{each.title}.</b> {each.missing}</li>" in html for each in empty)
    assert '<section id="places">' not in html
    assert "<b>0</b>" not in html


def test_the_bars_of_the_signals_are_the_signals(drawn: dict[str, Picture], few: Replayed) -> None:
    told = {name.replace(" ", "_"): n for name, n in of_weeks(drawn["signals"].chart).items()}
    assert told == dict(few.found.churn + few.found.frictions)


def test_the_flows_carry_every_move(html: str, drawn: dict[str, Picture], few: Replayed) -> None:
    """Mutant caught: names of one side that are no names of the other are left out."""
    chart = drawn["stage-flow"].chart
    assert isinstance(chart, Flow)
    assert sum(band.moves for band in chart.bands) == few.found.moves.total() == few.found.records["StageEntered"]
    assert [len(chart.left), len(chart.right)] == [len({a for a, _ in few.found.moves}), len({b for _, b in few.found.moves})]
    assert html.count('class="band ') == len(few.found.moves) + len(few.found.climbs)


def test_the_names_of_a_flow_have_room_of_their_own(drawn: dict[str, Picture]) -> None:
    """They stand beside the bands, and no two at one height. Mutant caught: rooms as high as the bars alone."""
    chart = drawn["loyalty-ladder"].chart
    assert isinstance(chart, Flow)
    for side in (chart.left, chart.right):
        assert all(a.room + a.room_high <= b.room and a.room_high >= 36 for a, b in pairwise(side))
        assert all(each.room <= each.top and each.top + each.high <= each.room + each.room_high for each in side)


def test_the_funnel_narrows_to_the_offers(drawn: dict[str, Picture], few: Replayed) -> None:
    chart = drawn["funnel"].chart
    assert isinstance(chart, Rows)
    counts = [row.bar for row in chart.rows]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == few.found.outcomes["offered"]
    assert counts[0] == few.found.removed.total() + few.found.outcomes["offered"]


def test_the_decisions_and_offers_add_up(drawn: dict[str, Picture], rows: dict[str, list[list[str]]], few: Replayed) -> None:
    chart = drawn["decisions"].chart
    assert isinstance(chart, Rows)
    assert sum(row.bar for row in chart.rows) == few.found.outcomes.total() == few.found.records["DecisionMade"]
    assert sum(of_weeks(drawn["offers"].chart).values()) == few.found.records["OfferMade"]
    assert {name.replace(" ", "_"): int(n.replace(",", "")) for name, n in rows["offers"]} == dict(few.found.offers)


def test_the_last_week_of_the_bands_is_where_customers_stand(rows: dict[str, list[list[str]]], few: Replayed) -> None:
    _, calm, watch, high, critical = rows["risk-bands"][-1]
    bands = few.found.at_end("band", "calm", few.sent.customers)
    told = {"calm": int(calm), "watch": int(watch), "high": int(high), "critical": int(critical)}
    assert {band: n for band, n in told.items() if n} == bands


def test_the_heat_map_shows_visits_that_were_sent(few: Replayed) -> None:
    """As if every visit of the busiest place had met a friction. Mutant caught: visits of all weeks below each cell."""
    visits = Counter[str]()
    for (place, _), n in few.sent.visits.items():
        visits[place] += n
    busiest = max(sorted(visits), key=lambda place: visits[place])
    found = copy(few.found)
    found.placed = Counter({at: n for at, n in few.sent.visits.items() if at[0] == busiest})
    made = places.picture(found, few.sent)
    assert isinstance(made.chart, Heat)
    assert made.chart.drawn
    assert {value for name, cells in zip(made.chart.rows, made.chart.cells, strict=True) for value in cells if name == busiest} <= {
        None,
        100.0,
    }
    for place, told, signals, _ in made.rows:
        assert (told, signals) == (visits[place], visits[place] * (place == busiest))


def test_the_page_stands_alone_and_is_small(html: str) -> None:
    """No file, font or script is fetched from anywhere, no script runs, and the page is at most 1.5 MB."""
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(|https?:|<script|<link""", html)
    assert len(html.encode()) <= 1_500_000
    assert "120 / 480 ms" in html
    assert "10 sent = 9 applied + 1 rejected" in html


def test_what_is_assumed_and_not_claimed_is_said(html: str) -> None:
    assert "Consent to marketing by post and e-mail is assumed" in html
    assert "no effect is claimed" in html


def test_names_from_outside_are_only_text(measured: Measured) -> None:
    """A customer may be called anything; the page must not run it."""
    evil = "</script><img src=x onerror=alert(1)>"
    line = json.dumps({"kind": "page_viewed", "id": "e1", "customer": evil, "at": 1_500_000_000_000, "page": "/"}).encode()
    history, found = of_lines([line]), Findings()
    touched = PageViewed(id="e1", customer=evil, at=1_500_000_000_000, page=evil, place=evil, channel="store")
    html = page(found, summed(history), found.figures(1), measured, Story(evil, chronicle([touched], [])))
    assert evil not in html
    assert "<img" not in html


def test_a_year_without_any_finding_still_has_a_page(measured: Measured) -> None:
    found, sent = Findings(), summed(of_lines([]))
    assert "What this shows" in page(found, sent, found.figures(0), measured, Story("nobody", []))
