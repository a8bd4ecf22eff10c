"""Figures that need no rules: paths, a funnel, repeated contacts, baskets. They take touchpoints in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from schemas.touchpoints import Touchpoint, kind_of
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.service import ContactOpened

Step = Callable[[Touchpoint], str]


def place_of(touchpoint: Touchpoint) -> str:
    """Return the place of a touchpoint, or its kind if it names no place."""
    return touchpoint.place or kind_of(type(touchpoint))


def kind_name(touchpoint: Touchpoint) -> str:
    """Return the kind of a touchpoint, by name."""
    return kind_of(type(touchpoint))


def paths(touchpoints: Iterable[Touchpoint], step: Step) -> Counter[tuple[str, str]]:
    """Return how often one step directly followed another in a customer's journey. The time between them does not matter.

    >>> from streams.story import story
    >>> paths(story('''
    ... 0  web page_viewed /a page=/a
    ... 1m web page_viewed /b page=/b
    ... 2m web page_viewed /a page=/a
    ... '''), place_of)
    Counter({('/a', '/b'): 1, ('/b', '/a'): 1})
    """
    latest: dict[str, str] = {}
    found: Counter[tuple[str, str]] = Counter()
    for touchpoint in touchpoints:
        to = step(touchpoint)
        if (left := latest.get(touchpoint.customer)) is not None:
            found[left, to] += 1
        latest[touchpoint.customer] = to
    return found


def funnel(touchpoints: Iterable[Touchpoint], steps: Sequence[str]) -> list[int]:
    """Return how many customers reached each step, after all steps before it, in that order. Other touchpoints may lie between.

    A step is a place or a kind.

    >>> from streams.story import story
    >>> funnel(story('''
    ... 0  web clicked /pay target=pay
    ... 1m web page_viewed /cart page=/cart
    ... '''), ["/cart", "/pay"])
    [1, 0]
    """
    reached: dict[str, int] = {}
    for touchpoint in touchpoints:
        come = reached.get(touchpoint.customer, 0)
        if come < len(steps) and steps[come] in (touchpoint.place, kind_name(touchpoint)):
            reached[touchpoint.customer] = come + 1
    return [sum(come > step for come in reached.values()) for step in range(len(steps))]


class Contacts(NamedTuple):
    """How many contacts there are, told apart by customer and contact number; and how often one of them was opened again."""

    numbers: int
    opened_again: int


def contacts(touchpoints: Iterable[Touchpoint]) -> Contacts:
    """Return the count of the contacts that were opened in these touchpoints."""
    opened = Counter((each.customer, each.contact) for each in touchpoints if isinstance(each, ContactOpened))
    return Contacts(len(opened), opened.total() - len(opened))


class Baskets(NamedTuple):
    """Purchases and their baskets. Money is in minor units, each currency for itself; an empty one: none was named."""

    purchases: int
    with_coupon: int  # purchases
    unpriced: int  # purchases of unknown value
    spent: dict[str, int]
    discount: dict[str, int]
    declining: int  # customers, see `baskets`
    compared: int  # customers who have enough purchases to be compared with their own past


def baskets(touchpoints: Iterable[Touchpoint], latest: int = 5, fewest: int = 10, fall: float = 0.3) -> Baskets:
    """Return the count of purchases, and of customers whose baskets shrink.

    The mean value of the `latest` purchases is compared with the mean of all earlier ones. Baskets shrink if it is lower by at least the
    share `fall`. Only customers with at least `fewest` purchases of known value in one currency are compared. We chose the defaults
    ([ours]).

    >>> from streams.story import story
    >>> baskets(story("\\n".join(f"{n}d store purchase_made receipt=r{n} value={900 if n < 5 else 600}" for n in range(10)))).declining
    1
    """
    bought = [each for each in touchpoints if isinstance(each, PurchaseMade | OrderPlaced)]
    by_customer: dict[tuple[str, str], list[int]] = {}
    spent, discount = Counter[str](), Counter[str]()
    for each in bought:
        if each.value is not None:
            by_customer.setdefault((each.customer, each.currency), []).append(each.value)
        spent[each.currency] += each.value or 0
        discount[each.currency] += each.discount or 0
    known = [values for values in by_customer.values() if len(values) >= fewest]
    declining = sum(_mean(values[-latest:]) <= (1 - fall) * _mean(values[:-latest]) for values in known)
    return Baskets(
        len(bought), sum(each.coupons > 0 for each in bought), sum(each.value is None for each in bought), dict(+spent), dict(+discount),
        declining, len(known),
    )  # fmt: skip


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
