"""No journey grows over the ceiling, and an honest one never hears of it."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.touchpoints import KINDS, Touchpoint
from streams.engine import size_limit
from streams.replay import Replay
from tests.laws.strategies import course, touchpoint

WIDE = "\U0001f300"  # four bytes a character


def longest(dice: Random, number: int, at: int, width: str) -> Touchpoint:
    """A touchpoint of any kind in which every text is as long as it may be, and like no other."""
    made = touchpoint(dice.choice(KINDS), at, number, dice.randrange(400))
    info = msgspec.inspect.type_info(type(made))
    assert isinstance(info, msgspec.inspect.StructType)
    texts = {field.name: field.type.max_length or 8_000 for field in info.fields if isinstance(field.type, msgspec.inspect.StrType)}
    del texts["customer"]
    texts.pop("other", None)  # a second id of such a length names nobody, and a shorter one would lead away
    return msgspec.structs.replace(made, **{name: (f"{number}" + width * length)[:length] for name, length in texts.items()})


@pytest.mark.parametrize("width", ["x", WIDE], ids=["ascii", "wide"])
def test_the_longest_texts_there_may_be_do_not_break_the_ceiling(width: str) -> None:
    """After each of 1,500 touchpoints. Mutants caught: long texts not counted; evidence, places, matters or grants never forgotten."""
    dice, replay, at = Random(7), Replay(), 1_767_600_000_000
    for number in range(1_500):
        at += dice.choice((0, 1_000, 60_000, 3_600_000))
        replay.apply(longest(dice, number, at, width))
        assert len(replay.states()["c1"]) <= size_limit.SIZE_LIMIT
    assert replay.journeys["c1"].dropped > 100


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_an_honest_journey_never_forgets_for_its_weight(seed: int) -> None:
    """Of every kind, 300 touchpoints. Mutant caught: a ceiling so low that marks go which a detector declared."""
    replay = Replay()
    for each in course(seed, KINDS, 300):
        replay.apply(each)
        assert len(replay.states()["c1"]) < size_limit.EVICT_FROM
