"""The keys of records that are sent: the customers whose events they hold, so that a customer's events keep their order."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from agents.tools.operating.batches import each_alone
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import read
from schemas.reading import Batch, Passed, Read, Rejected
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import LATEST


class Keyed(NamedTuple):
    """A record as it is sent. `others`: customers in it beside that of the key, whose events may come out of order."""

    key: bytes | None
    value: bytes
    others: int = 0


def keyed(record: bytes, conventions: Conventions = NO_CONVENTIONS) -> list[Keyed]:
    """Return this record as it is sent. If it holds events of several customers, each event is a record of its own, in the same envelope.

    A record whose events alone are not read as they are in it stays whole. Its key is the customer of the first event.

    >>> views = [b'{"kind":"page_viewed","id":"e%d","customer":"c%d","at":1761555660000,"page":"/"}' % each for each in ((1, 7), (2, 8))]
    >>> [(each.key, each.value[:28]) for each in keyed(b"[" + b",".join(views) + b"]")]
    [(b'c7', b'[{"kind":"page_viewed","id":'), (b'c8', b'[{"kind":"page_viewed","id":')]
    >>> [each.key for each in keyed(b"[" + views[0] + b"," + views[0] + b"]")]
    [b'c7']
    """
    found = read(record, logged_at=LATEST, conventions=conventions)
    customers = dict.fromkeys(each.customer for each in _touchpoints(found))
    if len(customers) < 2:
        return [Keyed(_key(found, record), record)]
    return _divided(record, found, conventions) or [Keyed(_key(found, record), record, len(customers) - 1)]


def _divided(record: bytes, whole: Read | Batch | Passed | Rejected, conventions: Conventions) -> list[Keyed]:
    """Return each event as a record; none if there is only one, or if the events alone are not what they are together."""
    events = list(each_alone(record))
    reads = [read(each, logged_at=LATEST, conventions=conventions) for each in events]
    if len(events) < 2 or [one for each in reads for one in _touchpoints(each)] != _touchpoints(whole):
        return []
    return [Keyed(_key(found, event), event) for found, event in zip(reads, events, strict=True)]


def _touchpoints(found: Read | Batch | Passed | Rejected) -> list[Touchpoint]:
    reads = (found,) if isinstance(found, Read) else found.reads if isinstance(found, Batch) else ()
    return [each.touchpoint for each in reads]


def _key(found: Read | Batch | Passed | Rejected, record: bytes) -> bytes | None:
    """Return the customer of the first event, as ingest reads it. Of what is not read, it is the customer that our own fields name.

    Foreign formats are read as ingest reads them. Otherwise the events of one customer could lie in several partitions, out of order.
    """
    for each in _touchpoints(found):
        return each.customer.encode()
    try:
        fields = orjson.loads(record)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(fields, dict):
        return None
    inner = fields.get("data")
    named = fields.get("customer") or (inner.get("customer") if isinstance(inner, dict) else None)
    return named.encode(errors="replace") if isinstance(named, str) and named else None
