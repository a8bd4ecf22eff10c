"""The first screen: fewer than 40 lines of 80 columns, with every incident, every false alarm and one customer's story."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from agents.tools.demo.invented.scene import Shown
from agents.tools.demo.invented.telling import tell
from agents.tools.reports.terminal import Terminal
from agents.world.company import HOUR
from tests.agents.tools.demo.invented.companies import INCIDENTS, WORLD, Company, alarm, all_found, life, shown

BEFORE = 5  # lines: servers, the download, the worker, the end of the last day, reading


def lines(told: Shown, width: int = 80) -> list[str]:
    """What is printed, as a terminal shows it."""
    out = io.StringIO()
    tell(Terminal(width=width, file=out), told)
    return [row[at : at + width] for row in out.getvalue().splitlines() for at in range(0, max(1, len(row)), width)]


@pytest.fixture
def told() -> Shown:
    """A run with all incidents, of which two are found by the longest names, three false alarms, and a long story."""
    lives = [life("c" * 40, "accepted", more="10m web clicked /checkout/payment page=/checkout/payment target=pay element=button\n")]
    wrong = [alarm("rage_click@web", WORLD.start_of(41) + HOUR), alarm("slow_page@web", WORLD.start_of(20))]
    fake = alarm("negative_review@web", INCIDENTS["fake_reviews"]["from"] + HOUR)
    return shown(Company(lives, [*all_found(), *wrong, fake]).ran(), lives, Path("/home/somebody/project/.sojourn/demo/report.html"))


def test_it_fits_on_a_screen(told: Shown) -> None:
    """Mutants: the long words of what customers saw; a story of fifteen lines; names of false alarms."""
    found = lines(replace(told, measured=replace(told.measured, restarts=2)))
    assert len(found) + BEFORE < 40
    assert max(map(len, found)) <= 80


def test_nothing_bad_is_missing(told: Shown) -> None:
    """Mutants: rows of what was found alone; no count of false alarms; a rate without its count."""
    text = "\n".join(lines(told))
    for name in INCIDENTS:
        assert name.replace("_", " ") in text
    for words in (
        "10 sent = 9 applied + 1 late", "11 of 11 incidents were found", "wrongly negative review, web", "false alarms: 3", "5 of 7",
        "recall 100% of 1 planted", "lift per 100: too few held out to measure (0)", "/home/somebody/project/.sojourn/demo/report.html",
    ):  # fmt: skip
        assert words in text


def test_the_story_ends_with_the_answer(told: Shown) -> None:
    """In ten lines. Mutants: the first lines of the whole story; no reason below the decision."""
    found = lines(told)
    start = next(number for number, line in enumerate(found) if line.startswith("one customer: "))
    story = found[start:-1]
    assert len(story) <= 10
    assert "asked because of friction_opened:payment_failed" in "\n".join(story)
    assert [line for line in story if "offer accepted" in line] == story[-1:]


def test_a_long_name_from_outside_takes_one_line_and_is_only_text(told: Shown) -> None:
    """A place may be called anything. Mutants: cells that fold; markup that is interpreted."""
    *others, last = told.verdict.found
    assert last.alarm is not None
    long = last._replace(alarm=last.alarm._replace(place="[bold]" + "/very-long" * 30))
    found = lines(replace(told, verdict=replace(told.verdict, found=[*others, long])))
    (row,) = (each for each in found if each.startswith("sign in stops"))
    assert "[bold]/very-long" in row
    assert row.rstrip().endswith("5.0 h")
    assert len(found) + BEFORE < 40


def test_a_company_in_which_nothing_happened_is_told_too() -> None:
    assert "false alarms: 0" in "\n".join(lines(shown(Company(insights=[]).ran(), ())))
