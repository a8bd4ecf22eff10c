"""One day of the world: who comes, what they do, what arrives. A pure function of the seed, the state and the answers so far.

The day is made without the events of the days before. Each customer has chances of their own on each day, so what one customer is
offered changes nothing for the others: who is left alone lives exactly as they would have lived.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agents.world.answers import Answer, react
from agents.world.company import START
from agents.world.lives import belonging, billing, delivering, mailing, service, strangers, voices
from agents.world.lives.coming import come
from agents.world.pen import Pen
from agents.world.people import Person, draw_people
from agents.world.state import Matter, State

HAZARD = 0.0011  # chance of leaving on one day, of a customer as satisfied as usual (0.62)
STEEP = 8.0  # how fast it rises as satisfaction falls
RECOVERS = 0.02  # share of the way back to their usual satisfaction that customers go in a day


@dataclass(frozen=True)
class Day:
    """What a day made: the lines that arrived, in order of arrival (ms UTC, line), and what is true of them."""

    number: int
    lines: list[tuple[int, bytes]]
    truths: list[dict[str, Any]]


def begin(seed: int, days: int, customers: int, start: str = START) -> State:
    """Return the state of a world before its first day.

    >>> begin(1, 91, 10).start
    1736121600000
    """
    first = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()) * 1000
    people = draw_people(seed, customers, days)
    return State(seed, first, days, people, reach={one.id: one.index for one in people})


def play_day(state: State, answers: Iterable[Answer] = ()) -> Day:
    """Play one day, and move the state on to the next. `answers` are the offers that were made since the day before."""
    day = state.day
    for index, change in state.feelings.pop(day, ()):
        person = state.people[index]
        person.satisfaction = min(1.0, max(0.0, person.satisfaction + change))
    mine: dict[int, list[Matter]] = {}
    for matter in state.matters.pop(day, ()):
        mine.setdefault(matter.who, []).append(matter)
    for answer in answers:
        react(state, answer)
    visits = sum(_live(state, person, mine.get(person.index, [])) for person in state.people)
    strangers.come(state, random.Random(_key(state.seed, day, -1)), visits)
    lines = sorted(state.coming.pop(day, ()))
    truths, state.truths = state.truths, []
    state.day += 1
    return Day(day, lines, truths)


def _key(seed: int, day: int, index: int) -> int:
    return ((seed * 1_000_003 + day) * 1_000_003 + index + 1) & 0xFFFFFFFFFFFF


def _live(state: State, person: Person, matters: list[Matter]) -> int:
    """Let a customer live for a day. Return how many visits they made."""
    day = state.day
    if person.joined > day or (person.left >= 0 and not matters):
        return 0
    pen = Pen(state, person, random.Random(_key(state.seed, day, person.index)))
    visits = 0
    if person.left < 0:
        _wake(pen)
        visits = come(pen) if person.left < 0 else 0
    while matters or state.matters[day]:
        for matter in sorted([*matters, *state.matters.pop(day, ())], key=lambda one: (one.at, one.what)):
            _follow(pen, matter)
        matters = []
    return visits


def _wake(pen: Pen) -> None:
    """Begin the day: feelings settle, some leave, the post comes."""
    person, day = pen.person, pen.day
    person.satisfaction += RECOVERS * (person.base - person.satisfaction)
    person.hazard = hazard(person, day)
    if day < person.nudged_until:
        spared = person.hazard * (1 / person.nudged - 1)
        person.spared_by[person.nudged_by] = person.spared_by.get(person.nudged_by, 0.0) + spared
    if day == max(0, person.joined):
        if person.joined >= 0:
            belonging.join(pen)
        else:
            belonging.introduce(pen)
    if pen.chance.random() < person.hazard:
        belonging.leave(pen)
        return
    if day % 7 == 0:
        pen.state.truths.append(_hidden(pen))
        if person.segment == "business":
            belonging.tend_business(pen)
    if person.plan and billing.is_due(day):
        billing.bill(pen)
    mailing.letters(pen)


def hazard(person: Person, day: int) -> float:
    """Return the chance that the customer leaves today. It rises as satisfaction falls, and with a long silence."""
    silent = day - person.seen if person.seen >= 0 else 0
    away = 1.6 if silent * person.visits > 5 else 1.0
    nudged = person.nudged if day < person.nudged_until else 1.0
    return min(0.5, HAZARD * math.exp(STEEP * (0.62 - person.satisfaction)) * away * nudged)


def _hidden(pen: Pen) -> dict[str, Any]:
    person = pen.person
    return {
        "truth": "hidden",
        "customer": person.id,
        "day": pen.day,
        "satisfaction": round(person.satisfaction, 4),
        "hazard": round(person.hazard, 6),
    }


def _follow(pen: Pen, matter: Matter) -> None:
    """Come back to a matter that was left for today."""
    pen.now = matter.at
    if pen.person.left >= 0 and matter.what not in ("contact", "pass_ends"):
        return
    FOLLOWS[matter.what](pen, matter.about)


FOLLOWS: dict[str, Callable[[Pen, dict[str, Any]], None]] = {
    "contact": service.contact,
    "survey": voices.answer,
    "review": voices.review,
    "return": lambda pen, about: delivering.bring_back(pen, about["order"], about["value"]),
    "trial": lambda pen, _: belonging.start_trial(pen),
    "pass_begins": lambda pen, _: belonging.begin_pass(pen),
    "pass_ends": lambda pen, _: billing.end_pass(pen),
}
