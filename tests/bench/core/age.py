"""What a touchpoint costs a young journey and an old one, and how large the old one has grown: one customer, all kinds.

The same touchpoints are put to both in turns, so that a machine whose speed drifts treats them alike. At either age five states, a
thousand touchpoints apart, are taken together: what a touchpoint costs depends on where the customer happens to stand, and risk is dear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from random import Random
from statistics import fmean, median
from time import process_time

import msgspec

from schemas.touchpoints import KINDS, Touchpoint
from streams.decide import decide
from streams.replay import Replay
from streams.story import START
from tests.laws.strategies import touchpoint

YOUNG = 1_000  # touchpoints: the first state taken
STATES, APART = 5, 1_000
BLOCK, TURNS = 500, 15
GAPS = (200, 1_000, 5_000, 60_000, 540_000, 1_900_000, 3_600_000, 36_000_000)  # ms between two: a million of them fill 166 years


@dataclass(frozen=True, slots=True)
class Age:
    """Bytes of the journey at its largest, and microseconds of processor time a touchpoint, when it was young and when it was old."""

    touchpoints: int
    young_bytes: int
    old_bytes: int
    young_us: float
    old_us: float

    @property
    def ratio(self) -> float:
        """How many times as much the old one costs."""
        return self.old_us / self.young_us


def endless(seed: int = 1) -> Iterator[Touchpoint]:
    """Touchpoints of one customer, of all kinds, for ever: 5,000 different ones in turn, each with a time and an id of its own."""
    dice, at = Random(seed), START
    pool = [touchpoint(dice.choice(KINDS), START, 0, dice.randrange(400)) for _ in range(5_000)]
    for number in count(1):
        at += dice.choice(GAPS)
        yield msgspec.structs.replace(pool[number % len(pool)], id=f"e{number}", at=at)


def measured(touchpoints: int) -> Age:
    """One customer lives through so many; then the cost of a block is taken from the states of both ages, turn by turn."""
    replay, events = Replay(), endless()
    ages = [YOUNG + number * APART for number in range(STATES)]
    ages += [touchpoints - number * APART for number in reversed(range(STATES))]
    states = [_lived(replay, events, age) for age in ages]
    block = list(islice(events, BLOCK))
    blocks = [_moved(block, replay.rules.codec.decode(state, {}).newest) for state in states]
    turns = [[_cost(replay, *each) for each in zip(states, blocks, strict=True)] for _ in range(TURNS)]
    costs = [median(turn[which] for turn in turns) for which in range(len(states))]
    young, old = fmean(costs[:STATES]), fmean(costs[STATES:])
    return Age(touchpoints, max(map(len, states[:STATES])), max(map(len, states[STATES:])), round(young, 2), round(old, 2))


def _lived(replay: Replay, events: Iterator[Touchpoint], until: int) -> bytes:
    """The customer's state after so many touchpoints."""
    for each in islice(events, until - sum(replay.partition.outcomes.values())):
        decide(replay.journey("c1"), replay.partition, each, replay.rules, each.at)
    return replay.states()["c1"]


def _moved(block: list[Touchpoint], newest: int) -> list[Touchpoint]:
    """The same block as it would follow upon this moment (ms UTC)."""
    by = newest - block[0].at + GAPS[-1]
    return [msgspec.structs.replace(each, at=each.at + by) for each in block]


def _cost(replay: Replay, state: bytes, block: list[Touchpoint]) -> float:
    """Microseconds a touchpoint, from this state on."""
    journey = replay.rules.codec.decode(state, {})
    began = process_time()
    for each in block:
        decide(journey, replay.partition, each, replay.rules, each.at)
    return (process_time() - began) / len(block) * 1e6
