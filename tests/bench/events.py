"""The events of the benchmark: real touchpoints of about 300 bytes, a day's mix of kinds, keys as skewed as customers are.

>>> events = Events(customers=1000, seed=1)
>>> key, value = events.one("e1", 1_767_600_000_000)
>>> key.startswith(b"c"), 250 < len(value) < 350
(True, True)
"""

from __future__ import annotations

import itertools
import random

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import Clicked, ContentViewed, PageViewed, ProductsSearched
from schemas.touchpoints.commerce import CartUpdated, CouponDenied, OrderPlaced, PaymentFailed, ProductViewed, PurchaseMade
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ContactOpened
from schemas.writing import encode

BYTES = 300  # an event, about
SKEW = 1.0  # Zipf's exponent: the busiest customer of 20,000 has a tenth of the events
MIX: tuple[tuple[float, Touchpoint], ...] = (
    (56, PageViewed(id="@", customer="@", at=1, channel="web", page="/tents", page_type="list", came_from="/", by="link", source="shop")),
    (14, ProductViewed(id="@", customer="@", at=1, channel="web", product="p-dome", category="tents", price=12900, source="shop")),
    (10, Clicked(id="@", customer="@", at=1, channel="web", target="more", element="button", page="/tents", x=410, y=220, source="shop")),
    (5, ProductsSearched(id="@", customer="@", at=1, channel="web", results=12, query_length=9, source="shop")),
    (5, ContentViewed(id="@", customer="@", at=1, channel="app", content="how-to-pitch", topic="tents", viewed_ms=90_000, source="app")),
    (4, CartUpdated(id="@", customer="@", at=1, channel="web", cart="k7", items=2, value=8_900, source="shop")),
    (2, PurchaseMade(id="@", customer="@", at=1, channel="store", receipt="r7", items=7, units=11, value=4_375, source="till")),
    (1, OrderPlaced(id="@", customer="@", at=1, channel="web", order="o7", cart="k7", items=2, value=8_900, source="shop")),
    (1, ContactOpened(id="@", customer="@", at=1, channel="call", contact="h7", intent="delivery", source="desk")),
    (1, PaymentFailed(id="@", customer="@", at=1, channel="web", payment="p7", order="o7", amount=8_900, source="bank")),
    (0.5, CouponDenied(id="@", customer="@", at=1, channel="web", code="SUN", reason="expired", cart="k7", source="shop")),
    (0.5, SurveyAnswered(id="@", customer="@", at=1, channel="email", metric="csat", score=2, low=1, high=5, source="ask")),
)


class Events:
    """An endless seeded stream of (key, value). Every value is a whole touchpoint that the worker applies."""

    def __init__(self, customers: int, seed: int = 1) -> None:
        self._rng = random.Random(seed)
        self._keys = [b"c%05d" % number for number in range(customers)]
        self._weights = list(itertools.accumulate(1 / (rank + 1) ** SKEW for rank in range(customers)))
        self._shapes = [_shape(touchpoint) for _, touchpoint in MIX]
        self._mix = list(itertools.accumulate(weight for weight, _ in MIX))

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
    return (
        (plain[:-1] + ending)
        .replace(b'"id":"@"', b'"id":"%s"')
        .replace(b'"customer":"@"', b'"customer":"%s"')
        .replace(b'"at":1,', b'"at":%d,')
    )
