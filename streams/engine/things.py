"""Things told twice: an order, a message or a payment counts once per kind, under whatever ids its repetitions come.

A page that is reloaded tracks its order again. A provider that got no answer delivers its event again. Both send a new id, so only the
number of the thing tells that nothing new happened. Each kind declares the fields that name its thing (`Touchpoint.thing`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from operator import attrgetter

from schemas.touchpoints import BY_KIND, KINDS, Touchpoint, kind_of
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.state import REFERENCES, THINGS, Journey
from streams.state.ids import SEPARATOR, SHORT_HASH, add_hash, short_hash

NAMED = frozenset(kind for kind in KINDS if kind.thing)  # kinds that name a thing
SALES = frozenset({OrderPlaced, PurchaseMade})
Fields = Callable[[Touchpoint], object]
_SALE = SEPARATOR.join(("reference", "%s"))


def _rows(kind: type[Touchpoint]) -> tuple[tuple[Fields, Fields, str], ...]:
    """Return for each row of `kind.thing` its first field, all its fields, and the text that these fill."""
    return tuple((attrgetter(row[0]), attrgetter(*row), SEPARATOR.join((kind_of(kind), *("%s" for _ in row)))) for row in kind.thing)


def _freed(kind: type[Touchpoint]) -> tuple[str, ...]:
    """Return the texts of what a touchpoint of this kind frees. Behind the number stands true or false for each further field."""
    return tuple(
        SEPARATOR.join((name, "%s", *switches))
        for name in kind.frees
        for switches in product(("True", "False"), repeat=len(BY_KIND[name].thing[0]) - 1)
    )


ROWS = {kind: _rows(kind) for kind in NAMED}
FREED = {kind: (attrgetter(kind.thing[0][0]), _freed(kind)) for kind in NAMED if kind.frees}


def name_thing(touchpoint: Touchpoint) -> str:
    """Return what the touchpoint tells of, as one text: its kind, and the values that name the thing. Empty: it names none.

    >>> name_thing(OrderPlaced(id="e1", customer="c7", at=1, order="o1", value=4000)).split(SEPARATOR)
    ['order_placed', 'o1']
    """
    for first, values, text in ROWS.get(type(touchpoint), ()):
        if first(touchpoint):
            return text % values(touchpoint)
    return ""


def told_of(journey: Journey, touchpoint: Touchpoint) -> bytes | None:
    """Return what the touchpoint tells of, as a short hash (empty: of nothing). Return None if the journey was told of it before.

    Sales are recognised by the numbers that keep their money from counting twice (`Journey.references`). So a year of receipts takes no
    room twice.
    """
    if type(touchpoint) in SALES and (number := _sale_number(touchpoint)):
        thing, told = short_hash(_SALE % number), journey.references
    elif text := name_thing(touchpoint):
        thing, told = short_hash(text), journey.things
    else:
        return b""
    return None if thing in told else thing


def _sale_number(touchpoint: Touchpoint) -> str:
    """Return the number of a sale; empty for any other kind, and for a receipt that fulfils an order: the order was told before."""
    if type(touchpoint) is OrderPlaced:
        return touchpoint.order
    return touchpoint.receipt if type(touchpoint) is PurchaseMade and not touchpoint.order else ""


def record_sale(journey: Journey, sale: OrderPlaced | PurchaseMade, thing: bytes) -> bool:
    """Remember the number of an order or receipt. Return False if its money was counted before: a receipt may fulfil an order.

    `thing` is what `told_of` returned for this sale.
    """
    of_order = type(sale) is PurchaseMade and sale.order != ""
    number = short_hash(_SALE % sale.order) if of_order or not thing else thing
    return add_hash(journey.references, number, REFERENCES)


def record_thing(journey: Journey, touchpoint: Touchpoint, thing: bytes) -> None:
    """Remember a thing that the journey was not told of before. A sale is remembered when it is counted (`record_sale`)."""
    if not thing or (type(touchpoint) in SALES and _sale_number(touchpoint)):
        return
    if type(touchpoint) in FREED:
        _free(journey.things, touchpoint)
    journey.things += thing
    if len(journey.things) > THINGS * SHORT_HASH:
        del journey.things[:SHORT_HASH]


def _free(things: bytearray, touchpoint: Touchpoint) -> None:
    """Forget what may be told anew after this touchpoint: a closed ticket may be opened again."""
    number, texts = FREED[type(touchpoint)]
    for text in texts if things else ():
        start = things.find(short_hash(text % number(touchpoint)))
        if start >= 0 and start % SHORT_HASH == 0:
            del things[start : start + SHORT_HASH]
