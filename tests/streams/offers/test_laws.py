"""Laws of offers over generated courses. Each names the mutant that it was seen to catch."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import available_timezones

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.decisions import DecisionMade
from schemas.offers import OfferMade
from schemas.signals import FrictionClosed, FrictionOpened
from schemas.touchpoints.outcomes import OfferRefusedByChannel
from schemas.writing import from_rfc3339
from streams.blueprint import Blueprint
from streams.detectors import registry
from streams.ids import chance
from streams.offers import quiet
from streams.offers.catalogue import CATALOGUE, POLICIES, Policy
from streams.offers.funnel import decide_offer
from streams.replay import Replay
from streams.rules import Rules
from streams.state import OFFERS_KEPT
from tests.streams.offers.cases import DAY, HOUR, NOON, consenting, gift, moment, offers_of, repair, ruled
from tests.streams.offers.courses import Act, acts, play

REPOSITORY = Path(__file__).resolve().parents[3]
DETECTORS = tuple(detector for detector in registry() if detector.name == "payment_failed")
ROWS = (
    gift("voucher", channels=("email", "sms"), least_freshness=0.0, cooldown_days=3),
    gift("sample", channels=("web", "push"), least_freshness=0.0, cooldown_days=0, valid_hours=5),
    repair("help", channels=("sms", "email"), valid_hours=30),
)
POLICY = st.builds(
    Policy,
    limit=st.sampled_from([1, 1, 2, 3, 0]),
    days=st.sampled_from([0.5, 1.0, 7.0, 30.0]),
    scope=st.sampled_from(["all", "channel", "family", "offer"]),
    spares=st.sampled_from([(), ("service_recovery",)]),
)


class Made(NamedTuple):
    """An offer as the world saw it."""

    at: int
    offer: OfferMade


def rules(policies: tuple[Policy, ...] = (), **more: object) -> Rules:
    return Rules(Blueprint(**{"offers": ROWS, "policies": policies, "holdout": 0.0, "quiet_hours": (0, 0), **more}), detectors=DETECTORS)  # type: ignore[arg-type]


def test_a_thousand_simultaneous_triggers_with_a_cap_of_one_give_one_offer() -> None:
    """Mutant caught: `made.at > since` turned into `made.at > since and made.at != at` in caps._count (1,000 offers at once)."""
    law = ruled(gift(least_freshness=0.0), policies=(Policy(limit=1, days=7, scope="all"),))
    journey, made, told = consenting(law), 0, 0
    for number in range(1000):
        one = moment(law, journey, cause=f"e{number}")
        decide_offer(one)
        made += len(offers_of(one.out))
        told += sum(isinstance(e, DecisionMade) for e in one.out)
    assert (made, told) == (1, 1000)


@settings(deadline=None, max_examples=150)
@given(acts(), st.lists(POLICY, min_size=1, max_size=2).map(tuple))
def test_no_window_ever_holds_more_offers_than_its_policy_allows(course: list[Act], policies: tuple[Policy, ...]) -> None:
    """Mutants caught: `>= policy.limit` turned into `>`; withdrawn offers taken off the count; repairs that a policy spares not counted."""
    refused: set[str] = set()
    made: list[Made] = []
    for touchpoint, emitted in play(Replay(rules(policies)), course):
        for offer in offers_of(emitted):
            at = from_rfc3339(offer.at)
            _check_caps(Made(at, offer), [m for m in made if m.offer.id not in refused], policies)
            made.append(Made(at, offer))
        if isinstance(touchpoint, OfferRefusedByChannel):
            refused.add(touchpoint.offer)


def _check_caps(new: Made, before: list[Made], policies: tuple[Policy, ...]) -> None:
    for policy in policies:
        if new.offer.family in policy.spares:
            continue
        within = [m for m in before if abs(m.at - new.at) < policy.days * DAY and _same(m.offer, new.offer, policy.scope)]
        assert len(within) < policy.limit


def _same(one: OfferMade, other: OfferMade, scope: str) -> bool:
    return scope == "all" or getattr(one, scope) == getattr(other, scope)


@settings(deadline=None, max_examples=40)
@given(acts(), st.integers(30, 80))
def test_the_books_stay_within_their_limit_and_never_forget_what_a_cap_needs(course: list[Act], length: int) -> None:
    """Mutant caught: the oldest offer forgotten although a policy still needs it (16 others push the voucher out of the books)."""
    policies = (Policy(limit=1, days=300.0, scope="offer", only="voucher"),)
    replay = Replay(rules(policies))
    busy = [Act("friction" if i % 2 else "order", HOUR) for i in range(length)]
    made = [o for _, emitted in play(replay, [*busy, *course]) for o in offers_of(emitted)]
    refused = sum(act.what == "refused" for act in course)
    assert len(replay.journey("c1").made) <= OFFERS_KEPT
    assert sum(o.offer == "voucher" for o in made) <= 1 + refused
    assert sum(o.offer != "voucher" for o in made) >= min(OFFERS_KEPT - 1, length // 2 - 1)


@settings(deadline=None, max_examples=60)
@given(acts())
def test_no_promotion_while_a_friction_is_open(course: list[Act]) -> None:
    """Mutant caught: `_promotion` that looks only at frictions of severity 4 and more."""
    still_open: set[str] = set()
    for _, emitted in play(Replay(rules()), course):
        for emission in emitted:
            if isinstance(emission, FrictionOpened):
                still_open.add(emission.id)
            elif isinstance(emission, FrictionClosed):
                still_open.remove(emission.signal)
            elif isinstance(emission, OfferMade):
                assert (emission.family == "service_recovery") == bool(still_open)


@settings(deadline=None, max_examples=150)
@given(acts(reports=False), st.booleans())
def test_without_a_yes_there_is_no_marketing(course: list[Act], granted: bool) -> None:
    """Mutants caught: unknown consent passing; the oldest word counting in place of the newest; unsubscribing heard for `sms` only."""
    replay = Replay(rules())
    said: dict[str, tuple[int, bool]] = {}  # channel -> the newest word, as the customer would tell it
    for touchpoint, emitted in play(replay, course, grant=granted):
        for channel, yes in _words(touchpoint):
            at, before = said.get(channel, (0, False))
            if touchpoint.at > at or (touchpoint.at == at and not yes):
                said[channel] = (touchpoint.at, yes if touchpoint.at > at else before and yes)
        for offer in offers_of(emitted):
            if offer.family != "service_recovery" and offer.caused_by != "wake":
                assert said.get(offer.channel, (0, False))[1]


def _words(touchpoint: object) -> list[tuple[str, bool]]:
    kind = type(touchpoint).__name__
    if kind == "Unsubscribed":
        return [("email", False)]
    if kind == "ConsentChanged":
        covered = [touchpoint.for_channel] if touchpoint.for_channel else ["email", "sms", "web", "push"]  # type: ignore[attr-defined]
        return [(channel, touchpoint.state == "granted") for channel in covered]  # type: ignore[attr-defined]
    return []


@settings(deadline=None, max_examples=40)
@given(acts(reports=False), st.sampled_from(["UTC", "Europe/Rome", "America/New_York", ""]))
def test_both_arms_keep_the_same_books(course: list[Act], zone: str) -> None:
    """Mutants caught: shadows left out of `reserve`; shadows left out of `wake` (never counted as delivered)."""
    books = []
    for share in (0.0, 1.0):
        replay = Replay(rules(POLICIES, holdout=share, quiet_hours=(21, 8)))
        replay.journey("c1").zone = zone
        for _ in play(replay, course):
            pass
        replay.pass_time(NOON + 400 * DAY)
        journey = replay.journey("c1")
        books.append(([msgspec.structs.replace(m, shadow=False) for m in journey.made], journey.deferred, journey.next_wake))
        controls = [m for m in journey.made if m.shadow]
        assert all(m.family != "service_recovery" for m in controls)
        assert len(controls) == (sum(m.family != "service_recovery" for m in journey.made) if share else 0)
    assert books[0] == books[1]


@settings(deadline=None, max_examples=40)
@given(acts())
def test_deciding_twice_gives_the_same_bytes(course: list[Act]) -> None:
    """Mutant caught: ties broken by `id(candidate)` in rank.best."""
    twins = (*ROWS, msgspec.structs.replace(ROWS[0], name="twin"))
    told = []
    for _ in range(2):
        replay = Replay(rules(POLICIES, offers=twins, quiet_hours=(21, 8)))
        lines = [msgspec.json.encode(e) for _, emitted in play(replay, course) for e in emitted]
        told.append((lines, replay.states()))
    assert told[0] == told[1]


@settings(deadline=None, max_examples=40)
@given(acts())
def test_every_candidate_is_in_every_decision_with_its_step(course: list[Act]) -> None:
    """Mutant caught: candidates that lost by rank left out of the decision."""
    catalogue = {(o.name, c) for o in CATALOGUE for c in o.channels}
    channels = {o.name: o.channels for o in CATALOGUE}
    replay = Replay(rules(POLICIES, offers=CATALOGUE, holdout=0.5))
    for _, emitted in play(replay, course):
        for decision in (e for e in emitted if isinstance(e, DecisionMade)):
            stood = [(c.offer, channel) for c in decision.candidates for channel in ((c.channel,) if c.channel else channels[c.offer])]
            assert sorted(stood) == sorted(catalogue)
            winners = [c for c in decision.candidates if not c.step]
            assert len(winners) == (decision.outcome == "offered")
            assert all((c.reason is None) == (not c.step) for c in decision.candidates)
            assert all(c.factors is not None for c in decision.candidates if c.step in ("", "rank", "holdout"))


@settings(deadline=None, max_examples=60)
@given(acts())
def test_one_decision_at_most_per_moment_and_no_id_twice(course: list[Act]) -> None:
    """Mutant caught: `wake` deciding by itself what waited, beside the moment's own decision."""
    replay = Replay(rules(POLICIES, quiet_hours=(20, 14)))
    for _ in play(replay, course):
        pass
    replay.pass_time(NOON + 400 * DAY)
    made = [e for e in replay.emissions if isinstance(e, DecisionMade)]
    assert len({(d.at, d.caused_by) for d in made}) == len(made)
    assert len({(d.id, d.revision) for d in made}) == len(made)
    assert all(d.revision == 1 or any(f.id == d.id and f.deferred_until for f in made) for d in made)
    ids = [o.id for o in offers_of(replay.emissions)]
    assert len(ids) == len(set(ids))


def test_another_process_decides_the_same() -> None:
    """Mutant caught: the matters of a repair kept in the order of a set, which differs with each process's salt."""
    program = (
        "from tests.streams.offers.cases import *\n"
        "nights = '\\n'.join(f'14.{i}h web payment_failed /pay{i} payment=z{i}' for i in range(6))\n"
        "replay = told(nights, '30h', offers=(repair(), repair('twin')))\n"
        "print(len(replay.journey('c1').made[0].matters), replay.states()['c1'].hex(), replay.emissions)"
    )
    told = {_run(program, seed) for seed in ("1", "2", "3")}
    assert len(told) == 1
    assert told.pop().startswith("6 ")


def _run(program: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout


ZONES = tuple(sorted(z for z in available_timezones() if quiet.known(z)))


HOURS = st.sampled_from([(21, 8), (22, 7), (20, 10), (0, 6), (2, 3), (23, 1), (0, 0), (12, 24)])
CHANGES = [datetime(2026, month, day, 2, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))]  # of clocks
CHANGING = st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kathmandu"])
NEAR_A_CHANGE = st.builds(lambda day, off: int(day.timestamp()) * 1000 + off, st.sampled_from(CHANGES), st.integers(-36 * HOUR, 36 * HOUR))


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(NEAR_A_CHANGE, st.integers(NOON - 400 * DAY, NOON + 400 * DAY)),
    st.lists(st.one_of(CHANGING, st.sampled_from(ZONES)), min_size=1, max_size=3).map(tuple),
    HOURS,
)
def test_quiet_hours_end_at_the_first_allowed_moment_in_every_zone(at: int, zones: tuple[str, ...], hours: tuple[int, int]) -> None:
    """Mutants caught: the end computed by adding hours to UTC (wrong by one over a change of clocks); only the first zone looked at."""
    allowed = quiet.allowed_from(at, zones, hours)
    if not allowed:
        assert len(zones) > 1
        return
    assert allowed >= at
    assert not any(_is_quiet(allowed, zone, hours) for zone in zones)
    if allowed > at:
        assert any(_is_quiet(allowed - 1, zone, hours) for zone in zones)
        assert any(_is_quiet(at, zone, hours) for zone in zones)


def _is_quiet(at: int, zone: str, hours: tuple[int, int]) -> bool:
    """By the clock on the wall, worked out in the plainest way."""
    hour = datetime.fromtimestamp(at // 1000, quiet.clock_of(zone)).hour
    start, end = hours
    return (start <= hour < end) if start <= end else (hour >= start or hour < end)


MARKET = ("America/Chicago", "Asia/Yangon")  # in winter it is day in both for half an hour only


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 300 * 24 * 60),
    st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "", "no/zone"]),
    st.integers(0, 9),
)
def test_nothing_is_sent_at_night(minutes: int, zone: str, number: int) -> None:
    """Mutants caught: the spread of a deferred decision running past a narrow allowed window; UTC taken for an unknown zone."""
    law, customer = ruled(gift(), market_zones=MARKET, quiet_hours=(21, 8)), f"c{number}"
    journey, zones = consenting(law, zone=zone), (zone,) if quiet.known(zone) else MARKET
    one = moment(law, journey, NOON + minutes * 60_000, customer=customer)
    decide_offer(one)
    if journey.deferred:
        one = moment(law, journey, journey.deferred.due, customer=customer, triggers=())
        decide_offer(one)
    [made] = offers_of(one.out)
    assert not any(_is_quiet(from_rfc3339(made.at), z, (21, 8)) for z in zones)


def test_the_holdout_is_stable_and_has_its_share() -> None:
    """Mutants caught: the share compared with `>`; the salt made of the decision's cause."""
    law = ruled(gift(), holdout=0.1)
    held = set()
    for number in range(4000):
        customer = f"c{number}"
        outcomes = set()
        for at in (NOON, NOON + 30 * DAY):
            one = moment(law, consenting(law), at, customer=customer)
            decide_offer(one)
            outcomes.add(one.out[-1].outcome)  # type: ignore[union-attr]
        assert len(outcomes) == 1
        if outcomes == {"held_out"}:
            held.add(customer)
    assert abs(len(held) / 4000 - 0.1) < 4 * (0.1 * 0.9 / 4000) ** 0.5
    assert held == {f"c{n}" for n in range(4000) if chance("holdout-1", f"c{n}") < 0.1}
