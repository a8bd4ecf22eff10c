"""Who comes today, by which channel, and for what."""

from __future__ import annotations

import math

from agents.world.company import DAY, HOUR, WEEKDAYS, moment
from agents.world.incidents import rows_on
from agents.world.lives import belonging, using
from agents.world.lives.buying import buy
from agents.world.lives.shopping import browse, leave_cart
from agents.world.lives.walking import Visit
from agents.world.pen import Pen


def come(pen: Pen) -> int:
    """Let the customer come: to the site, to the app, to a store; now and then with a question. Return the number of visits."""
    person, chance, rows = pen.person, pen.chance, rows_on(pen.day)
    if chance.random() < 0.004:
        pen.now = pen.start + moment(chance)
        belonging.change_something(pen)
    if chance.random() < 0.028:
        pen.later("contact", pen.start + moment(chance), intent=("invoice", "product", "account", "return")[int(4 * chance.random())])
    if chance.random() < 1 / 90:
        pen.later("survey", pen.start + moment(chance), metric="nps")
    rate = person.visits * WEEKDAYS[pen.day % 7] * min(1.3, math.exp(2.5 * (person.satisfaction - person.base)))
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
        pen.customer = f"anon:{(person.cookie + (pen.day + person.index) // 45 * 7_919) & 0xFFFFFFFFFF:010x}"
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
