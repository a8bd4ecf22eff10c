"""Things told twice: an order, a message or a payment counts once per kind, under whatever ids its repetitions come.

A page that is reloaded tracks its order again. A provider that got no answer delivers its event again. Both send a new id, so only the
number of the thing tells that nothing new happened. Each kind declares the fields that name its thing (`Touchpoint.thing`).
"""

from __future__ import annotations

from itertools import product

from schemas.touchpoints import BY_KIND, KINDS, Touchpoint
from schemas.touchpoints.base import thing_of
from streams.state import THINGS, Journey
from streams.state.ids import SHORT_HASH, short_hash

NAMED = frozenset(kind for kind in KINDS if kind.thing)  # kinds that name a thing
# Kinds that another one frees, and what may stand behind the thing's number: true or false for each further field.
FREED = {name: tuple(product(("True", "False"), repeat=len(BY_KIND[name].thing[0]) - 1)) for kind in KINDS for name in kind.frees}


def hash_of_thing(touchpoint: Touchpoint) -> bytes:
    """Return the short hash of the thing and the kind; empty bytes if the touchpoint names none."""
    thing = thing_of(touchpoint)
    return short_hash(*thing) if thing else b""


def was_told(journey: Journey, thing: bytes) -> bool:
    """Return whether the thing is among the last THINGS that the journey was told of."""
    return thing in journey.things


def record_thing(journey: Journey, touchpoint: Touchpoint, thing: bytes) -> None:
    """Remember the thing. Forget what may be told anew after it: a closed ticket may be opened again."""
    things = journey.things
    for freed in touchpoint.frees:
        for switches in FREED[freed]:
            _forget(things, short_hash(freed, thing_of(touchpoint)[1], *switches))
    things += thing
    if len(things) > THINGS * SHORT_HASH:
        del things[:SHORT_HASH]


def _forget(things: bytearray, thing: bytes) -> None:
    for start in range(0, len(things), SHORT_HASH):
        if things[start : start + SHORT_HASH] == thing:
            del things[start : start + SHORT_HASH]
            return
