"""The company's report: every incident and false alarm is a row, blocked steps are on it, and what events say is only text."""

from __future__ import annotations

import msgspec
from markupsafe import escape

from agents.tools.demo.invented.page import page
from agents.tools.demo.invented.run import Ran
from agents.tools.demo.invented.story import around
from agents.tools.demo.invented.verdict import verdict
from agents.world.company import DAY, HOUR
from streams.story import START
from tests.agents.cli.printers import spoiled
from tests.agents.tools.demo.invented.companies import INCIDENTS, WORLD, Company, Life, alarm, all_found, life, shown
from tests.agents.tools.reports.overview.town import town

EVIL = "<script>alert(1)</script>"


def html(ran: Ran, lives: list[Life]) -> str:
    told = shown(ran, lives)
    return page(ran, verdict(ran), told.story, around(told.story, told.told))


def test_every_incident_and_every_false_alarm_is_a_row() -> None:
    """Mutants: `false` as a name in the template, which is a word of its language; the names of false alarms without what they say."""
    wrong = [alarm("rage_click@web", WORLD.start_of(41) + HOUR), alarm("slow_page@web", WORLD.start_of(20))]
    text = html(Company(insights=[*all_found(), *wrong]).ran(), [])
    assert text.count("<tr>") >= len(INCIDENTS) + len(wrong)
    for each in INCIDENTS.values():
        assert f">{escape(each['seen'])}<" in text
    for words in ("slow_page said so", "rage_click said so", "viral article", "False alarms: 2, named below"):
        assert words in text


def test_no_list_of_false_alarms_if_there_are_none() -> None:
    assert "Alarms that nothing planted explains" not in html(Company().ran(), [])


def test_blocked_steps_the_story_and_what_is_not_claimed_are_on_it() -> None:
    """Mutants: the overview is made without alarms; a story of nobody."""
    lives = [life("c1", "declined")]
    blocked = msgspec.structs.replace(alarm("step_blocked@web /account/sign-in", START + 28 * DAY), stands=True)
    text = html(Company(lives, [*town(40), blocked]).ran(), lives)
    for words in (
        "Blocked step at /account/sign-in, web", "One customer: c1", "offer declined", "Lift per 100: too few held out",
        "An invented company proves that the machinery works",
    ):  # fmt: skip
        assert words in text


def test_a_step_that_was_blocked_and_is_mended_is_told_openly() -> None:
    """Mutant: its table is closed, as tables of details are."""
    text = html(Company(insights=[*town(40), alarm("step_blocked@web /account/sign-in", START + 28 * DAY)]).ran(), [])
    assert "Blocked step at" not in text
    assert "<details open><summary>Blocked steps</summary>" in text
    assert ">/account/sign-in<" in text


def test_what_events_say_is_only_text() -> None:
    """A place, a customer and an alarm may be called anything. Mutants: `| safe` behind a cell; an alarm's words as markup."""
    lives = [life(EVIL, "accepted", place=EVIL)]
    insights = [alarm("step_blocked@web", INCIDENTS["sign_in_stops"]["from"] + HOUR, EVIL), alarm(f"{EVIL}@web", WORLD.start_of(20))]
    text = html(Company(lives, [*(spoiled(each, EVIL) for each in town(40)), *insights]).ran(), lives)
    assert EVIL not in text
    assert "<script" not in text
    assert text.count(str(escape(EVIL))) > 10
