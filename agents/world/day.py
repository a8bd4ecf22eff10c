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
from agents.world.company import DAY, HOUR, MINUTE, START, WEEKDAYS, moment
from agents.world.incidents import rows_on
from agents.world.lives import belonging, billing, delivering, mailing, service, strangers, using, voices
from agents.world.lives.buying import buy
from agents.world.lives.shopping import browse, leave_cart
from agents.world.lives.walking import Visit
from agents.world.pen import Pen
from agents.world.people import Person, draw_people
from agents.world.state import Matter, State

HAZARD = 0.0011  # chance of leaving on one day, of a customer as satisfied as usual (0.62)
STEEP = 7.0  # how fast it rises as satisfaction falls
RECOVERS = 0.02  # share of the way back to their usual satisfaction that customers go in a day
SATURDAY = 5


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
        visits = _come(pen) if person.left < 0 else 0
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


def _come(pen: Pen) -> int:
    """Let the customer come: to the site, to the app, to a store; now and then with a question. Return the number of visits."""
    person, chance, rows = pen.person, pen.chance, rows_on(pen.day)
    if chance.random() < 0.004:
        pen.now = pen.start + moment(chance)
        belonging.change_something(pen)
    if chance.random() < 0.022:
        pen.later("contact", pen.start + moment(chance), intent=("invoice", "product", "account", "return")[int(4 * chance.random())])
    if chance.random() < 1 / 90:
        pen.later("survey", pen.start + moment(chance), metric="nps")
    rate = person.visits * WEEKDAYS[pen.day % 7] * (0.7 + 0.5 * person.satisfaction)
    rate *= (1.25 if "letter" in rows else 1) * (rows["sale"].share if "sale" in rows else 1) * (0.5 if "holiday" in rows else 1)
    if pen.day < person.paused_until:
        rate = 0.0
    times = (chance.random() < rate) + (chance.random() < 0.12 * rate)
    at = 0
    for _ in range(times):
        at = max(moment(chance), at + 3 * HOUR if at else 0)
        if at < DAY - HOUR:
            _visit(pen, pen.start + at)
    return times


def _visit(pen: Pen, at: int) -> None:
    person, chance = pen.person, pen.chance
    person.seen, pen.now = pen.day, at
    web, app = person.likes
    drawn, buys = chance.random(), chance.random() < person.buys * (1.3 if "sale" in rows_on(pen.day) else 1.0)
    if drawn >= app:
        if "holiday" not in rows_on(pen.day) and buys:
            pen.now = pen.start + 8 * HOUR + (at - pen.start) * 10 // 24
            using.go_to_store(pen)
        return
    is_app = bool(person.system) and drawn >= web
    visit = Visit(pen, is_app)
    _arrive(pen, visit)
    if is_app and not using.open_app(visit):
        visit.leave()
    else:
        _do(visit, buys)
    pen.customer = person.id


def _arrive(pen: Pen, visit: Visit) -> None:
    """Take the sender's pen. A phone without a network sends hours later; a browser knows only some customers."""
    person, chance = pen.person, pen.chance
    if visit.app:
        lag = int(4 * HOUR * chance.random()) if chance.random() < 0.015 else 900 + int(1_500 * chance.random())
        pen.take("app", "app", lag, 10_000)
        return
    pen.take("web", "web", 300 + int(900 * chance.random()), 5_000)
    if not (person.remembered or chance.random() < 0.1):
        pen.customer = f"anon:{(person.cookie + pen.day // 45 * 7_919) & 0xFFFFFFFFFF:010x}"
        if pen.customer not in pen.state.reach:
            pen.state.reach[pen.customer] = person.index
            person.ids.append(pen.customer)


def _do(visit: Visit, buys: bool) -> None:
    """Do what the customer came for."""
    drawn = visit.pen.chance.random()
    if buys:
        buy(visit)
    elif drawn < 0.42:
        if browse(visit, buys=False):
            leave_cart(visit)
        else:
            visit.leave()
    elif drawn < 0.70:
        using.look_after(visit)
    elif drawn < 0.85:
        using.use(visit)
    else:
        using.read(visit)


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
__all__ = ["MINUTE", "Day", "begin", "hazard", "play_day"]
