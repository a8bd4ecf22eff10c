"""A shop of 120 customers over eleven weeks, in native events without a place. From the seventh week on its pay button is broken.

Equal seeds tell equal events. The button breaks on some visits: the customer clicks it six times. Some of them order all the same, a few
minutes later. What is planted is counted here, apart from the product.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from schemas.inputs import native
from schemas.touchpoints.base import Touchpoint

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
BEGUN = 20_458 * DAY  # 2026-01-05, a Monday
WEEKS, BROKEN, CUSTOMERS = 11, 6, 120  # weeks; the first broken one (from 0); customers
PERSISTS = 0.2  # of those whose button is broken
BREAKS = (0.04, 0.3)  # of the visits to the checkout: before, and since


@dataclass
class Planted:
    """What was put in, counted while it is written."""

    events: list[dict[str, Any]] = field(default_factory=list)
    rages: Counter[int] = field(default_factory=Counter)  # week -> visits with a broken button
    visits: Counter[int] = field(default_factory=Counter)  # week -> visits to the checkout
    hurt: set[str] = field(default_factory=set)  # customers
    hurt_since: set[str] = field(default_factory=set)  # customers, from the first broken week on
    checkouts: int = 0
    orders: int = 0
    carts_left: int = 0  # after a broken button
    left: int = 0  # worth of the carts that the button cost, minor units
    calls: int = 0  # contacts after it
    promised: int = 0
    late: int = 0
    late_for: set[str] = field(default_factory=set)  # customers
    brought: int = 0  # minor units
    buyers: set[str] = field(default_factory=set)

    def touchpoints(self) -> Iterator[Touchpoint]:
        """Yield the events as the native reader reads them, in the order of time."""
        for event in sorted(self.events, key=lambda each: (each["at"], each["id"])):
            found = native.read(json.dumps(event).encode(), ())
            assert isinstance(found, Touchpoint)
            yield found


def planted(seed: int = 14) -> Planted:
    """Return the run of this seed."""
    dice, run = Random(seed), Planted()
    for week in range(WEEKS):
        for number in range(CUSTOMERS):
            if dice.random() < 0.7:
                _visit(dice, run, f"cust-{number:03}", week)
    return run


def _visit(dice: Random, run: Planted, customer: str, week: int) -> None:
    at = BEGUN + (7 * week + dice.randrange(5)) * DAY + dice.randrange(8 * HOUR, 20 * HOUR)
    visit, value = f"{customer}-{week}", 2_000 + 100 * dice.randrange(40)
    broken = dice.random() < BREAKS[week >= BROKEN]

    def told(kind: str, after: int, channel: str = "web", **fields: Any) -> None:
        made = {"kind": kind, "id": f"{visit}-{len(run.events)}", "customer": customer, "at": at + after, "channel": channel}
        run.events.append(made | fields)

    told("page_viewed", 0, page="/shop")
    told("cart_updated", MINUTE, cart=visit, items=1, value=value, currency="EUR")
    told("page_viewed", 2 * MINUTE, page="/pay")
    told("checkout_started", 2 * MINUTE + 1_000, cart=visit, items=1, value=value, currency="EUR")
    run.checkouts += 1
    run.visits[week] += 1
    if broken:
        for click in range(6):
            told("clicked", 3 * MINUTE + 200 * click, page="/pay", target="pay", element="button")
        run.rages[week] += 1
        run.hurt.add(customer)
        if week >= BROKEN:
            run.hurt_since.add(customer)
        if dice.random() >= PERSISTS:
            run.carts_left += 1
            run.left += value
            _call(dice, run, told, visit)
            return
    told("order_placed", 8 * MINUTE, order=visit, cart=visit, items=1, value=value, currency="EUR")
    run.orders += 1
    run.brought += value
    run.buyers.add(customer)
    _deliver(dice, run, told, at, customer, visit)


def _call(dice: Random, run: Planted, told: Any, visit: str) -> None:
    if dice.random() < 0.3:
        told("contact_opened", 2 * HOUR, "call", contact=visit, intent="payment")
        told("contact_closed", 2 * HOUR + 5 * MINUTE, "call", contact=visit, resolved=True)
        run.calls += 1


def _deliver(dice: Random, run: Planted, told: Any, at: int, customer: str, visit: str) -> None:
    late = dice.random() < 0.1
    told("delivery_promised", HOUR, "post", order=visit, by=at + DAY, place="north")
    told("order_delivered", 30 * HOUR if late else 20 * HOUR, "post", order=visit, place="north")
    run.promised += 1
    if late:
        run.late += 1
        run.late_for.add(customer)
