"""A journey as bytes."""

from __future__ import annotations

import pytest

from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.state.codec import HEADER, UnreadableStateError, stored_next_wake
from streams.story import story

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
        (HEADER.pack(9, 0, 0), "state version 9"),
        (HEADER.pack(1, 77, 0) + b"\x90", "layout 0000004d"),
        (HEADER.pack(1, Rules().codec.layout_id, 0) + b"\xc1", "invalid"),
    ],
)
def test_what_cannot_be_read_says_why(state: bytes, says: str) -> None:
    with pytest.raises(UnreadableStateError, match=says):
        Rules().codec.decode(state, {})
