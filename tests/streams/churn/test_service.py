"""Signs of leaving that come of service and money: every strength and every guard is needed, and our own calls are no sign."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

import pytest

from schemas.outputs.signals import ChurnSignalRaised
from streams.replay import Replay, signals_of
from streams.story import START, offset, story
from tests.streams.churn.courses import Strengths, noticed
from tests.streams.detectors.test_declaring import QUIET_WEEKS, asked
from tests.streams.friction.mutants import Mutant

BY = START + offset("10h")  # a promise
REGULAR = "".join(f"{hour}h store purchase_made receipt=r{hour}\n" for hour in range(3))
FAILED, CRASHED = "web request_failed flow=payment status=503", "app app_crashed"
RELOADED = "".join(f"{second}s web page_reloaded page=/a\n" for second in (20, 21, 22))

STRENGTHS = (
    Strengths("first_contact_failed", "left unsettled", "0 call contact_opened contact=a\n9m call contact_closed contact=a resolved=false", "1d", [1.0]),
    Strengths("first_contact_failed", "a second and a third time", "".join(f"{n}d call contact_opened contact=h{n} intent=x\n" for n in range(3)), "9d", [0.35, 0.7]),
    Strengths("support_spike", "in weeks in which we called them", QUIET_WEEKS + "".join(f"{day}d call contact_closed contact=c{day}\n" for day in range(7, 35)) + asked(35, 36, 37), "40d", [1.0]),
    Strengths("paying_late", "one, its reminder, and another", "0 post payment_overdue invoice=i\n9d post payment_overdue invoice=i\n40d post payment_overdue invoice=j", "50d", [0.3, 0.3, 1.0]),
    Strengths("paying_late", "a year later", "0 post payment_overdue invoice=i\n365d post payment_overdue invoice=j", "400d", [0.3, 1.0]),
    Strengths("paying_late", "more than a year later", "0 post payment_overdue invoice=i\n365.1d post payment_overdue invoice=j", "400d", [0.3, 0.3]),
    Strengths("promise_broken", "a regular customer's, tried twice", REGULAR + "1d post delivery_attempted order=o reason=address\n2d post delivery_attempted order=o reason=address", "3d", [0.5, 0.75]),
    Strengths("promise_broken", "a new customer's", "1d post delivery_attempted order=o reason=address", "3d", [1.0]),
    Strengths("promise_broken", "late, by the hours", REGULAR + f"3h web delivery_promised order=o by={BY}", "9d", [0.5, 0.75, 1.0]),
    Strengths("promise_broken", "two orders, one of them our fault", REGULAR + "1d post delivery_attempted order=o reason=address\n2d post delivery_attempted order=q reason=nobody_home", "3d", [0.5]),
    Strengths("effortful", "two hurdles, then a third", f"0 {FAILED}\n10s {CRASHED}\n{RELOADED}", "1h", [0.7, 1.0]),
    Strengths("effortful", "two of three are one", f"0 {FAILED}\n1s web script_failed page=/a error=x after_click_ms=5\n10s {CRASHED}", "1h", [0.7]),
    Strengths("effortful", "a hurdle of yesterday still stands", f"0 call contact_transferred contact=a\n1d {CRASHED}", "2d", []),
    Strengths("effortful", "the same twice", f"0 {FAILED}\n10s web request_failed flow=sign_in status=503", "1h", []),
    Strengths("effortful", "a hurdle that is none of theirs", f"0 web coupon_denied code=x\n10s {FAILED}", "1h", []),
)  # fmt: skip

MUTANTS = (
    Mutant("first_contact_failed", "cause.resolved is not False or "),
    Mutant("first_contact_failed", "cause.resolved is not False", "cause.resolved"),
    Mutant("first_contact_failed", " or cause.follow_up_promised"),
    Mutant("first_contact_failed", "mark.contact == cause.contact and "),
    Mutant("first_contact_failed", " and mark.at <= cause.at]", "]"),
    Mutant("first_contact_failed", " or begun[0].follow_up_promised"),
    Mutant("first_contact_failed", "begun[0].follow_up_promised", "begun[-1].follow_up_promised"),
    Mutant("first_contact_failed", " or not begun[-1].assisted"),
    Mutant("first_contact_failed", "begun[-1].assisted", "begun[0].assisted"),
    Mutant("first_contact_failed", 'limits["again_strength"] if cause.severity <= 3 else limits["third_strength"]', 'limits["again_strength"]'),
    Mutant("first_contact_failed", 'limits["again_strength"] if cause.severity <= 3 else limits["third_strength"]', 'limits["third_strength"]'),
    Mutant("support_spike", "not contact.assisted or "),
    Mutant("support_spike", "contact.follow_up_promised or now", "now"),
    Mutant("support_spike", "contact.contact in sought or "),
    Mutant("support_spike", ' or now < limits["least"]'),
    Mutant("support_spike", 'now < limits["least"]', 'now <= limits["least"]'),
    Mutant("support_spike", " or now <= usual"),
    Mutant("support_spike", "now <= usual", "now < usual"),
    Mutant("support_spike", ' + limits["deviations"] * sqrt(sum([(count - mean) ** 2 for count in own]) / len(own))'),
    Mutant("support_spike", ' or len(own) < limits["known_weeks"]'),
    Mutant("support_spike", 'len(own) < limits["known_weeks"]', 'len(own) <= limits["known_weeks"]'),
    Mutant("support_spike", "(recent_count(journey.weeks, SOUGHT, 1) if week_of(journey.day) == week else 0)", "recent_count(journey.weeks, SOUGHT, 1)"),
    Mutant("support_spike", "contact.at, SOUGHT", "contact.at, 4"),
    Mutant("support_spike", "recent_count(journey.weeks, SOUGHT, 1)", "recent_count(journey.weeks, 4, 1)"),
    Mutant("paying_late", "mark.invoice == overdue.invoice and "),
    Mutant("paying_late", " and mark.at <= overdue.at for", " for"),
    Mutant("paying_late", "*rings.invoice_paid, "),
    Mutant("paying_late", "*rings.payment_failed, "),
    Mutant("paying_late", ", *rings.renewal_failed"),
    Mutant("paying_late", " if mark.invoice != overdue.invoice}", "}"),
    Mutant("paying_late", 'before(journey.rings.payment_overdue, overdue, limits["days"] * DAY)', "journey.rings.payment_overdue"),
    Mutant("paying_late", "* DAY)", "* DAY - 1)"),
    Mutant("paying_late", ', strength=limits["once_strength"]'),
    Mutant("promise_broken", "failed and _came_as_promised(journey, friction.ref)", "False"),
    Mutant("promise_broken", "failed and _came", "_came"),
    Mutant("promise_broken", " if mark.order == order)", ")"),
    Mutant("promise_broken", '"nobody_home", '),
    Mutant("promise_broken", ', "refused"', ","),
    Mutant("promise_broken", "1.0 if early else "),
    Mutant("promise_broken", "{3: 0.5, 4: 0.75}", "{3: 0.5}"),
    Mutant("promise_broken", "{3: 0.5, 4: 0.75}", "{4: 0.75}"),
    Mutant("effortful", '    "app_crash",\n'),
    Mutant("effortful", '    "failed_request",\n'),
    Mutant("effortful", '    "reload_burst",\n'),
    Mutant("effortful", '    "repeated_information",\n'),
    Mutant("effortful", "one.detector in EFFORT and "),
    Mutant("effortful", " and one.detector != friction.detector"),
    Mutant("effortful", " and one.opened >= journey.episode.started"),
    Mutant("effortful", "one.opened + apart_ms <= friction.opened and (", "("),
    Mutant("effortful", "one.opened + apart_ms <= friction.opened", "one.opened + apart_ms < friction.opened"),
    Mutant("effortful", "not found or found[-1].opened + apart_ms <= one.opened", "True"),
    Mutant("effortful", 'if met < limits["frictions"]:', "if False:"),
    Mutant("effortful", '0.7 if met == limits["frictions"] else 1.0', "1.0"),
)  # fmt: skip


@pytest.mark.parametrize("course", STRENGTHS, ids=lambda course: f"{course.detector}: {course.why}")
def test_it_weighs_as_much_as_was_told(course: Strengths) -> None:
    assert course.heard() == course.wanted


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()} {mutant.new}")
def test_every_guard_and_limit_is_missed_by_a_story(mutant: Mutant) -> None:
    """What no story misses is either not tested or not needed."""
    assert noticed(mutant, STRENGTHS)


def test_calls_of_ours_are_no_sign_of_leaving_however_many() -> None:
    """We call back eight times in a week, as they were promised, and settle nothing yet (BPIC 2012: more call-backs, less cancellation)."""
    calls = "".join(
        f"{35 + n / 2}d call contact_opened contact=h{n} intent=loan follow_up_promised=true\n"
        f"{35.1 + n / 2}d call contact_closed contact=h{n} intent=loan resolved=false follow_up_promised=true\n"
        for n in range(8)
    )
    assert signals_of(QUIET_WEEKS + calls, "45d") == []


def test_a_surge_is_told_by_the_contacts_of_its_week() -> None:
    """Mutant caught: evidence of the week before among it."""
    replay = Replay().run(story(QUIET_WEEKS + asked(34, 35, 36, 37)))
    raised = [e for e in replay.emissions if isinstance(e, ChurnSignalRaised)]
    assert [(e.evidence, e.words) for e in raised] == [(("e3", "e4", "e5"), "3 contacts this week; usual are at most 1.1")]
