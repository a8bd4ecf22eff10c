"""Things told twice: an order, a message or a payment counts once per kind, under whatever ids its repetitions come.

A page that is reloaded tracks its order again. A provider that got no answer delivers its event again. Both send a new id, so only the
number of the thing tells that nothing new happened. Each kind declares the fields that name its thing (`Touchpoint.thing`).
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from schemas.touchpoints import BY_KIND, KINDS, Touchpoint
from schemas.touchpoints.base import thing_of
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.state import REFERENCES, THINGS, Journey
from streams.state.ids import SHORT_HASH, add_hash, short_hash


class Told(NamedTuple):
    """What a touchpoint tells of, as a short hash (empty: nothing to remember), and whether it was told before."""

    thing: bytes
    again: bool


NOTHING = Told(b"", again=False)
NAMED = frozenset(kind for kind in KINDS if kind.thing)  # kinds that name a thing
# Kinds that another one frees, and what may stand behind the thing's number: true or false for each further field.
FREED = {name: tuple(product(("True", "False"), repeat=len(BY_KIND[name].thing[0]) - 1)) for kind in KINDS for name in kind.frees}


def told_of(journey: Journey, touchpoint: Touchpoint) -> Told:
    """Return what the touchpoint tells of, and whether the journey was told of it before.

    Sales are recognised by the numbers that keep their money from counting twice (`Journey.references`). So a year of receipts takes no
    room twice.
    """
    number = _sale_number(touchpoint)
    if number:
        return Told(b"", short_hash("reference", number) in journey.references)
    named = thing_of(touchpoint)
    thing = short_hash(*named) if named else b""
    return Told(thing, bool(thing) and thing in journey.things)


def _sale_number(touchpoint: Touchpoint) -> str:
    """Return the number of a sale; empty for any other kind, and for a receipt that fulfils an order: the order was told before."""
    if isinstance(touchpoint, OrderPlaced):
        return touchpoint.order
    return touchpoint.receipt if isinstance(touchpoint, PurchaseMade) and not touchpoint.order else ""


def record_sale(journey: Journey, sale: OrderPlaced | PurchaseMade) -> bool:
    """Remember the number of an order or receipt. Return False if its money was counted before: a receipt may fulfil an order."""
    number = sale.order or sale.receipt if isinstance(sale, PurchaseMade) else sale.order
    return add_hash(journey.references, short_hash("reference", number), REFERENCES)


def record_thing(journey: Journey, touchpoint: Touchpoint, thing: bytes) -> None:
    """Remember the thing. Forget what may be told anew after it: a closed ticket may be opened again."""
    for freed in touchpoint.frees:
        for switches in FREED[freed]:
            _forget(journey.things, short_hash(freed, thing_of(touchpoint)[1], *switches))
    add_hash(journey.things, thing, THINGS)


def _forget(things: bytearray, thing: bytes) -> None:
    for start in range(0, len(things), SHORT_HASH):
        if things[start : start + SHORT_HASH] == thing:
            del things[start : start + SHORT_HASH]
            return
