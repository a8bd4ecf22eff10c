"""A journey as bytes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.state.codec import HEADER, UnreadableStateError, stored_next_wake
from streams.state.journey import Background
from streams.state.marks import NO_ENTRIES
from streams.story import story
from tests.bench.core.digest import hash_of, plain

SHOPPING = """
0    web page_viewed  /shop  page=/shop
5s   web clicked      /shop  target=buy
9s   web clicked      /shop  target=buy
1m   web cart_updated /cart  cart=k1 items=2
"""


def test_a_journey_survives_its_bytes() -> None:
    replay = Replay().run(story(SHOPPING))
    codec, state = replay.rules.codec, replay.states()["c1"]
    assert codec.encode(codec.decode(state, {})) == state
    assert stored_next_wake(state) == replay.journeys["c1"].next_wake > 0


def test_adding_a_detector_costs_no_memory() -> None:
    """States laid out by fewer detectors are read by name. Mutant: rings zipped by position."""
    few = Rules(detectors=[d for d in registry() if d.name in ("rage_click", "cart_abandoned")])
    before = Replay(few).run(story(SHOPPING))
    after = Rules()
    assert after.codec.layout_id != few.codec.layout_id
    journey = after.codec.decode(before.states()["c1"], {few.codec.layout_id: few.codec.description})
    old = before.journeys["c1"].rings.clicked
    assert [(m.at, m.id, m.target) for m in journey.rings.clicked] == [(m.at, m.id, m.target) for m in old]
    assert journey.kinds == before.journeys["c1"].kinds
    assert journey.deadlines == before.journeys["c1"].deadlines
    back = few.codec.decode(after.codec.encode(journey), {after.codec.layout_id: after.codec.description})
    assert few.codec.encode(back) == before.states()["c1"]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (b"", "less than a header"),
        (HEADER.pack(9, 0, 0), "state version 9; this program reads versions 1 and 2"),
        (HEADER.pack(1, 77, 0) + b"\x90", "layout 0000004d"),
        (HEADER.pack(1, Rules().codec.layout_id, 0) + b"\xc1", "invalid"),
        (HEADER.pack(2, Rules().codec.layout_id, 0) + b"\xc1", "invalid"),
    ],
)
def test_what_cannot_be_read_says_why(state: bytes, says: str) -> None:
    with pytest.raises(UnreadableStateError, match=says):
        Rules().codec.decode(state, {})


FORMER: dict[str, Any] = json.loads((Path(__file__).parents[2] / "golden" / "states" / "version_1.json").read_text())
SIX = ("rage_click", "cart_abandoned", "page_loop", "dormant", "breadth_lost", "returned_or_refunded")


@pytest.mark.parametrize("stored", FORMER["states"], ids=lambda stored: stored["of"])
def test_states_of_version_1_are_read_as_they_were(stored: dict[str, Any]) -> None:
    """The bytes were written by the last program that wrote version 1. Written anew they are version 2, and say the same.

    Mutant caught: the rings of version 1 are taken by their place in the layout in force.
    """
    state, layouts = base64.b64decode(stored["state"]), {int(number): layout for number, layout in FORMER["layouts"].items()}
    codecs = [rules.codec for rules in (Rules(), Rules(detectors=[each for each in registry() if each.name in SIX]))]
    own = next((each for each in codecs if each.layout_id == stored["layout"]), None)
    for codec in [own] if own else codecs:
        journey = codec.decode(state, layouts)
        if own:
            assert hash_of(plain(journey)) == stored["content"]
        again = codec.encode(journey)
        assert again[0] == 2
        assert codec.encode(codec.decode(again, {})) == again


def test_states_of_another_layout_keep_what_both_know() -> None:
    """A state of version 1 by six detectors, read by all of them: the entries of its rings are there, by the names of their fields."""
    layouts = {int(number): layout for number, layout in FORMER["layouts"].items()}
    few, every = Rules(detectors=[each for each in registry() if each.name in SIX]).codec, Rules().codec
    for stored in FORMER["states"]:
        if stored["layout"] == few.layout_id:
            state = base64.b64decode(stored["state"])
            before, after = few.decode(state, layouts), every.decode(state, layouts)
            for name, fields in few.layout.fields.items():
                rings = [[[getattr(mark, field) for field in fields] for mark in getattr(each.rings, name)] for each in (before, after)]
                assert rings[0] == rings[1]


def test_an_empty_ring_is_not_written_and_takes_no_list() -> None:
    """Mutant caught: a ring that was emptied stays a list, and equal journeys have other bytes."""
    codec = Rules().codec
    journey = Replay().run(story(SHOPPING)).journeys["c1"]
    kept = [name for name in journey.rings.__struct_fields__ if getattr(journey.rings, name)]
    assert 0 < len(kept) < 5
    assert all(getattr(journey.rings, name) is NO_ENTRIES for name in journey.rings.__struct_fields__ if name not in kept)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(codec.decode(codec.encode(journey), {}).rings)).keys() == {
        codec.layout.codes[name] for name in kept
    }


def test_a_part_stays_bytes_until_one_of_its_fields_is_asked_for() -> None:
    """Mutants caught: a part is read anew each time, and a change is lost; a part that was read is written in another way."""
    codec = Rules().codec
    state = Replay().run(story(SHOPPING)).states()["c1"]
    journey: Any = codec.decode(state, {})
    assert {type(part) for part in (journey.ring_part, journey.looking, journey.background)} == {msgspec.Raw}
    assert codec.encode(journey) == state
    assert journey.value.spend == 0
    assert isinstance(journey.background, Background)
    assert type(journey.looking) is msgspec.Raw
    assert codec.encode(journey) == state
    journey.plan_price = 900
    journey.value.spend = 7
    assert (journey.plan_price, journey.value.spend) == (900, 7)
    again = codec.decode(codec.encode(journey), {})
    assert (again.plan_price, again.value.spend) == (900, 7)
