"""The common part of the readers of foreign formats. It reads their senders' names as kinds of ours.

A name that the company gave a meaning is read so. A name that one of the tables holds is read as its specification says. Any other name
that is one of our kinds is read by our own fields. SDKs send amounts in the major unit, whatever the name is. A name that a specification
has and that holds nothing for a journey is passed by. All other names are unknown: the record is kept as a rejection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import analytics, clicks, commerce, lifecycle, screens
from schemas.foreign.building import Ready, build, made_ready
from schemas.foreign.event import Foreign, normalize_keys, normalize_name
from schemas.foreign.own import OWN
from schemas.foreign.passed import PASSED
from schemas.foreign.picks import Row
from schemas.foreign.renaming import find_renamed
from schemas.reading import Found, Passed
from schemas.reading.diagnosis import diagnose, unknown_kind

__all__ = ["NAMES", "ROWS", "Foreign", "parse_json", "read_renamed", "to_touchpoint"]

ROWS: tuple[Row, ...] = (*screens.ROWS, *clicks.ROWS, *commerce.ROWS, *lifecycle.ROWS, *analytics.ROWS)
NAMES: Mapping[str, Row] = MappingProxyType({name: row for row in ROWS for name in row.names})
_READY: dict[str, Ready] = {name: made_ready(row) for name, row in {**OWN, **NAMES}.items()}


def parse_json(value: bytes) -> Any:
    """Return the JSON that these bytes hold, untyped, or a rejection."""
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        return diagnose(error, value)


def to_touchpoint(event: Foreign, conventions: Conventions = NO_CONVENTIONS) -> Found:
    """Return the touchpoint that this foreign event is, or a rejection.

    >>> order = {"order_id": "o1", "total": 27.5, "currency": "usd", "products": [{"product_id": "p1", "quantity": 2}]}
    >>> found = to_touchpoint(Foreign("segment", "order_completed", "m1", "c7", 1761555660000, order))
    >>> found.order, found.value, found.currency, found.items
    ('o1', 2750, 'USD', 2)
    >>> to_touchpoint(Foreign("segment", "moon_landed", "m1", "c7", 1761555660000))
    Rejected(reason='unknown_kind', detail="'moon_landed'")
    >>> to_touchpoint(Foreign("segment", "promotion_viewed", "m1", "c7", 1761555660000))
    Passed(name='promotion_viewed')
    """
    row = find_renamed(event, conventions.names, major=True) if conventions.names else None
    row = row or _READY.get(event.name)
    if row is not None:
        return build(event, row)
    return Passed(event.name) if event.name in PASSED else unknown_kind(event.name)


def read_renamed(names: Iterable[str], fields: Mapping[str, Any], conventions: Conventions) -> Found | None:
    """Return the touchpoint that a company's own names make of an event of our format or a CloudEvent; None if they do not name it.

    `names` are all names that the event may be called by, as sent, the longest first. `fields` holds id, customer, at and source too.
    Amounts are in the minor unit, as in our own format.

    >>> from schemas.conventions import Name
    >>> rows = (Name(name="Plan Picked", kind="subscription_started", fields={"subscription": "contract_no", "value": "fee"}),)
    >>> event = {"id": "m1", "customer": "c7", "at": 1761555660000, "contractNo": 17, "fee": 1999}
    >>> found = read_renamed(["plan.picked"], event, Conventions(names=rows))
    >>> found.subscription, found.value
    ('17', 1999)
    """
    if not conventions.names:
        return None
    said = normalize_keys(fields)
    source = fields.get("source")
    for name in names:
        event = Foreign("" if source is None else source, normalize_name(name), said.get("id"), said.get("customer"), said.get("at"), said)
        row = find_renamed(event, conventions.names, major=False)
        if row is not None:
            return build(event, row)
    return None
