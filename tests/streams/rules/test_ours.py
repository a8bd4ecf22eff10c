"""Bots and our own people raise nothing and count nowhere; what they did is still remembered."""

from __future__ import annotations

import pytest

from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, offset, story

TOLD = "0 web payment_failed /pay payment=z1\n1m web cart_updated /cart cart=k1 items=2"


@pytest.mark.parametrize(
    ("ours", "frictions"),
    [
        (Blueprint(), 2),
        (Blueprint(bots=("crawler-*",)), 0),
        (Blueprint(staff=("crawler-7",)), 0),
        (Blueprint(bots=("crawler",)), 2),
        (Blueprint(staff=("till*",)), 0),
    ],
)
def test_who_is_ours_is_silent(ours: Blueprint, frictions: int) -> None:
    """By customer or by source, by name or by beginning. Mutants caught: absences asked all the same; `*` taken literally."""
    told = story(TOLD.replace("payment=z1", "payment=z1 source=till").replace("items=2", "items=2 source=till"), customer="crawler-7")
    replay = Replay(Rules(ours)).run(told, START + offset("2h"))
    assert replay.counts()["FrictionOpened"] == frictions
    assert bool(replay.partition.aggregates.rows) == bool(frictions)
    assert replay.journeys["crawler-7"].kinds == {"payment_failed": 1, "cart_updated": 1}


@pytest.mark.parametrize("name", ["", "*", "a*b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="neither a name nor the beginning"):
        Blueprint(bots=(name,))
