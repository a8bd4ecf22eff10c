"""No text on a page is markup, whoever wrote it: the templates escape, and nobody has to remember to."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from markupsafe import escape

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.page import facts as of_report
from agents.tools.demo.grocer.sent import summed
from agents.tools.demo.invented.page import facts as of_company
from agents.tools.demo.invented.story import around
from agents.tools.demo.measured import Measured
from agents.tools.demo.story import Story
from agents.tools.evaluating.evaluation import evaluated
from agents.tools.evaluating.history import of_lines
from agents.tools.evaluating.page import facts as of_evaluation
from agents.tools.mapping.declared import Horizons
from agents.tools.reports.chronicle.entries import chronicle
from agents.tools.reports.chronicle.html import Item, html, items
from agents.tools.reports.drawing import Picture
from agents.tools.reports.overview.gathering import overview
from agents.tools.reports.overview.page import facts as of_overview
from agents.tools.reports.overview.page import page as overview_page
from agents.tools.reports.sheet import rendered
from schemas.characters import visible
from schemas.outputs import Output
from streams.replay import Replay
from streams.rules import Rules
from streams.story import story
from tests.agents.cli.printers import spoiled
from tests.agents.tools.demo.invented.companies import PAID, Company, alarm, all_found, life, shown
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
            case "":
                return fact
            case str():
                self.texts.append(f"{RAW}{next(self._numbers)} [/] & '\")</script>\x1b[2J\u202e")
                return self.texts[-1]
            case dict():
                return {key: self.spoil(value) for key, value in fact.items()}
            case Item():  # `at` is a time that we write ourselves
                return Item(fact.at, self.spoil(fact.words), self.spoil(fact.because), self.spoil(fact.tone), fact.ours)
            case tuple() | list():
                return getattr(fact, "_make", type(fact))(map(self.spoil, fact))
        return self._parts(fact) if is_dataclass(fact) and not isinstance(fact, type) else fact

    def _parts(self, fact: Any) -> Any:
        """The same picture, or chart, with other texts. A picture's name is ours."""
        ours = {"name"} if isinstance(fact, Picture) else set()
        return replace(fact, **{each.name: self.spoil(getattr(fact, each.name)) for each in fields(fact) if each.name not in ours})


def report() -> dict[str, Any]:
    touched = story(TROUBLE)
    told = [each for each in Replay(Rules()).run(touched).emissions if isinstance(each, Output)]
    found, sent = Findings(), summed(of_lines([]))
    for each in told:
        found.take(msgspec.json.encode(each))
    return of_report(found, sent, found.figures(0), Measured(sent=1), Story("c1", chronicle(touched, told)))


def company() -> dict[str, Any]:
    lives = [life("c1", "accepted")]
    ran = Company(lives, [*town(300), *all_found(), alarm("rage_click@web", PAID)]).ran()
    told = shown(ran, lives)
    return of_company(ran, told.verdict, told.story, around(told.story, told.told))


@pytest.mark.parametrize(
    ("template", "facts", "unseen"),
    [
        ("report.html", report, 7),  # why a picture would show nothing that shows something; the same below
        ("invented.html", company, 6),
        ("overview.html", lambda: of_overview(overview(town(300))), 6),
        ("overview.html", lambda: of_overview(overview([])), 1),  # how to read a list that is not there
        ("evaluation.html", lambda: of_evaluation("a shop", evaluated(history(purchases()), Horizons(CUT, (30,)))), 5),
    ],
    ids=["report", "company", "overview", "overview of nothing", "evaluation"],
)
def test_every_text_of_a_page_is_escaped(template: str, facts: Callable[[], dict[str, Any]], unseen: int) -> None:
    """Mutants caught: `autoescape=False`; no `finalize`; `| safe` behind any expression of a template; a text that is marked as markup."""
    vandal = Vandal()
    page = rendered(template, vandal.spoil(facts()))
    assert RAW not in page
    assert len(vandal.texts) > 20
    assert sum(str(escape(visible(text))) not in page for text in vandal.texts) == unseen
    assert not set(page) & {"\x1b", "\u202e"}


def test_every_text_of_a_timeline_is_escaped() -> None:
    """More than three reasons wait behind a click: there the first of them stands twice."""
    vandal = Vandal()
    page = rendered("story.html", {"items": vandal.spoil([Item("2026-01-05T00:00:00.000Z", "said", tuple("abcd"), "bad", True)])})
    assert RAW not in page
    assert page.count(str(escape(visible(vandal.texts[1])))) == 2
    assert all(str(escape(visible(text))) in page for text in vandal.texts)


def test_a_timeline_has_an_item_an_entry() -> None:
    touched = story(TROUBLE)
    entries = chronicle(touched, [])
    assert [each.ours for each in items(entries)] == [False] * 4  # three visits to a till become one
    assert html(entries).count("<li class=") == 4


LINK = '<a href="http://evil.example/">c</a><b>7</b>\u202e'
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def strange() -> str:
    """The page of a town whose places, channels and stages a stranger has named."""
    return overview_page(overview([spoiled(each, LINK) for each in town(300)], None))


def test_a_label_of_a_picture_is_no_markup(strange: str) -> None:
    """Mutant caught: `| safe` behind a name in a chart's template."""
    figures = re.findall(r"<figure.*?</figure>", strange, re.DOTALL)
    assert len(figures) > 3
    assert sum(str(escape(visible(LINK))) in each for each in figures) > 3
    assert not [each for each in figures if "<a " in each or "<b>7" in each or "\u202e" in each]


@pytest.mark.parametrize("template", ["report.html", "overview.html"])
def test_a_page_runs_no_script_and_asks_for_nothing(template: str, strange: str) -> None:
    """Mutants caught: no policy; a script in a template; scripts allowed."""
    page = strange if template == "overview.html" else rendered(template, report())
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.replace("&#39;", "'").split(";"))
    assert rules == {"default-src": "'none'", "style-src": "'unsafe-inline'", "base-uri": "'none'", "form-action": "'none'"}
    assert "<script" not in page
    assert page.index("Content-Security-Policy") < page.index("<style")


if BROWSER is not None:  # a machine that has only Python and make has none, and a skip would be no news there

    def test_a_browser_draws_the_pictures_without_a_link_and_runs_no_script(strange: str, tmp_path: Path) -> None:
        """Mutants caught: no policy; names of a chart are marked as markup."""
        file = tmp_path / "page.html"
        file.write_text(
            strange.replace("<main>", "<main><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">")
        )
        drawn = subprocess.run(
            [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/browser",
             "--virtual-time-budget=8000", "--dump-dom", file.as_uri()],
            capture_output=True, text=True, timeout=240, check=True,
        ).stdout  # fmt: skip
        assert drawn.count("<figure") >= 4
        assert "&lt;b&gt;7&lt;/b&gt;\\u202e" in drawn
        assert not re.findall(r"<a [^>]*evil", drawn)
        assert "<title>Sojourn: journeys at a glance</title>" in drawn
