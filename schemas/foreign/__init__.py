"""The common part of the readers of foreign formats. It reads their senders' names as kinds of ours.

A name that one of the tables holds is read as its specification says. Any other name that is one of our kinds is read by our own fields, in
our own units. All other names are unknown: the record is kept as a rejection.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import orjson

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.diagnosis import diagnose, unknown_kind
from schemas.foreign import clicks, commerce, lifecycle, screens
from schemas.foreign.event import Foreign
from schemas.foreign.picks import Row
from schemas.foreign.values import timestamp_ms
from schemas.reading import Found
from schemas.touchpoints import BY_KIND, Touchpoint
from schemas.touchpoints.units import EARLIEST

__all__ = ["NAMES", "ROWS", "Foreign", "parse_json", "to_touchpoint"]

ROWS: tuple[Row, ...] = (*screens.ROWS, *clicks.ROWS, *commerce.ROWS, *lifecycle.ROWS)
NAMES: Mapping[str, Row] = MappingProxyType({name: row for row in ROWS for name in row.names})
_COMMON = ("id", "customer", "at", "source")


def parse_json(value: bytes) -> Any:
    """Return the JSON that these bytes hold, untyped, or a rejection."""
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        return diagnose(error, value)


def to_touchpoint(event: Foreign, _conventions: Conventions = NO_CONVENTIONS) -> Found:
    """Return the touchpoint that this foreign event is, or a rejection.

    >>> order = {"order_id": "o1", "total": 27.5, "currency": "usd", "products": [{"product_id": "p1", "quantity": 2}]}
    >>> found = to_touchpoint(Foreign("segment", "order_completed", "m1", "c7", 1761555660000, order))
    >>> found.order, found.value, found.currency, found.items
    ('o1', 2750, 'USD', 2)
    >>> to_touchpoint(Foreign("segment", "moon_landed", "m1", "c7", 1761555660000))
    Rejected(reason='unknown_kind', detail="'moon_landed'")
    """
    row = NAMES.get(event.name)
    kind = event.name if row is None else row.kind
    if kind not in BY_KIND:
        return unknown_kind(event.name)
    said: dict[str, object] = {"channel": event.channel, "place": event.page}
    said |= _own_fields(event, BY_KIND[kind]) if row is None else {name: pick(event) for name, pick in row.fields.items()}
    said |= {"kind": kind, "id": event.id, "customer": event.customer, "at": event.at, "source": event.source}
    fields = {name: value for name, value in said.items() if value is not None}
    try:
        touchpoint: Touchpoint = msgspec.convert(fields, BY_KIND[kind])
    except msgspec.ValidationError as error:
        return diagnose(error, b"")
    return touchpoint


def _own_fields(event: Foreign, kind: type[Touchpoint]) -> dict[str, Any]:
    """Return the fields of this kind that the event holds, under our names or our names with `_id` added (`order_id`)."""
    fields: dict[str, Any] = {"page": event.page or None}
    for name in kind.__struct_fields__:
        given = event.properties.get(name, event.properties.get(f"{name}_id"))
        if given is not None and name not in _COMMON:
            fields[name] = timestamp_ms(given) if name in _MOMENTS[kind] else given
    return fields


def _moments(kind: type[Touchpoint]) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(kind, include_extras=True).items() if _is_moment(hint))


def _is_moment(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return any(isinstance(extra, msgspec.Meta) and extra.ge == EARLIEST for extra in get_args(hint)[1:])
    return any(_is_moment(part) for part in get_args(hint))


_MOMENTS = {kind: _moments(kind) for kind in BY_KIND.values()}
