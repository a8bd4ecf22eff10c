"""What is found, missed and wrong, against the real table of incidents."""

from __future__ import annotations

import json

from agents.tools.demo.invented.verdict import verdict
from agents.world.company import DAY, HOUR
from schemas.outputs.signals import FrictionOpened
from tests.agents.tools.demo.invented.companies import INCIDENTS, WORLD, Company, alarm, all_found, life

TRAPS = ["viral_article", "clearance_sale", "price_change", "holiday", "late_till_file", "bot_wave", "loyalty_letter"]


def test_all_that_is_planted_is_found() -> None:
    """Mutant: an incident that calls for silence is counted among those that an alarm must find."""
    found = verdict(Company().ran())
    assert [name for name, *_ in found.rows()] == [each.replace("_", " ") for each in INCIDENTS]
    assert {after for name, _, after in found.rows() if name != "fake reviews"} == {"5.0 h"}
    assert {name: said for name, said, _ in found.rows()}["fake reviews"] == "no friction, rightly"
    first, alarms, *_ = found.sentences()
    assert first == f"{len(INCIDENTS) - 1} of {len(INCIDENTS) - 1} incidents were found, half of them within 5.0 h"
    assert alarms == "false alarms: 0; traps without one: 7 of 7"
    assert found.silent == TRAPS


def test_a_missed_incident_is_said_to_be_missed() -> None:
    """Mutant: a row only for what was found."""
    missed = INCIDENTS["sign_in_stops"]
    left = [each for each in all_found() if not each.id.endswith(f" {missed['from'] + 5 * HOUR}")]
    found = verdict(Company(insights=left).ran())
    assert list(found.rows())[-1] == ("sign in stops", "not found", "-")
    assert next(found.sentences()).startswith("10 of 11 incidents were found")
    assert next(each for each in found.document()["incidents"] if each["name"] == "sign_in_stops")["found"] is None


def test_every_false_alarm_counts_and_is_named_with_the_trap_of_its_time() -> None:
    """Two alarms of one name are two. Mutants: alarms of one name are one; the trap's name stands among the silent ones."""
    first = WORLD.start_of(41) + HOUR
    wrong = [alarm("rage_click@web", first), alarm("rage_click@web", first + DAY), alarm("slow_page@web", WORLD.start_of(20))]
    found = verdict(Company(insights=[*all_found(), *wrong]).ran())
    assert list(found.sentences())[1] == "false alarms: 3, named in the report; traps without one: 6 of 7"
    assert [(name, trap) for name, _, _, trap in found.false_rows()] == [
        ("slow page, web", "-"), ("rage click, web", "viral article"), ("rage click, web", "viral article"),
    ]  # fmt: skip
    assert found.silent == TRAPS[1:]
    assert len(found.document()["false_alarms"]) == 3


def test_who_is_deceived_by_bought_reviews_is_told_so() -> None:
    """Mutant: no alarm at all is as good as a wrong one."""
    raised = alarm("negative_review@web", INCIDENTS["fake_reviews"]["from"] + 5 * HOUR)
    found = verdict(Company(insights=[*all_found(), raised]).ran())
    rows = {name: (said, after) for name, said, after in found.rows()}
    assert rows["fake reviews"] == ("wrongly negative review, web", "-")
    assert len(found.false) == 1


def test_single_frictions_are_counted_by_detector() -> None:
    """One friction is planted and found, one found and not planted, one planted and taken back. Mutant: what was taken back counts."""
    lives = [life("c1"), life("c2"), life("c3")]
    ran = Company(lives).ran()
    ran.truths.remove(next(each for each in ran.truths if each.get("customer") == "c2"))
    ran.retracted = {next(each.id for each in ran.opened if each.customer == "c3")}
    (quality,) = (each for each in verdict(ran).qualities if each.detector == "payment_failed")
    assert (quality.planted, quality.recalled, quality.raised, quality.right) == (2, 1, 2, 1)
    assert isinstance(ran.opened[0], FrictionOpened)


def test_programs_get_it_as_json() -> None:
    told = json.loads(json.dumps(verdict(Company([life("c1")]).ran()).document()))
    assert [each["name"] for each in told["incidents"]] == list(INCIDENTS)
    assert told["lift"]["per_100_measured"] is None
    assert told["traps"] == told["silent_traps"] == TRAPS
