"""Laws of decisions over generated courses. Each names the mutant that it was seen to catch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionClosed, FrictionOpened
from streams.replay import Replay
from streams.rules.offer_rows import CATALOGUE, POLICIES
from tests.streams.offers.cases import DAY, NOON, offers_of
from tests.streams.offers.courses import ROWS, Act, acts, play, rules

REPOSITORY = Path(__file__).resolve().parents[3]


@settings(max_examples=60)
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


@settings(max_examples=150)
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


@settings(max_examples=40)
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


@settings(max_examples=40)
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


@settings(max_examples=60)
@given(acts())
def test_one_decision_at_most_per_moment_and_no_id_twice(course: list[Act]) -> None:
    """Mutant caught: `wake` deciding by itself what waited, beside the moment's own decision."""
    replay = Replay(rules(POLICIES, quiet_hours=(20, 14)))
    for _ in play(replay, course):
        pass
    replay.pass_time(NOON + 400 * DAY)
    made = [e for e in replay.emissions if isinstance(e, DecisionMade)]
    assert len({(d.at, d.caused_by) for d in made}) == len(made)
    assert len({d.id for d in made}) == len(made)
    assert all(d.revision == 1 or any(f.id == d.decision and f.deferred_until for f in made) for d in made)
    ids = [o.id for o in offers_of(replay.emissions)]
    assert len(ids) == len(set(ids))


def test_another_process_decides_the_same() -> None:
    """Mutant caught: the matters of a repair kept in the order of a set, which differs with each process's salt."""
    program = (
        "from tests.streams.offers.cases import *\n"
        "nights = '\\n'.join(f'14.{i}h web payment_failed /pay{i} payment=z{i}' for i in range(6))\n"
        "replay = told(nights, '30h', offers=(repair(), repair('twin')))\n"
        "print(len(replay.journey('c1').made[0].subjects), replay.states()['c1'].hex(), replay.emissions)"
    )
    told = {_run(program, seed) for seed in ("1", "2", "3")}
    assert len(told) == 1
    assert told.pop().startswith("6 ")


def _run(program: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
