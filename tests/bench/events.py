"""The events of the benchmark: real touchpoints of about 300 bytes, a day's mix of kinds, keys as skewed as customers are.

>>> events = Events(customers=1000, seed=1)
>>> key, value = events.one("e1", 1_767_600_000_000)
>>> key.startswith(b"c"), 250 < len(value) < 350
(True, True)
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import Clicked, ContentViewed, PageViewed, ProductsSearched
from schemas.touchpoints.commerce import CartUpdated, CouponDenied, OrderPlaced, PaymentFailed, ProductViewed, PurchaseMade
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ContactOpened
from schemas.writing import encode

BYTES = 300  # an event, about
SKEW = 1.0  # Zipf's law: of 20,000 customers the busiest has a tenth of the events, the busiest tenth four in five
VARIANTS = 200  # of each kind: other pages, products and targets, as a shop has them
WEB, SHOP = "web", "shop"


def _kinds(n: int) -> Iterator[tuple[float, Touchpoint]]:
    """The n-th variant of each kind, and its share of all events in percent."""
    ids: dict[str, Any] = {"id": "@", "customer": "@", "at": 1}
    page, product = f"/tents/{n}", f"p-{n}"
    yield 56, PageViewed(**ids, channel=WEB, source=SHOP, page=page, page_type="list", came_from="/", by="link")
    yield 14, ProductViewed(**ids, channel=WEB, source=SHOP, product=product, category="tents", price=12_900)
    yield 10, Clicked(**ids, channel=WEB, source=SHOP, target=f"more-{n}", element="button", page=page, x=410, y=n)
    yield 5, ProductsSearched(**ids, channel=WEB, source=SHOP, results=12, query_length=9)
    yield 5, ContentViewed(**ids, channel="app", source="app", content=f"how-to-{n}", topic="tents", viewed_ms=90_000)
    yield 4, CartUpdated(**ids, channel=WEB, source=SHOP, cart=f"k{n}", items=2, value=8_900)
    yield 2, PurchaseMade(**ids, channel="store", source="till", receipt=f"r{n}", items=7, units=11, value=4_375)
    yield 1, OrderPlaced(**ids, channel=WEB, source=SHOP, order=f"o{n}", cart=f"k{n}", items=2, value=8_900)
    yield 1, ContactOpened(**ids, channel="call", source="desk", contact=f"h{n}", intent="delivery")
    yield 1, PaymentFailed(**ids, channel=WEB, source="bank", payment=f"p{n}", order=f"o{n}", amount=8_900)
    yield 0.5, CouponDenied(**ids, channel=WEB, source=SHOP, code=f"SUN{n}", reason="expired", cart=f"k{n}")
    yield 0.5, SurveyAnswered(**ids, channel="email", source="ask", metric="csat", score=2, low=1, high=5)


class Events:
    """An endless seeded stream of (key, value). Every value is a whole touchpoint that the worker applies.

    With a `skew` of 0 every customer is as busy as any other.
    """

    def __init__(self, customers: int, seed: int = 1, skew: float = SKEW) -> None:
        self._rng = random.Random(seed)
        self._keys = [b"c%05d" % number for number in range(customers)]
        self._weights = list(itertools.accumulate(1 / (rank + 1) ** skew for rank in range(customers)))
        mix = [(weight, _shape(touchpoint)) for n in range(VARIANTS) for weight, touchpoint in _kinds(n)]
        self._shapes = [shape for _, shape in mix]
        self._mix = list(itertools.accumulate(weight for weight, _ in mix))

    def one(self, id: str, at: int) -> tuple[bytes, bytes]:
        """One event, with this id, at this time (ms UTC)."""
        [key] = self._rng.choices(self._keys, cum_weights=self._weights)
        [shape] = self._rng.choices(self._shapes, cum_weights=self._mix)
        return key, shape % (id.encode(), key, at)


def _shape(touchpoint: Touchpoint) -> bytes:
    """The touchpoint's bytes with its id, customer and time to be filled in; its place makes it as long as events are."""
    plain = encode(touchpoint)
    place = "/" + "a-place-like-others/" * 20
    ending = b',"place":"%s"}' % place[: max(1, BYTES - len(plain) - 28)].encode()
    whole = plain[:-1] + ending
    return whole.replace(b'"id":"@"', b'"id":"%s"').replace(b'"customer":"@"', b'"customer":"%s"').replace(b'"at":1,', b'"at":%d,')
