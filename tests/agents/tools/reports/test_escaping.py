"""No text on a page is markup, whoever wrote it: the templates escape, and nobody has to remember to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from markupsafe import escape

from agents.tools.demo.findings import Findings
from agents.tools.demo.measured import Measured
from agents.tools.demo.page import Story
from agents.tools.demo.page import facts as of_report
from agents.tools.demo.sent import summed
from agents.tools.evaluating.evaluation import evaluated
from agents.tools.evaluating.history import of_lines
from agents.tools.evaluating.page import facts as of_evaluation
from agents.tools.mapping.declared import Horizons
from agents.tools.reports.chronicle.entries import chronicle
from agents.tools.reports.chronicle.html import Item, html, items
from agents.tools.reports.drawing import Picture
from agents.tools.reports.overview.gathering import overview
from agents.tools.reports.overview.page import facts as of_overview
from agents.tools.reports.sheet import rendered
from schemas.outputs import Output
from streams.replay import Replay
from streams.rules import Rules
from streams.story import story
from tests.agents.tools.evaluating.shop import CUT, history, purchases
from tests.agents.tools.reports.overview.town import town

RAW = '<script>alert("'  # how every text begins that is put on a page here
TROUBLE = """
0   web page_viewed    /shop     page=/shop
1m  web payment_failed /checkout payment=z1 order=o1
2m  web payment_failed /checkout payment=z1 order=o1
3d  store purchase_made till-4 receipt=r1 value=1250
4d  store purchase_made till-4 receipt=r2 value=1250
5d  store purchase_made till-4 receipt=r3 value=1250
"""


class Vandal:
    """Puts markup, for a browser and for a terminal, in place of every text of a page's facts; `texts` are those it has put."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers = count()

    def spoil(self, fact: Any) -> Any:
        """The same facts with other texts."""
        match fact:
            case str():
                self.texts.append(f"{RAW}{next(self._numbers)} [/] & '\")</script>")
                return self.texts[-1]
            case Picture():
                figure = type(fact.figure)(fact.figure).for_each_trace(lambda trace: trace.update(name=f'{RAW}trace")</script>'))
                return replace(
                    fact, title=self.spoil(fact.title), reading=self.spoil(fact.reading), columns=self.spoil(fact.columns),
                    rows=self.spoil(fact.rows), figure=figure,
                )  # fmt: skip
            case Item():  # `at` is a time that we write ourselves
                return Item(fact.at, self.spoil(fact.words), self.spoil(fact.because), self.spoil(fact.tone), fact.ours)
            case dict():
                return {key: self.spoil(value) for key, value in fact.items()}
            case tuple() | list():
                return getattr(fact, "_make", type(fact))(map(self.spoil, fact))
        return fact


def report() -> dict[str, Any]:
    touched = story(TROUBLE)
    told = [each for each in Replay(Rules()).run(touched).emissions if isinstance(each, Output)]
    found, sent = Findings(), summed(of_lines([]))
    return of_report(found, sent, found.figures(0), Measured(sent=1), Story("c1", chronicle(touched, told)))


@pytest.mark.parametrize(
    ("template", "facts", "unseen"),
    [
        ("report.html", report, 0),
        (
            "overview.html",
            lambda: of_overview(overview(town(300))),
            10,
        ),  # a table's title, what is said where it has no rows, and 8 columns by weight: a terminal's
        ("overview.html", lambda: of_overview(overview([])), 17),  # its title, its columns, and the same 8
        ("evaluation.html", lambda: of_evaluation("a shop", evaluated(history(purchases()), Horizons(CUT, (30,)))), 0),
    ],
    ids=["report", "overview", "overview of nothing", "evaluation"],
)
def test_every_text_of_a_page_is_escaped(template: str, facts: Callable[[], dict[str, Any]], unseen: int) -> None:
    """Mutants caught: `autoescape=False`; `| safe` behind any expression of a template; a text that is marked as markup."""
    vandal = Vandal()
    page = rendered(template, vandal.spoil(facts()))
    assert RAW not in page
    assert len(vandal.texts) > 20
    assert sum(str(escape(text)) not in page for text in vandal.texts) == unseen


def test_every_text_of_a_timeline_is_escaped() -> None:
    """More than three reasons wait behind a click: there the first of them stands twice."""
    vandal = Vandal()
    page = rendered("story.html", {"items": vandal.spoil([Item("2026-01-05T00:00:00.000Z", "said", tuple("abcd"), "bad", True)])})
    assert RAW not in page
    assert page.count(str(escape(vandal.texts[1]))) == 2
    assert all(str(escape(text)) in page for text in vandal.texts)


def test_a_timeline_has_an_item_an_entry() -> None:
    touched = story(TROUBLE)
    entries = chronicle(touched, [])
    assert [each.ours for each in items(entries)] == [False] * 4  # three visits to a till become one
    assert html(entries).count("<li class=") == 4
