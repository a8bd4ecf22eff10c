"""The weekly question: every Monday, at each customer's own hour, once, for as long as there is anything to see."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.durations import DAY, WEEK, week_of
from schemas.outputs.signals import ChurnSignalRaised
from schemas.touchpoints import ACTIVITIES, KINDS
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from streams.context import DetectorFailed
from streams.detectors import Detector, Found, Limits, Over, Risk
from streams.offers.history import OUTCOME
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.signals.weekly import FORGOTTEN
from streams.state import Journey
from streams.state.weeks import COMPLETE, USE, Weeks, complete_counts, completed_weeks, next_monday
from streams.story import START, offset, story
from tests.laws.strategies import apart, touchpoint, wane

SEEN = "web page_viewed page=/"
ALONE = tuple(kind for kind in KINDS if kind not in (SignedIn, IdentityLinked))


class Asked:
    """A weekly detector that notes when it is asked, and answers by plan."""

    def __init__(self, name: str = "asked", answers: tuple[Found | Over | None, ...] = ()) -> None:
        self.at: list[int] = []
        self.answers = answers
        self.detector = Detector(
            name=name, family="churn", ask=self.ask, doc="d", module="m", weekly=True, closes=DAY, risk=Risk("decline", 1.0, 14)
        )

    def ask(self, journey: Journey, weeks: Weeks, _limits: Limits) -> Found | Over | None:
        self.at.append(weeks.at)
        answer = self.answers[len(self.at) - 1] if len(self.at) <= len(self.answers) else None
        return answer._replace(evidence=[journey.acted_id]) if isinstance(answer, Found) else answer


def lived(asked: Asked, text: str, until: str) -> Replay:
    return Replay(Rules(detectors=[asked.detector])).run(story(text), START + offset(until))


def daily(days: int, since: int = 0) -> str:
    return "".join(f"{since + day}d {SEEN}\n" for day in range(days))


def said(replay: Replay) -> list[str]:
    return [e.at[:10] for e in replay.emissions if isinstance(e, ChurnSignalRaised)]


def test_a_customer_is_asked_about_every_monday_at_an_hour_of_their_own() -> None:
    """Mutants caught: the question put with the next touchpoint's time; twice a Monday; not before the next act."""
    asked = Asked()
    lived(asked, daily(40), "60d")
    assert {(at // DAY + 3) % 7 for at in asked.at} == {0}
    assert {later - earlier for earlier, later in pairwise(asked.at)} == {WEEK}
    assert len(asked.at) == 7  # from the tenth act, on the second Wednesday, on
    hours = {next_monday(f"c{number}", START) % DAY // 3_600_000 for number in range(200)}
    assert len(hours) == 24
    monday = START // DAY * DAY
    assert all(monday < next_monday(f"c{number}", monday) < monday + DAY for number in range(200))


def test_it_begins_with_a_habit_and_ends_when_nothing_is_left_to_see() -> None:
    """Nine acts are no habit; thirteen weeks after the last act nothing wakes any more. Mutants: wakes for ever; from the first act."""
    asked = Asked()
    replay = lived(asked, daily(9), "900d")
    assert (asked.at, replay.journeys["c1"].next_wake) == ([], 0)
    replay = lived(asked, daily(10), "900d")
    journey = replay.journeys["c1"]
    assert len(asked.at) == 13
    assert asked.at[-1] - journey.acted_at < FORGOTTEN <= asked.at[-1] + WEEK - journey.acted_at
    assert (journey.week_due, journey.next_wake) == (0, 0)


def test_it_begins_again_with_the_next_act_and_not_with_what_we_send() -> None:
    asked = Asked()
    replay = lived(asked, daily(10) + "200d email message_sent message=m", "201d")
    assert (len(asked.at), replay.journeys["c1"].week_due) == (13, 0)
    again = Asked()
    lived(again, daily(10) + f"200d {SEEN}", "210d")
    assert len(again.at) == 13 + 2


def test_nobody_is_woken_where_nothing_looks_at_weeks_or_nobody_is_watched() -> None:
    """Mutants caught: wakes without detectors; bots asked about."""
    assert Replay(Rules(detectors=[])).run(story(daily(40))).journeys["c1"].next_wake == 0
    asked = Asked()
    rules = Rules(Blueprint(bots=("c1",)), detectors=[asked.detector])
    assert Replay(rules).run(story(daily(40)), START + offset("60d")).journeys["c1"].next_wake == 0
    silent = Rules(Blueprint(silent=("asked",)), detectors=[asked.detector])
    assert Replay(silent).run(story(daily(40)), START + offset("60d")).journeys["c1"].next_wake == 0
    assert asked.at == []


def test_all_are_asked_in_the_order_of_their_names_and_one_that_fails_harms_nobody() -> None:
    calls: list[str] = []

    def failing(*_: object) -> None:
        calls.append("a")
        raise ZeroDivisionError

    def noting(*_: object) -> None:
        calls.append("b")

    parts = [Asked(name).detector for name in ("b_one", "a_one")]
    made = [
        Detector(name=d.name, family="churn", ask=ask, doc="d", module="m", weekly=True, closes=DAY, risk=d.risk)
        for d, ask in zip(parts, (noting, failing), strict=True)
    ]
    replay = Replay(Rules(detectors=made)).run(story(daily(12)), START + offset("15d"))
    assert calls == ["a", "b"]
    assert [e.detector for e in replay.emissions if isinstance(e, DetectorFailed)] == ["a_one"]


def test_the_same_is_said_once_until_it_has_faded_to_half_and_more_at_once() -> None:
    """Half-life two weeks. Mutants caught: news every Monday; never again; a stronger claim kept back."""
    same = Asked(answers=(Found([], "less", strength=0.5),) * 4)
    assert said(lived(same, daily(60), "45d")) == ["2026-01-19", "2026-02-02"]
    more = Asked(answers=(Found([], "less", strength=0.5), Found([], "less", strength=0.75), Found([], "less", strength=0.5)))
    assert said(lived(more, daily(60), "45d")) == ["2026-01-19", "2026-01-26"]


@pytest.mark.parametrize(("answer", "weighs"), [(Over(), False), (None, True)], ids=["over", "nothing to say"])
def test_what_is_over_weighs_no_more_and_silence_takes_nothing_away(answer: Over | None, weighs: bool) -> None:
    asked = Asked(answers=(Found([], "less"), answer))
    replay = lived(asked, daily(40), "25d")
    assert ("asked" in replay.journeys["c1"].contributions) == weighs


def test_whose_devices_become_one_is_asked_about_without_another_act() -> None:
    """The habit was the device's. Mutant caught: the journey that takes it in has no Monday of its own."""
    asked = Asked()
    looks = daily(30).replace("page=/", "page=/ customer=anon:1")
    text = looks + "29.1d web identity_linked id=l1 other=anon:1\n"
    lived(asked, text, "60d")
    assert [at for at in asked.at if at > START + offset("30d")]
    assert {later - earlier for earlier, later in pairwise(asked.at[-3:])} == {WEEK}
    assert asked.at[-1] % DAY == next_monday("c1", START) % DAY


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 120), st.integers(0, 30))
def test_the_weeks_are_those_that_were_counted(seed: int, length: int, later: int) -> None:
    """Against a plain count of all touchpoints. Mutants caught: the running week among them; a row not moved on; one byte of a number;
    `complete_counts` of weeks before the customer was known."""
    touched = [apart(each, number) for number, each in enumerate(wane(seed, ALONE, length))]
    touched = [each for each in touched if type(each) not in OUTCOME]  # nobody made the offers that these report
    assume(touched)
    at = touched[-1].at + later * DAY
    journey = Replay(Rules(detectors=[])).run(touched).journeys["c1"]
    weeks, plain = completed_weeks(journey, at), Counter((week_of(t.at // DAY), t.activity) for t in touched)
    now = week_of(at // DAY)
    for slot, activity in enumerate(ACTIVITIES):
        assert weeks.counts((slot,)) == tuple(plain[now - age, activity] for age in range(1, COMPLETE + 1))
        assert complete_counts(journey, at, slot) == weeks.counts((slot,))[: weeks.known]
        assert (slot in weeks.lately) == (plain[now, activity] > 0)
    assert weeks.known == max(0, min(COMPLETE, now - week_of(touched[0].at // DAY) - 1))
    assert weeks.counts(USE) == tuple(map(sum, zip(*(weeks.counts((slot,)) for slot in USE), strict=True)))


def test_two_hundred_and_fifty_six_of_a_week_are_as_many() -> None:
    """A number of two bytes, the lower of which is zero. Mutant caught: rows read by the byte."""
    views = [touchpoint(next(kind for kind in KINDS if kind.__name__ == "PageViewed"), START + number, number, 1) for number in range(256)]
    journey = Replay(Rules(detectors=[])).run(views).journeys["c1"]
    assert completed_weeks(journey, START + WEEK).counts(USE)[0] == 256
