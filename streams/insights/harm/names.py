"""The names under which the row of a place counts harm, and the steps towards an order."""

from functools import cache
from itertools import pairwise
from typing import NamedTuple

STEPS = ("product", "cart", "checkout", "order")
NEXT = dict(pairwise(STEPS))  # step -> the next
STEP_NAMES = tuple(f"{step}>{then}" for step, then in NEXT.items())  # as `checkout>order`
TOOK, WENT = "took:", "went:"  # before such a name

FRICTION = "friction:"  # before a detector: how often it opened
EXPOSED, MISSED = "exposed:", "missed:"  # before a detector: what should happen by a time, as promised parcels; what did not
WITH = "visits_with:"  # before a detector or ANY: visits in which it opened
CAME, MET = "came:", "met:"  # before the weeks since they came before; before a detector, ANY or ANYWHERE, `:` and the weeks since
ANY, ANYWHERE = "any", "anywhere"  # any friction at the place; any friction at any place
CARTS, KEPT, CONTACTS = "carts:", "kept:", "contacts:"  # before a detector; of carts, then `:` and the currency of their worth


class Names(NamedTuple):
    """The names of one detector, made once."""

    opened: str
    exposed: str
    missed: str
    visits: str
    met: str


@cache
def names_of(detector: str) -> Names:
    """Return the names under which a row counts this detector. There are only as many as detectors.

    >>> names_of("rage_click").opened, names_of("rage_click").met
    ('friction:rage_click', 'met:rage_click:')
    """
    return Names(f"{FRICTION}{detector}", f"{EXPOSED}{detector}", f"{MISSED}{detector}", f"{WITH}{detector}", f"{MET}{detector}:")
