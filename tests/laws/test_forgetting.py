"""Laws of forgetting: an anonymous journey goes at its moment and leaves no trace, and no customer's journey knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.control import Tick
from schemas.touchpoints import BY_KIND, Touchpoint
from streams.decide import Event
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Journey
from streams.story import START, story
from tests.laws.strategies import apart, touchpoint
from tests.laws.test_identity import DEVICE, PLAIN, SECOND, acts, continued, signed_in

DAY = 86_400_000
DAYS = 20
LONG = 4_000 * DAY  # whatever a journey waits for is over then
RULES, NEVER = (Rules(Blueprint(forget_anonymous_days=days), fingerprint="the same") for days in (DAYS, 0))
A_DAY = Rules(Blueprint(forget_anonymous_days=1))  # so short that frictions, offers and deadlines outlast it
QUIET = tuple(BY_KIND[name] for name in ("page_viewed", "products_searched", "clicked"))  # kinds after which little is waited for
GAPS = (SECOND, 60 * SECOND, 2 * 3_600 * SECOND, DAY, 9 * DAY, -SECOND, -DAY)
steps = st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from(GAPS)), min_size=1, max_size=20)
Steps = Sequence[tuple[int, int]]


def visits(told: Steps, customer: str = DEVICE, start: int = START, kinds: Sequence[type[Touchpoint]] = PLAIN) -> list[Touchpoint]:
    """Touchpoints of one id, each telling of a thing of its own; no two courses with other starts have an id in common."""
    at, made = start, list[Touchpoint]()
    for number, (seed, gap) in enumerate(told, start % 99_991):
        at += gap
        made.append(apart(touchpoint(kinds[seed % len(kinds)], at, number, seed, customer), number))
    return made


def waits(journey: Journey) -> bool:
    """Whether a friction is open, or an offer, a decision or a deadline waits."""
    offered = any(made.outcome in ("", "delivered", "seen") and made.valid_until >= journey.next_wake for made in journey.made)
    return bool(journey.open or journey.deadlines or journey.deferred or offered)


def stays(journey: Journey) -> bool:
    """Whether the journey is worth keeping: a purchase, a refusal, an address, or something that waits for the customer."""
    refused = [consent for consent in journey.consents.values() if not consent.granted]
    paused = [deadline for deadline in journey.deadlines.values() if deadline.paused]
    return bool(journey.cadence.count or refused or paused or journey.forward)


def tick(replay: Replay, customer: str = DEVICE) -> Tick:
    """Let the journey's timer fire, and return the tick."""
    due = Tick(customer=customer, due=replay.journeys[customer].next_wake)
    replay.apply(due)
    return due


def shared(replay: Replay) -> dict[str, Any]:
    """What the journeys share, but for the books."""
    fields = {name: msgspec.to_builtins(getattr(replay.partition, name)) for name in replay.partition.__struct_fields__}
    return {**fields, "outcomes": 0, "forgotten": 0, "rows": replay.partition.aggregates.encoded_rows()}


@settings(max_examples=60)
@given(steps)
def test_it_is_forgotten_exactly_when_it_was_silent_for_so_long(told: Steps) -> None:
    """Mutants caught: silence counted from the first touchpoint; a timer set anew a day late; a later touchpoint that is not looked at."""
    replay = Replay(RULES).run(visits(told, kinds=QUIET))
    journey = replay.journeys.get(DEVICE)
    assert journey is not None
    due = journey.newest + DAYS * DAY
    replay.pass_time(due - 1)
    waiting = waits(journey)
    assert DEVICE in replay.journeys
    replay.pass_time(due)
    assert (DEVICE in replay.journeys, replay.partition.forgotten) == ((True, 0) if waiting else (False, 1))


@settings(max_examples=100)
@given(steps)
def test_it_goes_without_a_word_once_nothing_waits_and_not_before(told: Steps) -> None:
    """Whatever happened: no output, no count changes, and nothing is open.

    Mutants caught: an open friction not looked at; a refusal forgotten; the books of all customers touched.
    """
    replay = Replay(A_DAY).run(visits(told))
    while (journey := replay.journeys.get(DEVICE)) and 0 < journey.next_wake < START + LONG:
        newest, kept, waiting, said, before = journey.newest, stays(journey), waits(journey), len(replay.emissions), shared(replay)
        gone = tick(replay)
        if DEVICE not in replay.journeys:
            assert (kept, waiting) == (False, False)
            assert gone.due >= newest + DAY
            assert (len(replay.emissions), shared(replay)) == (said, before)
    assert (DEVICE in replay.journeys) is bool(journey and stays(journey))


@settings(max_examples=60)
@given(steps, steps, st.booleans())
def test_what_comes_later_begins_a_journey_as_the_first_thing_would(told: Steps, later: Steps, ticked: bool) -> None:
    """The tick came before it, or only its own time shows that the other journey had ended.

    Mutants caught: a field that stays; the id of the touchpoint forgotten with the journey, so that its copy counts.
    """
    replay, fresh = Replay(RULES).run(visits(told)), Replay(RULES)
    if stays(replay.journeys[DEVICE]):
        return
    if ticked:
        replay.pass_time(START + LONG - DAY)
        assert DEVICE not in replay.journeys
    again, said = [each for each in visits(later, start=START + LONG) for _ in (1, 2)], len(replay.emissions)
    replay.run(again)
    fresh.run(again)
    assert replay.partition.forgotten == 1 + fresh.partition.forgotten
    assert replay.states() == fresh.states()
    before = len(replay.emissions) - len(fresh.emissions)  # what the timers of the other journey said, if no tick had come for them
    assert replay.emissions[before:] == fresh.emissions
    assert before == said or not ticked


@settings(max_examples=40)
@given(steps, steps)
def test_the_log_forgets_at_the_same_records_again(told: Steps, later: Steps) -> None:
    """The ticks, each of them twice, and every state as bytes in between, as after a crash.

    Mutants caught: a tick that comes again and leaves an empty journey; a timer that is not in the state.
    """
    replay, log = Replay(RULES), list[Event]()
    for event in (*visits(told), *visits(later, start=START + LONG)):
        while (journey := replay.journeys.get(DEVICE)) and 0 < journey.next_wake <= event.at:
            log += 2 * [tick(replay)]
        replay.apply(event)
        log.append(event)
    while (journey := replay.journeys.get(DEVICE)) and 0 < journey.next_wake <= START + 2 * LONG:
        log += 2 * [tick(replay)]
    again = Replay(RULES)
    for record in log:
        again.journeys = {name: RULES.codec.decode(state, {}) for name, state in again.states().items()}
        again.apply(record)
    assert again.states() == replay.states()
    assert (again.emissions, again.partition.forgotten) == (replay.emissions, replay.partition.forgotten)
    assert shared(again) == shared(replay)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["c1", "c2", DEVICE, "anon:2"]), st.integers(0, 4_000), st.sampled_from(GAPS)), max_size=30))
def test_no_known_customer_notices_whether_anybody_is_forgotten(told: list[tuple[str, int, int]]) -> None:
    """States and outputs of known customers are the same bytes with the rule and without it. Mutant caught: known ids forgotten too."""
    at, events = START, list[Touchpoint]()
    for number, (customer, seed, gap) in enumerate(told):
        at += gap
        events.append(apart(touchpoint(PLAIN[seed % len(PLAIN)], at, number, seed, customer), number))
    found = []
    for rules in (RULES, NEVER):
        replay = Replay(rules).run(events, at + LONG)
        states = {name: state for name, state in replay.states().items() if not name.startswith("anon:")}
        said = [msgspec.json.encode(each) for each in replay.emissions if not getattr(each, "customer", "").startswith("anon:")]
        found.append((states, sorted(said)))
    assert found[0] == found[1]


@settings(max_examples=60)
@given(acts)
def test_a_link_brings_all_as_long_as_nobody_was_silent_for_so_long(told: list[tuple[str, str, str, int, int]]) -> None:
    """The customer's journey is the same with the rule and without it, and has no time at which it would be forgotten.

    Mutants caught: the time handed over with the journey; a journey with an address that is forgotten.
    """
    with_rule, without = Replay(RULES), Replay(NEVER)
    for replay in (with_rule, without):
        continued(replay, told, 0)
    known = [name for name in with_rule.journeys if not name.startswith("anon:")]
    assert {name: with_rule.states()[name] for name in known} == {name: without.states()[name] for name in known}
    linked = {name for name, journey in with_rule.journeys.items() if journey.forward is not None}
    with_rule.pass_time(START + LONG)
    assert linked <= with_rule.journeys.keys()
    assert not [name for name in (*known, *linked) if with_rule.journeys[name].forget_due]


KEPT = {
    "purchase": "0 store purchase_made till receipt=r1 value=900 customer=anon:1",
    "refusal": "0 web consent_changed - purpose=marketing state=denied customer=anon:1",
    "erasure": "0 web erasure_requested - customer=anon:1",
}


@pytest.mark.parametrize("what", KEPT)
def test_what_must_be_kept_is_kept(what: str) -> None:
    """Mutants caught: a journey with a purchase that is forgotten; one with a refusal, which would then be offered what it refused."""
    replay = Replay(RULES).run(story(KEPT[what]), START + LONG)
    assert replay.journeys[DEVICE].newest == START
    assert replay.journeys[DEVICE].forget_due == 0


def test_a_complaint_that_waits_for_the_customer_keeps_the_journey() -> None:
    """Mutant caught: a paused deadline not looked at, or counted as one that time ends: the timer would fire each millisecond."""
    told = """
    0  email complaint_opened    desk complaint=b1              customer=anon:1
    1h call  waiting_on_customer -    complaint=b1 waiting=true customer=anon:1
    """
    replay = Replay(A_DAY).run(story(told), START + 70 * DAY)
    journey = replay.journeys[DEVICE]
    assert (journey.open, journey.forget_due) == ([], 0)


def test_an_open_friction_outlasts_the_silence() -> None:
    """A bad answer is a friction for seven days, and the journey goes right after them. Mutant caught: an open friction not looked at."""
    replay = Replay(A_DAY).run(story("0 web survey_answered - metric=csat score=1 low=1 high=5 customer=anon:1"), START + 7 * DAY)
    assert "FrictionClosed" in [type(each).__name__ for each in replay.emissions]
    assert replay.journeys[DEVICE].open == []
    replay.pass_time(START + 7 * DAY + 1)
    assert replay.journeys == {}


def test_a_device_that_takes_in_another_is_forgotten_too() -> None:
    """Two anonymous ids become one, of which nothing comes any more. Mutant caught: no time is set where a hand-over begins a journey."""
    page = story("0 web page_viewed /a page=/a customer=anon:2")
    replay = Replay(RULES).run([*page, signed_in("anon:2", DEVICE, START + SECOND, 1)])
    assert replay.journeys[DEVICE].kinds
    replay.pass_time(START + LONG)
    assert replay.journeys.keys() == {"anon:2"}  # it has an address, and nothing else
    assert replay.journeys["anon:2"].forward is not None
