"""The report holds its numbers: every picture is drawn from what was found, and the page needs nothing but itself."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from agents.tools.demo.findings import Findings
from agents.tools.demo.measured import Latency, Measured
from agents.tools.demo.page import Story, page
from agents.tools.demo.sent import summed
from agents.tools.evaluating.history import of_lines
from agents.tools.reports.chronicle.entries import chronicle
from schemas.touchpoints.browsing import PageViewed
from tests.agents.tools.demo.replayed import Replayed

PICTURES = ("risk-bands", "signals", "places", "stage-flow", "loyalty-ladder", "decisions", "funnel", "offers", "customer")


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


def figure_of(html: str, name: str) -> list[dict[str, Any]]:
    """The traces that plotly is given for a picture."""
    given = html.split(f'<div id="picture-{name}"></div><script type="application/json" class="numbers">', maxsplit=1)[1]
    traces = json.loads(given.partition("</script>")[0])["data"]
    assert isinstance(traces, list)
    return traces


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured(sent=10, became={"applied": 9, "rejected": 1}, seconds=2.0, replayed=5_000, from_log=Latency(7, 120.0, 480.0))


@pytest.fixture(scope="module")
def html(few: Replayed, measured: Measured) -> str:
    return page(few.found, few.sent, few.found.figures(few.sent.customers), measured, few.story())


@pytest.fixture(scope="module")
def rows(html: str) -> dict[str, list[list[str]]]:
    tables = Tables()
    tables.feed(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    return {name: [row for row in found if row] for name, found in tables.rows.items()}


def test_every_picture_is_there_with_its_numbers(html: str, rows: dict[str, list[list[str]]]) -> None:
    assert tuple(rows) == PICTURES
    for name in PICTURES:
        assert figure_of(html, name), name
        assert rows[name], name


def test_the_bars_of_the_signals_are_the_signals(html: str, few: Replayed) -> None:
    drawn = {trace["name"].replace(" ", "_"): sum(trace["y"]) for trace in figure_of(html, "signals")}
    assert drawn == dict(few.found.churn + few.found.frictions)


def test_the_flows_carry_every_move(html: str, few: Replayed) -> None:
    (sankey,) = figure_of(html, "stage-flow")
    assert sum(sankey["link"]["value"]) == few.found.moves.total() == few.found.records["StageEntered"]
    assert len(sankey["node"]["label"]) == len({a for a, _ in few.found.moves}) + len({b for _, b in few.found.moves})


def test_the_funnel_narrows_to_the_offers(html: str, few: Replayed) -> None:
    (funnel,) = figure_of(html, "funnel")
    assert funnel["x"] == sorted(funnel["x"], reverse=True)
    assert funnel["x"][-1] == few.found.outcomes["offered"]
    assert funnel["x"][0] == few.found.removed.total() + few.found.outcomes["offered"]


def test_the_decisions_and_offers_add_up(html: str, rows: dict[str, list[list[str]]], few: Replayed) -> None:
    (bars,) = figure_of(html, "decisions")
    assert sum(bars["x"]) == few.found.outcomes.total() == few.found.records["DecisionMade"]
    assert sum(sum(trace["y"]) for trace in figure_of(html, "offers")) == few.found.records["OfferMade"]
    assert {name.replace(" ", "_"): int(n.replace(",", "")) for name, n in rows["offers"]} == dict(few.found.offers)


def test_the_last_week_of_the_bands_is_where_customers_stand(rows: dict[str, list[list[str]]], few: Replayed) -> None:
    _, calm, watch, high, critical = rows["risk-bands"][-1]
    bands = few.found.at_end("band", "calm", few.sent.customers)
    told = {"calm": int(calm), "watch": int(watch), "high": int(high), "critical": int(critical)}
    assert {band: n for band, n in told.items() if n} == bands


def test_the_heat_map_shows_visits_that_were_sent(rows: dict[str, list[list[str]]], few: Replayed) -> None:
    for place, visits, signals, _ in rows["places"]:
        assert int(visits.replace(",", "")) == sum(n for (at, _), n in few.sent.visits.items() if at == place)
        assert int(signals) == sum(n for (at, _), n in few.found.placed.items() if at == place)


def test_the_page_stands_alone(html: str) -> None:
    """No file, font or script is fetched from anywhere: every address on the page is inside its own inlined script."""
    markup = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", markup)
    assert "<script src" not in html
    assert "120 / 480 ms" in markup
    assert "10 sent = 9 applied + 1 rejected" in markup


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
    assert "<img" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


def test_a_year_without_any_finding_still_has_a_page(measured: Measured) -> None:
    found, sent = Findings(), summed(of_lines([]))
    assert "What this shows" in page(found, sent, found.figures(0), measured, Story("nobody", []))
