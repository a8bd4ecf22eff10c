"""Whose story is told: an incident hit them, and it goes as far as it can, from the friction to the answer."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agents.tools.demo.invented.run import Ran
from agents.tools.demo.invented.story import Hit, around, hit, thread
from agents.tools.demo.story import Story
from agents.tools.reports.chronicle.entries import Entry, chronicle
from agents.world.company import DAY, HOUR
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.signals import FrictionOpened
from schemas.writing import from_rfc3339
from tests.agents.tools.demo.invented.companies import Company, Life, life

VISITS = "".join(
    f"{10 + n}d web page_viewed /shop page=/shop\n{10 + n}d web payment_failed /pay payment=y{n} order=p{n}\n" for n in range(3)
)


def told_of(one: Life, told: Hit) -> list[str]:
    """The lines of the story, by kind; a run of touchpoints is `...`."""
    return [each.what if isinstance(each, Entry) else "..." for each in thread(Story(one.customer, entries(one)), told)]


def entries(one: Life) -> list[Entry]:
    return chronicle(one.touched, one.outputs)


def without_offers(ran: Ran) -> Ran:
    ran.made, ran.answered = [], []
    return ran


def test_who_answered_goes_before_who_saw_it_and_who_was_only_offered_it() -> None:
    """Mutants for each step: its rank is that of the step before."""
    lives = [life("c1"), life("c2", "seen"), life("c3", "declined", more=VISITS)]
    assert hit(Company(lives).ran()).customer == "c3"
    assert hit(Company(lives[:2]).ran()).customer == "c2"
    assert hit(Company(lives[:1]).ran()).customer == "c1"


def test_of_two_who_answered_it_is_the_one_with_less_else_to_tell() -> None:
    """Mutant: the longest story."""
    lives = [life("c1", "accepted", more=VISITS), life("c2", "declined")]
    assert hit(Company(lives).ran()).customer == "c2"


def test_an_offer_that_comes_later_than_a_day_is_no_answer_to_the_friction() -> None:
    """Mutant: any offer after the friction."""
    lives = [life("c1", "accepted"), life("c2", "seen")]
    ran = Company(lives).ran()
    late = "2026-01-01T00:00:00.000Z"
    ran.made = [replace(each, at=late) if each.customer == "c1" else each for each in ran.made]
    assert hit(ran).customer == "c2"


def test_an_offer_that_names_the_friction_goes_first() -> None:
    """Mutant: an offer for something else is as good."""
    lives = [life("c1", "accepted"), life("c2", "accepted")]
    ran = Company(lives).ran()
    ran.made = [replace(each, evidence=("e9",)) if each.customer == "c1" else each for each in ran.made]
    assert hit(ran).customer == "c2"


def test_a_friction_that_was_taken_back_or_that_no_incident_caused_is_no_story() -> None:
    """Mutants: retracted frictions; frictions by no incident."""
    lives = [life("c1", "accepted"), life("c2", "accepted", by=""), life("c3", more=VISITS)]
    ran = Company(lives).ran()
    ran.retracted = {lives[0].friction.id}
    told = hit(ran)
    assert (told.customer, told.incident) == ("c3", "payment_gateway")


def test_it_falls_back_step_by_step() -> None:
    """Nobody was offered anything; nobody was hit; nothing was published. Mutant: no story at all."""
    lives = [life("c1", "accepted")]
    assert hit(without_offers(Company(lives).ran())) == Hit("c1", "payment_gateway", lives[0].friction.id, lives[0].touched[3].at)
    assert hit(Company([life("c1", by="")]).ran()) == Hit("c1")
    assert hit(Company().ran()) == Hit("")


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("", []),
        ("delivered", ["offer_delivered"]),
        ("seen", ["offer_seen"]),
        ("accepted", ["offer_seen", "offer_accepted"]),
        ("declined", ["offer_seen", "offer_declined"]),
    ],
)
def test_it_goes_from_the_friction_over_the_decision_and_the_offer_to_the_answer(answer: str, end: list[str]) -> None:
    """What came between is left out. Mutants: the first decision of all; the delivery of an offer that was seen."""
    one = life("c1", answer, more="20m web message_sent newsletter message=m1\n20h store purchase_made till-4 receipt=r1 value=1250\n")
    assert told_of(one, hit(Company([one]).ran())) == ["...", "friction_opened", "decision_made", "offer_made", *end]


def test_what_was_decided_without_an_offer_is_told_too() -> None:
    """Mutant: only decisions that made an offer."""
    one = life("c1")
    second = [each for each in one.outputs if isinstance(each, FrictionOpened)][1]
    told = thread(Story("c1", entries(one)), Hit("c1", "payment_gateway", second.id, from_rfc3339(second.at)))
    records = [each.record for each in told if isinstance(each, Entry)]
    assert records[0] is second
    assert isinstance(records[1], DecisionMade)
    assert records[1].outcome == "withheld"


def test_the_decision_is_the_one_that_made_the_offer() -> None:
    """Mutant: the first decision after the friction."""
    one = life("c1")
    made = next(each for each in one.outputs if isinstance(each, DecisionMade))
    before = replace(made, id="d0", outcome="withheld", reason="cooldown", offer="")
    told = thread(Story("c1", chronicle(one.touched, [before, *one.outputs])), hit(Company([one]).ran()))
    assert [each.record for each in told if isinstance(each, Entry) and isinstance(each.record, DecisionMade)] == [made]


def test_a_story_without_a_friction_is_told_from_its_beginning() -> None:
    one = life("c1")
    assert told_of(one, Hit("c1")) == [each.what for each in entries(one)]
    assert len(around(Story("c1", entries(one)), Hit("c1"))) == len(entries(one))


def test_the_report_tells_what_came_before_and_after_up_to_the_answer() -> None:
    """Mutants: two days and no more; all that ever was."""
    one = life("c1", "accepted", more=VISITS)
    told = hit(Company([one]).ran())
    late = [replace(each, at=each.at + 3 * DAY) if each.__struct_config__.tag == "offer_accepted" else each for each in one.touched]
    shown = around(Story("c1", chronicle(late, one.outputs)), told)
    assert shown[-1].what == "offer_accepted"
    assert shown[0].at >= told.at - HOUR
    assert max(each.at for each in entries(one)) > shown[-1].at
