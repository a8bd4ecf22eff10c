"""What every driver is put through: told stories and generated journeys, each with the moment up to which time then passes.

Times lie two years back, so that on a real broker they are in the past whatever the clock of the machine says: a touchpoint ahead of
its arrival would be set back, a tick ahead of it would not count. Whole weeks, since a journey knows Mondays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schemas.touchpoints import KINDS
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import EARLIEST, LATEST
from streams.story import START, offset, story
from tests.golden import STORIES
from tests.laws.strategies import course

DAY = 86_400_000
BACK = 104 * 7 * DAY
SEEDS = (1, 2, 3, 5, 8, 13, 21, 34)


@dataclass(frozen=True)
class Case:
    """Touchpoints in log order, of one partition; then time passes to `until` (ms UTC)."""

    name: str
    touchpoints: tuple[Touchpoint, ...]
    until: int


@dataclass(frozen=True)
class Result:
    """What a driver made of a case: outputs as (topic, id, JSON) with how often, states, cells, and books without ticks and controls."""

    outputs: Counter[tuple[str, str, bytes]]
    states: dict[str, bytes]
    outcomes: dict[str, int]
    cells: dict[bytes, bytes]  # as stored


def moved(touchpoint: Touchpoint, by: int, customer: str) -> Touchpoint:
    """The same touchpoint of another customer, every moment in it moved by so many ms."""
    moments = {
        name: at + by
        for name in touchpoint.__struct_fields__
        if isinstance(at := getattr(touchpoint, name), int) and EARLIEST < at < LATEST
    }
    return msgspec.structs.replace(touchpoint, customer=customer, **moments)


def told(path: Path) -> Case:
    """A golden story."""
    text = path.read_text()
    until = next((offset(line.split()[2]) for line in text.splitlines() if line.startswith("# until ")), DAY)
    return Case(path.stem, tuple(moved(each, -BACK, path.stem) for each in story(text)), START - BACK + until)


def generated(seed: int) -> Case:
    """A generated journey of sixty touchpoints: some late, some twice, of any kind."""
    name = f"generated-{seed}"
    made = course(seed, KINDS, 60)
    last = max(each.at for each in made)
    by = START - BACK - last // (7 * DAY) * 7 * DAY
    return Case(name, tuple(moved(each, by, name) for each in made), last + by + 60 * DAY)


CASES = (*map(told, STORIES), *map(generated, SEEDS))


def books(outcomes: dict[str, int]) -> dict[str, int]:
    """What the touchpoints ended in. How many ticks it took to pass the time is each driver's own affair."""
    return {name: count for name, count in outcomes.items() if name not in ("tick", "control")}
