"""What is sent: few hundred customers living through small stories, with everything that makes frictions, risks and offers happen.

A third of them have a device of their own, on which they do one thing or another before they sign in. Half of them live in the past, at
their own pace, so that their timers are long due and fire at once; the other half live now.
Everything follows from the seed except the times of those who live now.

>>> [event.kind for event in Load(seed=1, now=1_767_600_000_000, customers=1).next(1, 1_767_600_000_000)]
['consent_changed']
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

import msgspec

from schemas.touchpoints import kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import SignedIn
from schemas.writing import encode
from streams.state.identifiers import ANONYMOUS
from streams.story import story

DAY = 86_400_000  # milliseconds
PAST = 20 * DAY

DEVICES = 3  # every so many-th customer has one
CONSENT = "0 web consent_changed purpose=marketing state=granted"
STORIES = (
    """
    0    web page_viewed /shop page=/shop page_type=list
    20s  web page_viewed /shop/tent page=/shop/tent
    2m   web cart_updated /cart cart=k{n} items=2 value=8900
    3m   web checkout_started /pay cart=k{n} items=2 value=8900
    4m   web order_placed /pay order=o{n} cart=k{n} items=2 value=8900
    5m   web delivery_promised order=o{n} by={by}
    30h  post parcel_scanned order=o{n} parcel=s{n} step=sorted carrier=north
    80h  post order_delivered order=o{n} parcel=s{n}
    """,
    """
    0    web page_viewed /shop page=/shop page_type=list
    1m   web cart_updated /cart cart=k{n} items=1 value=4900
    26h  web page_viewed /shop page=/shop page_type=list
    """,
    """
    0    web page_viewed /pay page=/pay
    1s   web clicked /pay target=pay element=button page=/pay x=410 y=220 watched_ms=2500
    1.2s web clicked /pay target=pay element=button page=/pay x=411 y=221 watched_ms=2500
    1.4s web clicked /pay target=pay element=button page=/pay x=412 y=222 watched_ms=2500
    1.6s web clicked /pay target=pay element=button page=/pay x=413 y=223 watched_ms=2500
    1.8s web clicked /pay target=pay element=button page=/pay x=413 y=223 watched_ms=2500
    9s   web payment_failed /pay payment=p{n} order=o{n} amount=4900 reason=declined
    1m   web payment_failed /pay payment=p{n} order=o{n} amount=4900 reason=declined hard=true
    """,
    """
    0    web products_searched /search results=0 query_length=9
    9s   web products_searched /search results=0 query_length=11 refined=true
    21s  web products_searched /search results=0 query_length=7 refined=true
    40s  web coupon_denied /cart code=SUN{n} reason=expired cart=k{n}
    55s  web coupon_denied /cart code=SUN{n} reason=expired cart=k{n}
    """,
    """
    0    call contact_opened /hotline contact=h{n} intent=delivery order=o{n}
    6m   call contact_closed /hotline contact=h{n} intent=delivery resolved=false
    5h   call contact_opened /hotline contact=i{n} intent=delivery order=o{n}
    6h   call contact_closed /hotline contact=i{n} intent=delivery resolved=true
    """,
    """
    0    chat message_received /chat message=m{n} thread=t{n} length=120
    1h   email complaint_opened complaint=b{n} topic=delivery order=o{n} due={by}
    2h   web page_viewed /account/cancel page=/account/cancel page_type=cancel
    90h  email complaint_resolved complaint=b{n} upheld=true redress=500
    """,
    """
    0    email survey_answered metric=nps score=2 low=0 high=10
    1m   email survey_answered metric=csat score=1 low=1 high=5 dimension=delivery
    2d   web consent_changed purpose=marketing state=withdrawn
    4d   web consent_changed purpose=marketing state=granted
    """,
    """
    0    store purchase_made till-4 receipt=r{n} items=3 units=5 value=1250 discount=100
    7d   store purchase_made till-4 receipt=q{n} items=2 units=2 value=990 coupons=1 coupon_discount=50
    """,
    """
    0    web page_viewed /help page=/help page_type=help
    3s   web page_viewed /help page=/help page_type=help
    6s   web page_viewed /help page=/help page_type=help
    9s   web page_viewed /help page=/help page_type=help
    12s  app offer_declined offer=f{n} name=none reason=not_now
    """,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One touchpoint on its way: what it is and its bytes."""

    touchpoint: Touchpoint
    value: bytes

    @property
    def kind(self) -> str:
        """The name of its kind on the wire."""
        return kind_of(type(self.touchpoint))


@dataclass(slots=True)
class Life:
    """One customer: what they will do next, and their own clock (ms UTC; 0: they live now)."""

    name: str
    clock: int
    coming: deque[Touchpoint] = field(default_factory=deque)
    device: bool = False


class Load:
    """An endless, seeded stream of touchpoints of `customers` customers; times do not run ahead of the `now` (ms UTC) given."""

    def __init__(self, seed: int, now: int, customers: int = 300) -> None:
        self._rng = random.Random(seed)
        self._told = 0
        self._lives = [Life(f"c{number:04}", now - PAST if number % 2 else 0, device=number % DEVICES == 1) for number in range(customers)]
        for life in self._lives:
            life.coming.extend(self._tell(CONSENT, life, now))

    def next(self, count: int, now: int) -> list[Event]:
        """The next `count` touchpoints; who lives now acts at `now`."""
        return [self._one(self._rng.choice(self._lives), now) for _ in range(count)]

    def _one(self, life: Life, now: int) -> Event:
        if not life.coming:
            life.coming.extend(self._tell(self._rng.choice(STORIES), life, now))
        touchpoint = life.coming.popleft()
        at = now if not life.clock else min(touchpoint.at, now)
        life.clock = at if life.clock else 0
        touchpoint = msgspec.structs.replace(touchpoint, at=at)
        return Event(touchpoint, encode(touchpoint))

    def _tell(self, text: str, life: Life, now: int) -> list[Touchpoint]:
        """One more story of this customer, its numbers and ids its own."""
        self._told += 1
        begin = life.clock + self._rng.randrange(60_000, DAY) if life.clock else now
        due = begin + 2 * DAY if life.clock else now + self._rng.randrange(2_000, 8_000)
        told = story(text.format(n=self._told, by=due), life.name, begin)
        told = [msgspec.structs.replace(each, id=f"{self._told}-{each.id}", source="faults") for each in told]
        return self._before_sign_in(told, life) if life.device and text is not CONSENT else told

    def _before_sign_in(self, told: list[Touchpoint], life: Life) -> list[Touchpoint]:
        """The first touchpoints of the story come from the device, then its owner signs in; now and then they never do."""
        until = self._rng.randrange(len(told) + 1)
        early = [msgspec.structs.replace(each, customer=device_of(life.name)) for each in told[:until]]
        if until == len(told):
            return early
        signs_in = SignedIn(
            id=f"{self._told}-in", customer=life.name, at=told[until].at, channel="web", anonymous=device_of(life.name), source="faults"
        )
        return [*early, signs_in, *told[until:]]


def device_of(customer: str) -> str:
    """The anonymous id of a customer's device."""
    return f"{ANONYMOUS}{customer}"


def owner(name: str) -> str:
    """Whose id this is: the customer's own, or their device's.

    >>> owner("c0001"), owner(device_of("c0001"))
    ('c0001', 'c0001')
    """
    return name.removeprefix(ANONYMOUS)
