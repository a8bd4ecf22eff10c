"""How customers answer to offers, by the reaction that is hidden in them, and what it does to their staying."""

from __future__ import annotations

import random
from typing import NamedTuple

import orjson

from agents.world.company import CURRENCY, HOUR, MINUTE, moment
from agents.world.pen import Pen
from agents.world.state import State

ACCEPTS = {"persuadable": 0.45, "sure_thing": 0.50, "lost_cause": 0.03, "sleeping_dog": 0.05}
STAYS = {"persuadable": 0.35, "sure_thing": 1.0, "lost_cause": 1.0, "sleeping_dog": 2.0}  # what a delivered offer does to the hazard
LASTS = 30  # days


class Answer(NamedTuple):
    """An offer that the product made, as the company's marketing system reads it."""

    offer: str  # its id
    customer: str
    name: str
    family: str
    channel: str


def react(state: State, answer: Answer) -> None:
    """Deliver an offer today, and let the customer react to it. It changes what they do from the next day on."""
    index = state.reach.get(answer.customer)
    if index is None or (person := state.people[index]).left >= 0 or person.joined > state.day:
        return
    seed = f"{state.seed}/{answer.offer}/{answer.customer}/{state.day}"
    pen = Pen(state, person, random.Random(seed))
    pen.made = 0x80000 + int(4096 * pen.chance.random()) * 16
    about = {"offer": answer.offer, "name": answer.name}
    pen.take(answer.channel or "email", "campaigns", 2_000)
    pen.now = pen.start + 8 * HOUR + int(HOUR * pen.chance.random())
    if pen.chance.random() < 0.01:
        pen.say("offer_refused_by_channel", reason="no_address", **about)
        return
    pen.say("offer_delivered", **about)
    kind = person.reactions.get(answer.family, "lost_cause")
    person.nudged, person.nudged_until, person.nudged_by = STAYS[kind], state.day + LASTS, answer.family
    state.truths.append({"truth": "reaction", "customer": person.id, "offer": answer.offer, "name": answer.name, "family": answer.family,
                         "day": state.day, "reaction": kind})  # fmt: skip
    _respond(pen, kind, about)


def _respond(pen: Pen, kind: str, about: dict[str, str]) -> None:
    """See the offer, and take it or not."""
    chance = pen.chance
    if chance.random() > 0.75:
        pen.say("offer_expired", pen.now + 72 * HOUR, **about)
        return
    seen = max(pen.now + MINUTE, pen.start + moment(chance))
    pen.say("offer_seen", seen, **about)
    drawn = chance.random()
    if drawn < ACCEPTS[kind]:
        pen.say("offer_accepted", seen + 5 * MINUTE, value=600, currency=CURRENCY, **about)
    elif drawn < ACCEPTS[kind] + 0.15:
        pen.say("offer_declined", seen + 5 * MINUTE, reason="not_now", **about)


def answer_of(record: bytes) -> Answer | None:
    """Return the offer that a record of the offer topic makes; None if it makes none: it withdraws one.

    >>> answer_of(b'{"type":"offer_withdrawn","id":"f1","customer":"c7"}')
    """
    said = orjson.loads(record)
    if said.get("type") != "offer_made":
        return None
    return Answer(said["id"], said["customer"], said["offer"], said["family"], said["channel"])
