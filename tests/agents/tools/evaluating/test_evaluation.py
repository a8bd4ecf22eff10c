"""A whole evaluation: what cannot be answered is said with its fix; the page and the document tell the same figures."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.evaluation import UnusableError, evaluated, steps
from agents.tools.evaluating.page import page
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.declared import Horizons
from agents.tools.mapping.desk import MappingError
from tests.agents.tools.evaluating.shop import CUT, DAY, history, purchases
from tests.agents.tools.evaluating.test_anchored import QUESTION, applications

SHOP = history(purchases())


@pytest.fixture(scope="module")
def moved() -> list[int]:
    """What the evaluation below has said of its progress."""
    return []


@pytest.fixture(scope="module")
def chapters(moved: list[int]) -> list[Chapter]:
    return evaluated(SHOP, Horizons(CUT, (30,)), moved=moved.append)


@pytest.mark.parametrize(
    ("asked", "cause", "fix"),
    [
        (Horizons(CUT, (90,)), "what happened within 90 days of 2025-05-31 is not known: the history ends 60 days after it", "--within 60"),
        (Horizons(CUT - 400 * DAY, (30,)), "nothing happened before 2024-04-26", "choose a later day: --cut"),
        (Horizons(CUT, (0.001,)), "gone for the next 0.001 days: everybody left of 90: nothing to measure risks by", "another horizon"),
    ],
)
def test_what_cannot_be_answered_is_said_with_its_fix(asked: Horizons, cause: str, fix: str) -> None:
    with pytest.raises(UnusableError) as unusable:
        evaluated(SHOP, asked)
    assert str(unusable.value) == cause
    assert fix in unusable.value.fix


def test_progress_adds_up_to_nearly_all(chapters: list[Chapter], moved: list[int]) -> None:
    """It is told a thousand at a time."""
    assert len(chapters) == 1
    assert 0 <= steps(SHOP, Horizons(CUT, (30,))) - sum(moved) < 1_000


def test_the_document_is_the_chapter(chapters: list[Chapter]) -> None:
    told = json.loads(msgspec.json.encode(chapters[0].document()))
    assert told["left"] == sum(chapters[0].answers.left)
    assert [one["score"] for one in told["scores"]][:2] == ["ours", "ours, by shipped priors"]
    assert told["scores"][0]["auc"] == chapters[0].comparison.rows[0].figures.auc
    assert "brier" in told["scores"][1]
    assert "brier" not in told["scores"][2]
    assert sum(one["of"] for one in told["calibration"]) == told["customers"]


def test_the_page_tells_the_figures_and_needs_nothing_else(chapters: list[Chapter]) -> None:
    """Each picture stands beside its numbers; the AUC in the table is the one of the chapter; nothing is fetched."""
    made = page("a shop & its customers", chapters)
    assert "a shop &amp; its customers" in made
    assert re.findall(r'<section id="q1-(\w+)">', made) == ["roc", "calibration", "lift", "risks", "reasons"]
    assert f"<td>ours</td><td>{chapters[0].comparison.rows[0].figures.auc:.3f}</td>" in made
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="http', made)


def test_a_question_of_ones_own_is_one_chapter() -> None:
    [only] = evaluated(history(applications(240)), QUESTION)
    assert only.answers.question == "cancelled"
    assert only.comparison.rows[0].figures.auc == 1.0
    assert only.reached[0] == "each was judged 7 days after their first message_sent; who came before 2026-03-06 was learnt from"


ROW = """
[fields]
id = "{@line}"
customer = "{who}"
at = { column = "time", format = "ms" }
[[touchpoint]]
kind = "page_viewed"
page = "/"
[evaluation]
"""


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('cut = "soon"\nwithin = [0]', ["line 11: `within` cannot be 0; a number of days", "line 10: `cut` cannot be 'soon'; a day (UTC)"]),
        ('cut = "2025-01-01"\nwithin = 30\ndays = 7', ["line 12: `days` does not go with `cut`"]),
        ("days = 7", ["line 9: [evaluation] needs `anchor`", "line 9: [evaluation] needs `split`"]),
        (
            'about = "x"\nanchor = { kind = "mesage_sent" }\ndays = 7\noutcome = { kind = "order_cancelled", by_custmer = true }\n'
            'ends = ["subscription_started"]\nsplit = "2025-02-01"',
            [
                "line 11: there is no kind 'mesage_sent'; did you mean 'message_sent'?",
                "has no field `by_custmer`; did you mean 'by_customer'?",
            ],
        ),
        (
            'about = "x"\nanchor = { kind = "message_sent" }\ndays = 7\noutcome = { kind = "order_cancelled" }\n'
            'ends = ["subscription_started"]\nsplit = "2025-02-01"',
            ["line 14: the outcome's kind is none of the `ends`"],
        ),
        ("cutt = 3", ["[evaluation] has no `cutt`; did you mean 'cut'?"]),
    ],
)
def test_a_table_with_errors_is_told_whole(table: str, told: list[str]) -> None:
    with pytest.raises(MappingError) as wrong:
        compiled(ROW + table)
    words = "\n".join(map(str, wrong.value.problems))
    assert [line for line in told if line not in words] == [], words


def test_a_day_for_everybody_is_read() -> None:
    assert compiled(ROW + 'cut = "2025-05-31"\nwithin = [30, 60]').evaluation == Horizons(CUT, (30.0, 60.0))
