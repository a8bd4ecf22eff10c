"""What a friction is about: the things that its touchpoint names, and the amount. Offers and messages need them."""

from __future__ import annotations

from functools import cache

import msgspec

from schemas.outputs.about import NO_CURRENCY, REFERRED, Amount, Reference
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.state import About

AMOUNTS = ("amount", "value")  # fields that hold what it is about, in minor units


@cache
def _fields_of(kind: type[Touchpoint]) -> tuple[tuple[str, ...], str]:
    """Return the fields of this kind that name a thing, and the field that holds an amount."""
    names = {field.name for field in msgspec.structs.fields(kind)}
    amount = next((name for name in AMOUNTS if name in names), "")
    return tuple(name for name in REFERRED if name in names), amount


def about_of(ctx: Context, touchpoint: Touchpoint) -> About | None:
    """Return what a touchpoint is about, as a journey keeps it; None: it names nothing.

    An amount without a currency is in that of the blueprint, else in that of the customer's purchases.
    """
    names, field = _fields_of(type(touchpoint))
    things = {}
    for name in names:
        if held := getattr(touchpoint, name):
            things[name] = held
    amount = getattr(touchpoint, field) if field else None
    if amount is None:
        return About(things) if things else None
    said: str = getattr(touchpoint, "currency", "")
    return About(things, amount, said or currency_of(ctx))


def currency_of(ctx: Context) -> str:
    """Return the currency (ISO 4217) of amounts that name none: the blueprint's, else that of the customer's purchases, else XXX."""
    return ctx.rules.blueprint.currency or ctx.journey.value.currency or NO_CURRENCY


def references(about: About | None) -> tuple[Reference, ...]:
    """Return the things as they are published.

    >>> from streams.state import About
    >>> references(About({"order": "o1"}))
    (Reference(kind='order', id='o1'),)
    """
    return tuple([Reference(kind, id) for kind, id in about.things.items()]) if about else ()  # type: ignore[arg-type]  # only REFERRED are kept


def amount_of(about: About | None) -> Amount | None:
    """Return the amount as it is published; None: none is known.

    >>> from streams.state import About
    >>> amount_of(About({}, 8900, "EUR"))
    Amount(minor=8900, currency='EUR')
    """
    return None if about is None or about.amount is None else Amount(about.amount, about.currency)
