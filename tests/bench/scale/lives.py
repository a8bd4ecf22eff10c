"""Customers of very different ages: each has lived through so many touchpoints of all kinds, and then through the same ones.

Every age is given the same block of touchpoints, in turns, one share of it to each of several customers. A young customer gets a small
share, so as to stay young. Only the decision is measured: records are not read, and states are not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import process_time

import msgspec

from schemas.touchpoints import Touchpoint
from streams.decide import decide
from streams.replay import Replay
from streams.state import Journey
from tests.bench.core.age import GAPS, endless
from tests.bench.scale.counting import bytecodes
from tests.bench.scale.course import Point

SHARE = 500  # touchpoints of the block that one customer gets at most
MANY_LIVES = 10_000  # touchpoints; a greater age is reached by one customer alone, of whom several states are taken
APART = 1_000  # touchpoints between those states


@dataclass(slots=True)
class Age:
    """States of one age, and the share of the block that each of them is given."""

    touchpoints: int
    states: list[bytes]
    shares: list[list[Touchpoint]]
    us: float = float("inf")

    def turn(self, replay: Replay) -> None:
        """Measure the block once."""
        spent = 0.0
        for state, share in zip(self.states, self.shares, strict=True):
            journey = replay.rules.codec.decode(state, {})
            began = process_time()
            _live(replay, journey, share)
            spent += process_time() - began
        self.us = min(self.us, spent / sum(map(len, self.shares)) * 1e6)

    def point(self, replay: Replay) -> Point:
        """Return the fastest turn, the bytecodes of one more, and the bytes of a state on average."""
        counted = 0
        for state, share in zip(self.states, self.shares, strict=True):
            counted += bytecodes(partial(_live, replay, replay.rules.codec.decode(state, {}), share))
        events, size = sum(map(len, self.shares)), sum(map(len, self.states)) / len(self.states)
        return Point(self.touchpoints, round(self.us, 2), round(counted / events, 1), round(size))


def measured(ages: Sequence[int], block: int, turns: int, say: Callable[[str], None]) -> list[Point]:
    """Let customers live, then measure all ages in turns."""
    replay, found = Replay(), list[Age]()
    events, states = block_of(block), _States(replay, endless())
    for age in ages:
        share = min(SHARE, age, block)
        found.append(_age(replay, age, states.of(age, block // share), events, share))
        say(f"lived through {age:,} touchpoints")
    for _ in range(turns):
        for each in found:
            each.turn(replay)
    return [each.point(replay) for each in found]


def block_of(many: int) -> list[Touchpoint]:
    """Return the touchpoints that every age is given: others than customers lived through. What is known would be passed by."""
    return [msgspec.structs.replace(each, id=f"b{each.id}") for each in islice(endless(seed=2), many)]


class _States:
    """Lets customers live. The ages must be asked for in rising order: the oldest customer lives on from one to the next."""

    def __init__(self, replay: Replay, stream: Iterator[Touchpoint]) -> None:
        self._replay, self._stream = replay, stream
        self._oldest, self._age = replay.rules.codec.new(), 0

    def of(self, age: int, many: int) -> list[bytes]:
        """Return so many states of customers of about this age."""
        if age <= MANY_LIVES:
            return [self._lived(self._replay.rules.codec.new(), age) for _ in range(many)]
        return [self._older(age - number * APART) for number in reversed(range(many))]

    def _older(self, age: int) -> bytes:
        more = max(0, age - self._age)
        self._age += more
        return self._lived(self._oldest, more)

    def _lived(self, journey: Journey, touchpoints: int) -> bytes:
        _live(self._replay, journey, islice(self._stream, touchpoints))
        return self._replay.rules.codec.encode(journey)


def _live(replay: Replay, journey: Journey, touchpoints: Iterable[Touchpoint]) -> None:
    for each in touchpoints:
        decide(journey, replay.partition, each, replay.rules, each.at)


def _age(replay: Replay, age: int, states: list[bytes], events: list[Touchpoint], share: int) -> Age:
    """Give each state its share of the block, moved in time so that it follows upon the state."""
    shares = []
    for number, state in enumerate(states):
        mine = events[number * share : (number + 1) * share]
        by = replay.rules.codec.decode(state, {}).newest - mine[0].at + GAPS[-1]
        shares.append([msgspec.structs.replace(each, at=each.at + by) for each in mine])
    return Age(age, states, shares)
