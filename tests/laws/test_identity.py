"""Laws of identity: whatever the order in which ids turn out to be one customer's, nothing is lost, doubled or given to a stranger."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.control import Addressed, JourneyHandedOver, JourneyUnlinked, TouchpointForwarded
from schemas.touchpoints import KINDS, Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from streams.identity import merging
from streams.offers.history import OUTCOME
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import (
    CHANNELS,
    CONSENTS,
    DEADLINES,
    FIELDS,
    METS,
    OFFERS_KEPT,
    OPEN_SIGNALS,
    PLACES,
    RECENT_IDS,
    REFERENCES,
    THINGS,
    Cadence,
    Consent,
    Deferred,
    Episode,
    Journey,
    Visit,
)
from streams.state.identifiers import HOPS
from streams.story import START
from tests.laws.strategies import apart, course, touchpoint

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
COUNTED = ("kinds", "channels", "days", "weeks", "day", "acts", "value", "first_seen", "newest")
MINE, DEVICE = "c1", "anon:1"
RULES = Rules(Blueprint(currency="EUR", rates={"USD": 0.92}))  # yen have no rate: they are kept apart
# Reports about offers that nobody made are left out: they are told, and are no act of the customer.
PLAIN = tuple(kind for kind in KINDS if kind not in (SignedIn, IdentityLinked, *OUTCOME))


def signed_in(customer: str, anonymous: str, at: int, number: int) -> Touchpoint:
    return SignedIn(id=f"s{number}", customer=customer, at=at, channel="web", anonymous=anonymous)


def linked(customer: str, other: str, at: int, number: int) -> Touchpoint:
    return IdentityLinked(id=f"l{number}", customer=customer, at=at, other=other)


def one(customer: str, at: int, number: int, seed: int) -> Touchpoint:
    """A touchpoint of any kind but those that name a second id or an offer; each order, receipt and other thing comes once."""
    made = apart(touchpoint(PLAIN[seed % len(PLAIN)], at, number, seed, customer), number)
    numbers = {name: f"{name}{number}" for name in ("order", "receipt") if getattr(made, name, "")}
    return msgspec.structs.replace(made, **numbers)


def memory(journey: Journey) -> dict[str, Any]:
    """What is remembered of the touchpoints themselves, whatever was made of it."""
    kept: dict[str, Any] = {name: getattr(journey, name) for name in COUNTED}
    kept["rings"] = {name: [repr(mark) for mark in getattr(journey.rings, name)] for name in journey.rings.__struct_fields__}
    kept["purchases"] = journey.cadence.count
    kept["episode"] = (journey.episode.started, journey.episode.last, journey.episode.count)
    return {name: dict(sorted(each.items())) if isinstance(each, dict) else each for name, each in kept.items()}


def touched(replay: Replay) -> int:
    """How many touchpoints all journeys together remember."""
    return sum(sum(journey.kinds.values()) for journey in replay.journeys.values())


whose = st.lists(st.tuples(st.booleans(), st.integers(0, 4_000)), min_size=1, max_size=25)


@settings(max_examples=60)
@example([(False, 313), (True, 313), (False, 0)], 2)  # the same feature under both ids: it is kept once
@given(whose, st.integers(0, 25))
def test_the_link_may_come_anywhere_within_the_episode(told: list[tuple[bool, int]], when: int) -> None:
    """Known and anonymous touchpoints in any order, the sign-in before, between or behind them: the same memory as of one id alone.

    Mutants caught: later touchpoints not passed on; a ring cut before it is put together; counters of the hand-over left out.
    """
    events, alone = list[Touchpoint](), list[Touchpoint]()
    for number, (known, seed) in enumerate(told):
        at = START + number * 30 * SECOND
        if number == min(when, len(told) - 1):
            events.append(signed_in(MINE, DEVICE, at - SECOND, 0))
            alone.append(signed_in(MINE, "", at - SECOND, 0))
        events.append(one(MINE if known else DEVICE, at, number, seed))
        alone.append(one(MINE, at, number, seed))
    merged, single = Replay(RULES).run(events), Replay(RULES).run(alone)
    assert memory(merged.journeys[MINE]) == memory(single.journeys[MINE])
    assert not merged.journeys.get(DEVICE, Journey()).kinds


@settings(max_examples=40)
@given(whose, st.integers(2, 25))
def test_the_second_sign_in_brings_the_whole_history(told: list[tuple[bool, int]], apart: int) -> None:
    """Days between touchpoints and two sign-ins: in the end all is one customer's. Mutant caught: the rest stays behind."""
    events = list[Touchpoint]()
    for number, (known, seed) in enumerate(told):
        events.append(one(MINE if known else DEVICE, START + number * apart * HOUR, number, seed))
    end = START + len(told) * apart * HOUR
    replay = Replay(RULES).run([*events, signed_in(MINE, DEVICE, end, 1), signed_in(MINE, DEVICE, end + DAY, 2)])
    assert touched(replay) == sum(replay.journeys[MINE].kinds.values()) == replay.partition.outcomes["applied"] + late(replay)
    later = one(DEVICE, end + 9 * DAY, 99, 7)
    replay.apply(later)
    assert replay.journeys[MINE].newest == later.at


def late(replay: Replay) -> int:
    return replay.partition.outcomes.get("late", 0)


names = st.sampled_from(["c1", "c2", "c3", "c4", "anon:1", "anon:2", "anon:3", "anon:4"])
acts = st.lists(
    st.tuples(
        st.sampled_from(["touch", "touch", "touch", "sign", "link"]), names, names, st.integers(0, 4_000), st.sampled_from([1, 60, 7_200])
    ),
    max_size=40,
)


def played(told: list[tuple[str, str, str, int, int]]) -> tuple[Replay, int]:
    """Any course of several ids that name each other; and how many touchpoints it has."""
    replay = Replay(RULES)
    return replay, continued(replay, told, 0)


def continued(replay: Replay, told: list[tuple[str, str, str, int, int]], start: int) -> int:
    """What comes from `start` on happens; returns how many touchpoints that were."""
    at, events = START, list[Touchpoint]()
    for number, (what, name, other, seed, gap) in enumerate(told):
        at += gap * SECOND
        if number < start:
            continue
        if what == "touch":
            events.append(one(name, at, number, seed))
        elif what == "sign":
            events.append(signed_in(name, other, at, number))
        else:
            events.append(linked(name, other, at, number))
    replay.run(events)
    return len(events)


@settings(max_examples=100)
@given(acts)
def test_however_ids_are_linked_it_ends_and_nothing_is_lost_or_doubled(told: list[tuple[str, str, str, int, int]]) -> None:
    """A to B and B to A, chains, kiosks: at most HOPS journeys pass a thing on, and every touchpoint is remembered once.

    Mutants caught: forwarding towards the larger id (it goes in circles); an episode handed over and kept; one passed on and taken in.
    """
    replay, count = played(told)
    outcomes = replay.partition.outcomes
    assert touched(replay) == count == outcomes.get("applied", 0) + late(replay)
    assert outcomes.get("duplicate", 0) == 0
    assert all(getattr(control, "hops", 0) <= HOPS for control in replay.sent)
    assert sum(Counter(map(type, replay.sent))[kind] for kind in (TouchpointForwarded,)) == outcomes.get("forwarded", 0)


@settings(max_examples=60)
@given(acts, st.integers(0, 40))
def test_a_journey_that_rested_goes_on_as_one_that_did_not(told: list[tuple[str, str, str, int, int]], rest: int) -> None:
    """All journeys become bytes and are read again on the way, as after a crash. Mutant caught: a count that comes back as a float."""
    replay, _ = played(told[:rest])
    replay.journeys = {name: RULES.codec.decode(state, {}) for name, state in replay.states().items()}
    continued(replay, told, rest)
    assert replay.states() == played(told)[0].states()


@settings(max_examples=40)
@given(acts)
def test_a_repeated_hand_over_changes_nothing(told: list[tuple[str, str, str, int, int]]) -> None:
    """Whatever was handed over comes a second time: every journey's bytes stay. Mutant caught: hand-overs not noted."""
    replay, _ = played(told)
    before = replay.states()
    handed: list[Addressed] = [control for control in replay.sent if isinstance(control, JourneyHandedOver)]
    absorbing = [control for control in handed if replay.journeys[control.customer].absorbed_hand_overs]
    said = [emission for control in absorbing[-4:] for emission in replay.apply(control)]
    if all(replay.journeys[control.customer].forward is None for control in absorbing[-4:]):
        assert (replay.states(), said) == (before, [])


@settings(max_examples=60)
@example(10, 10, 1, 16)  # the same purchase under both, a refund under one
@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(1, 60), st.integers(1, 60))
def test_of_two_journeys_either_may_take_in_the_other(seed: int, other_seed: int, length: int, other_length: int) -> None:
    """Within all bounds, and the same but for what is the absorbing journey's own. Mutant caught: any rule that looks at one side first."""
    both = [_merged(seed, length, other_seed, other_length), _merged(other_seed, other_length, seed, length)]
    first, then = both
    for name in merging.MERGE_RULES:
        mine, theirs = getattr(first, name), getattr(then, name)
        if name in ("recent_ids", "references", "things"):
            assert sorted(_cut(mine)) == sorted(_cut(theirs)) or len(mine) in (RECENT_IDS * 6, REFERENCES * 6, THINGS * 6)
        elif isinstance(mine, dict):
            assert dict(sorted(mine.items())) == dict(sorted(theirs.items())), name
        elif name == "cadence":
            assert msgspec.to_builtins(mine) == pytest.approx(msgspec.to_builtins(theirs))
        else:
            assert mine == theirs, name
    assert_bounded(first)


def _merged(seed: int, length: int, other_seed: int, other_length: int) -> Journey:
    """The journey that course `seed` made, after it took in that of `other_seed`; no two touchpoints have an id in common."""
    replay = Replay(RULES)
    for number, size in ((seed, length), (other_seed, other_length)):
        for index, each in enumerate(course(number, PLAIN, size)):
            replay.apply(msgspec.structs.replace(each, id=f"{number}-{index}", customer=f"{number}-{size}"))
    mine, theirs = replay.journeys[f"{seed}-{length}"], replay.journeys[f"{other_seed}-{other_length}"]
    if mine is theirs:
        theirs = replay.rules.codec.new()
    merging.absorb(mine, theirs, replay.rules)
    return mine


def _cut(ring: bytearray) -> list[bytes]:
    return [bytes(ring[at : at + 6]) for at in range(0, len(ring), 6)]


def assert_bounded(journey: Journey) -> None:
    """Every list is as long as it may be, at most."""
    assert len(journey.channels) <= CHANNELS + 1
    assert len(journey.deadlines) <= DEADLINES
    assert len(journey.open) <= 2 * OPEN_SIGNALS  # the rest is closed in public, by who takes it in
    assert len(journey.made) <= OFFERS_KEPT
    assert len(journey.consents) <= CONSENTS
    assert len(journey.places) <= PLACES
    assert len(journey.mets) <= METS
    assert len(journey.recent_ids) <= RECENT_IDS * 6
    assert len(journey.references) <= REFERENCES * 6
    assert len(journey.things) <= THINGS * 6


def test_every_field_of_a_journey_has_its_rule() -> None:
    """Mutant caught: a new field that a merge forgets."""
    assert {*merging.MERGE_RULES, *merging.OWN_FIELDS} == set(FIELDS)
    assert not {*merging.MERGE_RULES} & {*merging.OWN_FIELDS}


def test_every_field_of_what_is_put_together_is_thought_of() -> None:
    """These are made anew from two: a field that is added to them must be added there. Mutant caught: a field that a merge sets back."""
    known = {
        Episode: "started last count channels place spot arrived front front_as front_spot", Visit: "day hurt lapsed stage minute met",
        Cadence: "count first last gaps mean_days squares", Deferred: "decision due triggers cause", Consent: "granted at",
    }  # fmt: skip
    assert {kind: " ".join(kind.__struct_fields__) for kind in known} == known


@settings(max_examples=60)
@given(acts, st.integers(0, 40), names)
def test_after_an_unlink_nothing_more_goes_there_whatever_is_linked(
    told: list[tuple[str, str, str, int, int]], when: int, name: str
) -> None:
    """At any moment of any course an id is unlinked from where it goes. From then on it keeps what is its own, and nothing is lost.

    Mutants caught: a link that comes later joins them again; the touchpoints behind the unlink are dropped.
    """
    replay = Replay(RULES)
    count = continued(replay, told[:when], 0)
    journey = replay.journeys.get(name, Journey())
    if journey.forward is None or not journey.forward.to:
        return
    replay.apply(JourneyUnlinked(customer=name, to=journey.forward.to, at=START))
    told_before = len(replay.sent)
    count += continued(replay, told, when)
    later = replay.sent[told_before:]
    assert not [each for each in later if isinstance(each, JourneyHandedOver | TouchpointForwarded) and each.origin == name]
    assert touched(replay) == count == replay.partition.outcomes.get("applied", 0) + late(replay)


@settings(max_examples=20)
@given(acts)
def test_without_the_link_they_are_apart(told: list[tuple[str, str, str, int, int]]) -> None:
    """Un-merge: the same log without its links gives each id the journey that is its own. Mutant caught: whatever else merges."""
    apart = [(what, name, "" if what != "touch" else other, seed, gap) for what, name, other, seed, gap in told]
    replay, _ = played(apart)
    assert replay.sent == []
    mine = dict[str, int]()
    for _, name, *_ in apart:
        mine[name] = mine.get(name, 0) + 1
    assert {name: sum(journey.kinds.values()) for name, journey in replay.journeys.items()} == mine


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["c1", "c2", "c3"]), st.integers(0, 3), st.integers(0, 4_000)), min_size=3, max_size=12))
def test_customers_of_one_kiosk_share_nothing_but_the_episode_before_the_guard_knew(turns: list[tuple[str, int, int]]) -> None:
    """Each turn somebody looks around on the kiosk, signs in and goes on under their own id; an hour lies between turns.

    Only the customer who was alone with it till then has anonymous touchpoints; and, having signed in twice, the next visitor's few before
    that one signed in.
    Mutants caught: forwarding goes on for the next visitor; the second customer is given the device's history; the guard forgets.
    """
    events, at, number = list[Touchpoint](), START, 0
    own: Counter[str] = Counter()
    for customer, looks, seed in turns:
        at += HOUR
        for _ in range(looks):
            number, at = number + 1, at + SECOND
            events.append(one("anon:kiosk", at, number, seed))
        events.append(signed_in(customer, "anon:kiosk", at + SECOND, 1_000 + number + len(events)))
        events.append(one(customer, at + 2 * SECOND, 5_000 + len(events), seed))
        own[customer] += 2
    replay = Replay(RULES).run(events)
    first = next((index for index, turn in enumerate(turns) if turn[0] != turns[0][0]), len(turns))
    given_away = sum(looks for _, looks, _ in turns[: first + (first > 1)])
    for customer, count in own.items():
        expected = count + (given_away if customer == turns[0][0] else 0)
        assert sum(replay.journeys[customer].kinds.values()) == expected, customer
    assert touched(replay) == len(events)
