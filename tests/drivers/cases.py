"""What every driver is put through: told stories and generated journeys, each with the moment up to which time then passes.

Times lie two years back, so that on a real broker they are in the past whatever the clock of the machine says: a touchpoint ahead of
its arrival would be set back, a tick ahead of it would not count. Whole weeks, since a journey knows Mondays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from schemas.control import RulesPublished
from schemas.touchpoints import KINDS
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import IdentityLinked
from schemas.touchpoints.units import EARLIEST, LATEST
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import CATALOGUE
from streams.story import START, offset, story
from tests.golden import STORIES
from tests.laws.strategies import course

DAY = 86_400_000
BACK = 104 * 7 * DAY
SEEDS = (1, 2, 3, 5, 8, 13, 21, 34)


@dataclass(frozen=True)
class Case:
    """Touchpoints in log order, of one partition; then time passes to `until` (ms UTC).

    `published` are blueprints with the number of touchpoints before each: they come into force there, one after the other.
    """

    name: str
    touchpoints: tuple[Touchpoint, ...]
    until: int
    published: tuple[tuple[int, Blueprint], ...] = field(default=(), repr=False)

    @property
    def bodies(self) -> dict[str, Blueprint]:
        """What was published, by hash."""
        return {blueprint.fingerprint(): blueprint for _, blueprint in self.published}

    def events(self) -> Iterator[Touchpoint | RulesPublished]:
        """The log: touchpoints, and the rules between them."""
        words = [
            (before, RulesPublished(name=blueprint.name, version=version, hash=blueprint.fingerprint()))
            for version, (before, blueprint) in enumerate(self.published, 1)
        ]
        for number, touchpoint in enumerate(self.touchpoints):
            yield from (word for before, word in words if before == number)
            yield touchpoint


@dataclass(frozen=True)
class Result:
    """What a driver made of a case: outputs as (topic, id, JSON) with how often, states, cells, and books without ticks and controls."""

    outputs: Counter[tuple[str, str, bytes]]
    states: dict[str, bytes]
    outcomes: dict[str, int]
    aggregates: dict[bytes, bytes]  # as stored


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
    made = course(seed, [kind for kind in KINDS if kind is not IdentityLinked], 60)  # a link to nobody is refused at the door
    made = [each for each in made if not isinstance(each, IdentityLinked)]
    last = max(each.at for each in made)
    by = START - BACK - last // (7 * DAY) * 7 * DAY
    return Case(name, tuple(moved(each, by, name) for each in made), last + by + 60 * DAY)


STRICT = Blueprint(
    name="strict",
    limits={"rage_click": {"clicks": 2}, "page_loop": {"views": 2}, "quick_back": {"within_s": 3600}},
    bands=(0.05, 0.1, 0.2),
    two_families=False,
    holdout=0.0,
    offers=CATALOGUE[3:],
    owners={"*": "care"},
    lateness_ms={"": 60_000},
)
LAX = Blueprint(name="lax", silent=("cart_abandoned", "checkout_abandoned", "effortful", "dormant", "complaint_overdue"), holdout=0.9)


def under(case: Case) -> Case:
    """The same, with rules that change twice: stricter after a quarter, and then laxer than the defaults, with detectors silenced."""
    name, length = f"{case.name}-under-rules", len(case.touchpoints)
    touchpoints = tuple(moved(each, 0, name) for each in case.touchpoints)
    return replace(case, name=name, touchpoints=touchpoints, published=((length // 4, STRICT), (length // 2, LAX)))


def visitor(name: str, text: str, days: int) -> Case:
    """An anonymous visitor; then so many days pass, of which 90 in silence are enough to forget them."""
    return Case(name, tuple(moved(each, -BACK, name) for each in story(text)), START - BACK + days * DAY)


PASSING = """
0  web page_viewed  /shop page=/shop
1s web clicked      /pay  target=buy
2s web clicked      /pay  target=buy
3s web clicked      /pay  target=buy
4s web clicked      /pay  target=buy
9s web cart_updated /cart cart=k1 items=2
"""
RETURNING = f"{PASSING}40d web page_viewed /shop page=/shop\n131d web page_viewed /shop page=/shop\n131d web page_viewed /help page=/help"

TOLD = (*map(told, STORIES), *map(generated, SEEDS))
VISITORS = (visitor("anon:passing", PASSING, 200), visitor("anon:returning", RETURNING, 200))
CASES = (*TOLD, *VISITORS, *(under(case) for case in TOLD if case.name in ("late_parcel", "generated-1", "generated-8")))


def books(outcomes: dict[str, int]) -> dict[str, int]:
    """What the touchpoints ended in. How many ticks it took to pass the time is each driver's own affair."""
    return {name: count for name, count in outcomes.items() if name not in ("tick", "control")}
