"""Signs of leaving in a relationship between companies: every strength, every end and every guard is needed."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

import pytest

from schemas.outputs.signals import ChurnSignalRaised, SignalRetracted
from streams.replay import Replay
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story
from tests.streams.churn.courses import End, Strengths, noticed
from tests.streams.friction.mutants import Mutant

END = START + offset("100d")  # of a contract
ENDS_THEN, NAMED = f"0 - contract_ends contract=n ends={END}", f"0 - contract_ends contract=n ends={END} subscription=a"
LONG_GONE = "0 web account_created account=q\n8d web page_viewed page=/"

STRENGTHS = (
    Strengths("champion_left", "gone, then replaced", "0 - champion_changed\n9d - main_contact_set contact_person=u1", "9d", [1.0]),
    Strengths("champion_left", "replaced at once", "0 - champion_changed contact_person=u2", "1d", [0.5]),
    Strengths("champion_left", "another role", "0 - champion_changed left=false", "1d", [0.5]),
    Strengths("champion_left", "another role, and a successor", "0 - champion_changed left=false contact_person=u2", "1d", [0.5]),
    Strengths("champion_left", "no address any more", "0 email message_bounced message=m hard=true main_contact=true", "1d", [0.7]),
    Strengths("champion_left", "known, gone, replaced", "0 - main_contact_set contact_person=u1\n1d - champion_changed\n9d - main_contact_set contact_person=u2", "9d", [1.0, 0.5]),
    Strengths("reviews_skipped", "two, three, four", "".join(f"{30 * n}d - review_meeting_missed meeting=g{n}\n" for n in range(4)), "99d", [0.7, 1.0, 1.0]),
    Strengths("reviews_skipped", "without numbers", "".join(f"{30 * n}d - review_meeting_missed\n" for n in range(3)), "99d", [0.7, 1.0]),
    Strengths("reviews_skipped", "begins anew after one held", "0 - review_meeting_missed\n1d - review_meeting_missed\n2d - review_meeting_held\n3d - review_meeting_missed\n4d - review_meeting_missed", "9d", [0.7, 0.7]),
    Strengths("onboarding_missed", "a week, two, a month", "0 web account_created account=q", "99d", [0.4, 0.7, 1.0]),
    Strengths("onboarding_missed", "one milestone after ten days", "0 web account_created account=q\n10d app milestone_reached milestone=m", "99d", [0.4]),
    Strengths("contract_ending", "90, 60, 30 days before", ENDS_THEN, "300d", [0.3, 0.6, 1.0]),
    Strengths("contract_ending", "told 50 days before", f"50d - contract_ends contract=n ends={END}", "300d", [0.6, 1.0]),
    Strengths("contract_ending", "told on the last day", f"99d - contract_ends contract=n ends={END}", "300d", [1.0]),
    Strengths("contract_ending", "told twice", f"{ENDS_THEN}\n20d - contract_ends contract=n ends={END}", "300d", [0.3, 0.3, 0.6, 1.0]),
    Strengths("contract_ending", "told of a later end", f"{NAMED}\n9d - contract_ends contract=n ends={END + offset('100d')} subscription=a", "300d", [0.3, 0.6, 1.0]),
    Strengths("contract_ending", "renewed on the 50th day", f"{NAMED}\n50d web subscription_renewed subscription=a", "300d", [0.3, 0.6]),
    Strengths("contract_ending", "a second contract's course is its own", f"{NAMED}\n5d - contract_ends contract=m ends={END + offset('100d')} subscription=b\n8d web subscription_renewed subscription=a", "300d", [0.3, 0.6, 1.0]),
)  # fmt: skip

TOLD = f"{NAMED}\n11d web page_viewed page=/\n"
ENDS = (
    End("champion_left", "0 - champion_changed", "9d - main_contact_set contact_person=u1 id=x", False),
    End("champion_left", "0 - champion_changed", "9d - review_meeting_held id=x", True),
    End("reviews_skipped", "0 - review_meeting_missed\n1d - review_meeting_missed", "9d - review_meeting_held id=x", False),
    End("reviews_skipped", "0 - review_meeting_missed\n1d - review_meeting_missed", "9d web page_viewed page=/ id=x", True),
    End("onboarding_missed", LONG_GONE, "9d app milestone_reached milestone=m id=x", False),
    End("onboarding_missed", LONG_GONE, "9d web account_deleted account=q id=x", False),
    End("onboarding_missed", LONG_GONE, "9d app app_opened id=x", True),
    End("contract_ending", TOLD, "12d web subscription_renewed subscription=a id=x", False),
    End("contract_ending", TOLD, "12d web subscription_upgraded subscription=a id=x", False),
    End("contract_ending", TOLD, "12d web subscription_cancelled subscription=a id=x", False),
    End("contract_ending", TOLD, f"12d - contract_ends contract=n ends={END} subscription=a renews_itself=true id=x", False),
    End("contract_ending", TOLD, f"12d - contract_ends contract=n ends={END} subscription=a id=x", True),
    End("contract_ending", TOLD, "12d web page_viewed page=/ id=x", True),
)  # fmt: skip

MUTANTS = (
    Mutant("champion_left", "change.hard and "),
    Mutant("champion_left", " and change.main_contact"),
    Mutant("champion_left", "bool(known) and known", "not known or known"),
    Mutant("champion_left", " and known[-1] != named.contact_person"),
    Mutant("champion_left", " if mark.at <= named.at]", "]"),
    Mutant("champion_left", "change.left and not change.contact_person", "not change.contact_person"),
    Mutant("champion_left", "change.left and not change.contact_person", "change.left"),
    Mutant("champion_left", ', strength=limits["bounced_strength"]'),
    Mutant("champion_left", '"Another person is the main contact now", 2, limits["replaced_strength"]', '"Another person is the main contact now"'),
    Mutant("champion_left", "    closed_by=(closing(MainContactSet),),\n"),
    Mutant("reviews_skipped", " if mark.at > held]", "]"),
    Mutant("reviews_skipped", "for mark in journey.rings.review_meeting_held)", "for mark in journey.rings.review_meeting_held if mark.at <= missed.at)"),
    Mutant("reviews_skipped", "* DAY)", "* DAY - 1)"),
    Mutant("reviews_skipped", "before(journey.rings.review_meeting_missed, missed, limits[\"days\"] * DAY)", "journey.rings.review_meeting_missed"),
    Mutant("reviews_skipped", " if not mark.meeting or mark.meeting != missed.meeting"),
    Mutant("reviews_skipped", "not mark.meeting or "),
    Mutant("reviews_skipped", "mark.meeting or mark.id: mark.id", "mark.meeting: mark.id"),
    Mutant("reviews_skipped", 'if times < limits["times"]:', "if False:"),
    Mutant("reviews_skipped", 'limits["first_strength"] if times == limits["times"] else 1.0', "1.0"),
    Mutant("reviews_skipped", 'limits["first_strength"] if times == limits["times"] else 1.0', 'limits["first_strength"]'),
    Mutant("reviews_skipped", "    closed_by=(closing(ReviewMeetingHeld),),\n"),
    Mutant("onboarding_missed", '2: limits["first_strength"], '),
    Mutant("onboarding_missed", ', 3: limits["second_strength"]'),
    Mutant("onboarding_missed", "closing(MilestoneReached), closing(AccountDeleted)", "closing(AccountDeleted),"),
    Mutant("onboarding_missed", "closing(MilestoneReached), closing(AccountDeleted)", "closing(MilestoneReached),"),
    Mutant("contract_ending", "contract.renews_itself or "),
    Mutant("contract_ending", " or contract.ends <= contract.at"),
    Mutant("contract_ending", "max(contract.at, _marks(contract.ends, limits)[0])", "_marks(contract.ends, limits)[0]"),
    Mutant("contract_ending", ', contract.subscription)', ')'),
    Mutant("contract_ending", 'ref in ("", renewal.subscription)', "True"),
    Mutant("contract_ending", 'ref in ("", renewal.subscription)', "ref == renewal.subscription"),
    Mutant("contract_ending", "        closing(SubscriptionRenewed, _same),\n"),
    Mutant("contract_ending", "        closing(SubscriptionUpgraded, _same),\n"),
    Mutant("contract_ending", "        closing(SubscriptionCancelled, _same),\n"),
    Mutant("contract_ending", "contract.renews_itself and "),
    Mutant("contract_ending", "        closing(ContractEnds, lambda contract, ref: contract.renews_itself and _same(contract, ref)),\n"),
    Mutant("contract_ending", " if mark.subscription == wait.ref]", "]"),
    Mutant("contract_ending", "told[-1], limits", "told[0], limits"),
    Mutant("contract_ending", "if mark <= wait.due]", "if mark < wait.due]"),
    Mutant("contract_ending", "STEPS[len(passed) - 1]", "STEPS[0]"),
    Mutant("contract_ending", "marks[len(passed)] if len(passed) < len(marks) else None", "None"),
)  # fmt: skip


@pytest.mark.parametrize("course", STRENGTHS, ids=lambda course: f"{course.detector}: {course.why}")
def test_it_weighs_as_much_as_was_told(course: Strengths) -> None:
    assert course.heard() == course.wanted


@pytest.mark.parametrize("course", ENDS, ids=lambda course: f"{course.detector}: {course.then}")
def test_it_is_taken_away_by_what_unmakes_it_and_by_nothing_else(course: End) -> None:
    assert course.heard() == course.weighs


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()} {mutant.new}")
def test_every_guard_limit_and_end_is_missed_by_a_story(mutant: Mutant) -> None:
    """What no story misses is either not tested or not needed."""
    assert noticed(mutant, (*STRENGTHS, *ENDS))


def test_a_milestone_whose_record_comes_late_takes_back_what_was_said() -> None:
    """It was reached on the sixth day. Mutant caught: an absence of its own, which a late fact could not disprove."""
    told = "0 web account_created account=q\n8d web page_viewed page=/\n6d app milestone_reached milestone=m source=lab"
    replay = Replay().run(story(told))
    assert [e.detector for e in replay.emissions if isinstance(e, SignalRetracted)] == ["onboarding_stalled", "onboarding_missed"]
    assert replay.journey("c1").contributions == {}


def test_an_end_that_is_told_late_is_said_once_not_once_for_each_day_it_missed() -> None:
    """Mutant caught: a due time in the past, from which every mark is made up for at once."""
    replay = Replay().run(story(f"75d - contract_ends contract=n ends={END}"), START + offset("75d"))
    told = [e.words for e in replay.emissions if isinstance(e, ChurnSignalRaised)]
    assert told == ["A contract ends in 25 days and is not renewed"]


def test_a_company_that_wants_to_hear_of_it_later_is_told_later() -> None:
    """New rules come into force while the matter waits. Mutant caught: the mark that was due by the old rules is taken for the last one."""
    replay = Replay().run(story(ENDS_THEN))
    replay.rules = replay.rules.with_blueprint(Blueprint(limits={"contract_ending": {"first_days": 70}}))
    replay.pass_time(START + offset("35d"))
    told = [(e.at[:10], e.strength) for e in replay.emissions if isinstance(e, ChurnSignalRaised)]
    assert told == [("2026-02-04", 0.3)]
