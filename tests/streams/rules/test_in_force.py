"""Rules in the log: what is published counts from there on, once, and only where its body is known."""

from __future__ import annotations

import re

import msgspec
import pytest

from schemas.control import RulesPublished
from schemas.outputs.signals import FrictionOpened
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, blueprint_of
from streams.rules.in_force import UnknownRulesError
from streams.rules.offer_rows import Offer
from streams.story import START, offset, story

CLICKS = "\n".join(f"{n}00ms web clicked /pay target=buy" for n in range(3))
EAGER = Blueprint(name="eager", limits={"rage_click": {"clicks": 2}})
CALM = Blueprint(name="calm", limits={"rage_click": {"clicks": 9}})
BODIES = {each.fingerprint(): each for each in (EAGER, CALM)}


def published(blueprint: Blueprint, version: int) -> RulesPublished:
    return RulesPublished(name=blueprint.name, version=version, hash=blueprint.fingerprint())


def frictions(replay: Replay) -> list[tuple[str, str]]:
    """Detectors and the rules they judged by."""
    return [(each.detector, each.rules) for each in replay.emissions if isinstance(each, FrictionOpened)]


def test_rules_count_from_their_place_in_the_log_on() -> None:
    first, *rest = story(CLICKS)
    replay = Replay(bodies=BODIES).run([first, published(EAGER, 1), *rest])
    assert frictions(replay) == [("rage_click", EAGER.fingerprint())]
    assert (replay.partition.blueprint, replay.partition.rules, replay.partition.versions["rules"]) == ("eager", EAGER.fingerprint(), 1)
    assert frictions(Replay(bodies=BODIES).run([first, *rest, published(EAGER, 1)])) == []


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_version_or_the_same_again_changes_nothing(version: int) -> None:
    """Mutant: `<` in place of `<=`: a word that was said again would put its old rules back."""
    replay = Replay(bodies=BODIES).run([published(EAGER, 2), published(CALM, version), *story(CLICKS)])
    assert frictions(replay) == [("rage_click", EAGER.fingerprint())]
    assert replay.partition.rules == EAGER.fingerprint()


def test_a_newer_version_takes_the_place_of_an_older_one() -> None:
    assert frictions(Replay(bodies=BODIES).run([published(EAGER, 2), published(CALM, 3), *story(CLICKS)])) == []


def test_rules_that_nobody_has_do_not_come_into_force() -> None:
    """The rules before them stay, and their version is free. Mutants: the version taken over with the rejection; the defaults instead."""
    known = {CALM.fingerprint(): CALM}
    replay = Replay(bodies=known).run([published(CALM, 6), published(EAGER, 7), *story(CLICKS)])
    assert (replay.partition.rules, replay.partition.versions["rules"], frictions(replay)) == (CALM.fingerprint(), 6, [])
    refused = replay.rulebook.refusal(replay.partition, published(EAGER, 7))
    assert refused is not None
    assert (refused.reason, str(refused)[:34]) == ("unknown_rules", "the blueprint 'eager', version 7 (")
    known[EAGER.fingerprint()] = EAGER  # published again: the same version counts
    assert frictions(replay.run([published(EAGER, 7), *story(CLICKS, customer="c2")])) == [("rage_click", EAGER.fingerprint())]


def test_rules_that_cannot_be_compiled_are_named_and_do_not_come_into_force() -> None:
    broken = Blueprint(name="broken", offers=(Offer(
        name="x", family="incentive", lever="social", channels=("web",), value=1, audience="nonsense > 1"),))  # fmt: skip
    replay = Replay(bodies={broken.fingerprint(): broken, **BODIES}).run([published(EAGER, 1), published(broken, 2), *story(CLICKS)])
    assert frictions(replay) == [("rage_click", EAGER.fingerprint())]
    refused = replay.rulebook.refusal(replay.partition, published(broken, 2))
    assert refused is not None
    assert refused.reason == "unreadable_rules"
    assert re.search(r"'broken', version 2 .* means nothing to this program: .*'nonsense' is unknown", str(refused))


def test_a_partition_whose_rules_are_gone_is_not_judged_by_others() -> None:
    """A worker starts with rules that were in force, and finds no body of them. Mutant: the defaults in their place."""
    before = Replay(bodies=BODIES).run([published(EAGER, 7)])
    with pytest.raises(UnknownRulesError, match=r"'eager', version 7 \(hash [0-9a-f]{16}\)"):
        Replay().rulebook.rules_for(before.partition)


def test_rules_keep_the_hash_they_were_published_under() -> None:
    """A later program may know more rules, and would hash the same body otherwise."""
    replay = Replay(bodies={"00ff": EAGER}).run([RulesPublished(name="eager", version=1, hash="00ff"), *story(CLICKS)])
    assert frictions(replay) == [("rage_click", "00ff")]


def test_no_rules_change_how_a_journey_is_stored() -> None:
    quiet = Rules(Blueprint(silent=tuple(Rules().detectors)))
    assert not quiet.detectors
    assert quiet.codec.layout_id == Rules().codec.layout_id
    told = Replay().run(story(CLICKS))
    assert quiet.codec.encode(quiet.codec.decode(told.states()["c1"], {})) == told.states()["c1"]


def test_what_a_silenced_detector_was_waiting_for_ends_without_a_word() -> None:
    """A cart that was left before the detector fell silent: its wake comes, and nobody claims anything."""
    silenced = Blueprint(name="silenced", silent=("cart_abandoned",))
    replay = Replay(bodies={silenced.fingerprint(): silenced})
    replay.run([*story("0 web cart_updated /cart cart=k1 items=2"), published(silenced, 1)], START + offset("3h"))
    assert frictions(replay) == []
    assert "cart_abandoned:k1" not in replay.journey("c1").deadlines
    loud = Replay().run(story("0 web cart_updated /cart cart=k1 items=2"), START + offset("3h"))
    assert [detector for detector, _ in frictions(loud)] == ["cart_abandoned"]


def test_rules_at_hand_judge_as_those_read_back_from_their_body() -> None:
    """Mutant: the blueprint as it was given: outputs would say 2 where a worker, which reads the body, says 2.0."""
    read_back = {hash_: blueprint_of(each.body()) for hash_, each in BODIES.items()}
    given, read = (Replay(bodies=bodies).run([published(EAGER, 1), *story(CLICKS)]) for bodies in (BODIES, read_back))
    assert msgspec.json.encode(given.emissions) == msgspec.json.encode(read.emissions)
    assert b'"clicks":2.0' in msgspec.json.encode(given.emissions)
