"""Our own kinds as foreign senders write them: each field under our name, or with `_id` behind it, read by the type that it declares.

An SDK's sender writes amounts in the major unit (12.5). Who writes our own format or CloudEvents counts in the minor unit (1250).
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from schemas.foreign import picks
from schemas.foreign.picks import Pick, Row
from schemas.touchpoints import BY_KIND, Touchpoint

ENVELOPE = ("id", "customer", "at", "source")  # fields that the envelope of an event gives
_WORTH = ("total", "revenue", "value", "amount", "price")  # what senders call an amount, in the order in which one is taken
_READERS: dict[str, Callable[..., Pick]] = {
    "Cents": picks.money,
    "Price": picks.money,
    "Moment": picks.when,
    "Count": picks.count,
    "Milliseconds": picks.count,
    "Score": picks.score,
    "Coordinate": picks.score,
    "Page": picks.page_path,
    "Ref": picks.ref,
    "Words": picks.ref,
    "Literal": picks.ref,
    "bool": picks.flag,
}
MONEY = ("Cents", "Price")


@functools.cache
def units_of(kind: type[Touchpoint]) -> dict[str, str]:
    """Return the unit in which each field of a kind is counted, as its declaration names it. Lists have the unit `list`.

    >>> units = units_of(BY_KIND["order_placed"])
    >>> units["order"], units["items"], units["currency"], units["categories"]
    ('Ref', 'Count', 'Currency', 'list')
    """
    declared = {name: text for each in reversed(kind.__mro__) for name, text in inspect.get_annotations(each).items()}
    return {
        name: "list" if declared[name].startswith("tuple") else re.split(r"\W", declared[name], maxsplit=1)[0]
        for name in kind.__struct_fields__
    }


def pick_for(kind: type[Touchpoint], field: str, names: tuple[str, ...], *, major: bool) -> Pick:
    """Return how a field of this kind is read from these properties. `major`: amounts come in the currency's major unit."""
    unit = units_of(kind)[field]
    if unit == "Currency":
        return picks.currency if names == (field,) else picks.code_of(*names)
    if unit == "list":
        return picks.either(picks.raw(*names), picks.categories)
    return picks.whole_amount(*names) if unit in MONEY and not major else _READERS[unit](*names)


def own_row(kind: type[Touchpoint], name: str, *, major: bool) -> Row:
    """Return how events that are called `name` are read as this kind, by our own fields."""
    fields = {field: _own_pick(kind, field, major=major) for field in kind.__struct_fields__ if field not in ENVELOPE}
    return Row(str(kind.__struct_config__.tag), (name,), fields)


def _own_pick(kind: type[Touchpoint], field: str, *, major: bool) -> Pick:
    unit = units_of(kind)[field]
    names: tuple[str, ...] = (field, f"{field}_id") if unit in ("Ref", "Words", "Literal") else (field,)
    if field in ("value", "amount") and major:
        names = tuple(name for name in _WORTH if name == field or name not in kind.__struct_fields__)
    pick = pick_for(kind, field, names, major=major)
    if field in ("page", "screen"):
        return picks.either(pick, picks.page)
    return picks.either(pick, picks.pieces) if field == "items" else pick


OWN: Mapping[str, Row] = MappingProxyType({name: own_row(kind, name, major=True) for name, kind in BY_KIND.items()})
