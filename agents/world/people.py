"""The customers: what everybody could know of them, and what only the truth file tells (satisfaction, reactions, when they leave)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from agents.world import company

# segment: share, visits a day, share of visits that want to buy, patience, price sensitivity
SEGMENTS = {
    "bargain": (0.20, 0.26, 0.30, 0.5, 0.9),
    "impulse": (0.16, 0.30, 0.36, 0.3, 0.4),
    "loyal": (0.24, 0.30, 0.38, 0.8, 0.3),
    "family": (0.22, 0.25, 0.40, 0.6, 0.6),
    "business": (0.06, 0.28, 0.35, 0.6, 0.3),
    "newcomer": (0.12, 0.20, 0.26, 0.4, 0.6),
}
CHANNELS = ("web", "app", "store")


@dataclass(slots=True)
class Person:
    """One customer. What changes during play: satisfaction, the latest visit, scores, whether they have left."""

    index: int
    id: str
    segment: str
    visits: float  # a day
    buys: float  # share of visits that want to buy
    patience: float  # 0..1
    price: float  # sensitivity, 0..1
    consent: bool
    region: str
    home: int  # index of the time zone and language
    system: str  # android, ios, or none
    likes: tuple[float, float]  # share of visits by web, and by web or app; the rest is the store
    remembered: bool  # the web shop knows them without a sign-in
    plan: bool  # pays a monthly delivery pass
    joined: int  # day; below 0: before the world began
    base: float  # satisfaction that they return to, 0..1
    satisfaction: float
    reactions: dict[str, str]  # by offer family
    favourite: str  # category
    cookie: int = 0
    seen: int = -1  # day of the latest visit
    left: int = -1  # day; -1: they are still customers
    how: str = ""  # how they left: faded, cancelled, deleted, unsubscribed
    hazard: float = 0.0  # of leaving today
    nudged: float = 1.0  # what our offers do to the hazard now
    nudged_until: int = -1
    nudged_by: str = ""  # family of the offer that does it
    spared_by: dict[str, float] = field(default_factory=dict)  # chances of leaving that our offers took away so far, by their family
    loyal: bool = False  # in the loyalty programme
    paused_until: int = -1
    scores: dict[str, float] = field(default_factory=dict)  # metric -> latest answer
    asked: dict[str, tuple[int, bool]] = field(
        default_factory=dict
    )  # intent -> latest contact (ms UTC), and whether we promised to follow up
    tried: dict[str, int] = field(default_factory=dict)  # order or invoice -> when they looked at its help page; intent -> when passed on
    ids: list[str] = field(default_factory=list)  # every id that they were known by


def draw_people(seed: int, count: int, days: int) -> list[Person]:
    """Return the customers of a world. A tenth of them joins while it is played.

    >>> [one.id for one in draw_people(1, 3, 91)] == [one.id for one in draw_people(1, 3, 91)]
    True
    """
    draw = np.random.default_rng([seed, 7])
    names, rows = list(SEGMENTS), list(SEGMENTS.values())
    which = draw.choice(len(names), count, p=np.array([row[0] for row in rows]))
    rate = draw.gamma(4.0, 0.25, count)
    numbers = draw.permutation(90 * max(count, 1_000))[:count] + 100_000
    u = draw.random((count, 14))
    base = np.clip(draw.normal(0.62, 0.12, count), 0.15, 0.95)
    return [_person(i, names[which[i]], int(numbers[i]), float(rate[i]), u[i].tolist(), float(base[i]), days) for i in range(count)]


def _person(index: int, segment: str, number: int, rate: float, u: list[float], base: float, days: int) -> Person:
    _, visits, buys, patience, price = SEGMENTS[segment]
    joins = segment == "newcomer" and u[0] < 0.8
    web, has_app = 0.35 + 0.35 * u[1], u[2] < 0.65
    home = int(u[3] * 3)
    return Person(
        index, f"c{number}", segment, visits * rate, buys, patience * (0.6 + 0.8 * u[4]), price * (0.6 + 0.8 * u[5]), u[6] < 0.72,
        company.REGIONS[int(u[7] * 4)], home, ("android" if u[8] < 0.58 else "ios") if has_app else "",
        (web, 0.86) if has_app else (web + 0.25, web + 0.25), u[9] < 0.5, u[10] < 0.3, int(u[11] * max(1, days - 5)) if joins else -1,
        base, base, _reactions(u[12]), company.CATEGORIES[int(u[13] * len(company.CATEGORIES))], cookie=int(u[0] * 2**40) + index,
        loyal=u[1] < 0.4,
    )  # fmt: skip


def _reactions(u: float) -> dict[str, str]:
    """Return the hidden reaction to each family of offers: a third can be persuaded, some are woken up by it."""
    drawn = random.Random(int(u * 2**52))
    return {family: drawn.choices(company.REACTIONS, (0.34, 0.30, 0.24, 0.12))[0] for family in company.FAMILIES}
