"""The key of a record that is sent: the customer whose event it is, so that a customer's events keep their order."""

from __future__ import annotations

import orjson

from schemas.inputs import read
from schemas.reading import Batch, Read
from schemas.touchpoints.units import LATEST


def customer_of(event: bytes) -> bytes | None:
    """Return the customer that an event names, as the record's key; None if none can be read. Of a batch, the first one counts.

    Foreign formats are read as ingest reads them. Otherwise the events of one customer could lie in several partitions, out of order.

    >>> customer_of(b'{"kind":"page_viewed","customer":"c7"}'), customer_of(b'{"data":{"customer":"c7"}}'), customer_of(b'{"cust')
    (b'c7', b'c7', None)
    >>> customer_of(b'{"type":"page","messageId":"m1","userId":"c7","timestamp":"2026-01-05T08:00:00Z","properties":{"path":"/"}}')
    b'c7'
    """
    found = read(event, logged_at=LATEST)
    reads = (found,) if isinstance(found, Read) else found.reads if isinstance(found, Batch) else ()
    if reads:
        return reads[0].touchpoint.customer.encode()
    try:
        fields = orjson.loads(event)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(fields, dict):
        return None
    inner = fields.get("data")
    named = fields.get("customer") or (inner.get("customer") if isinstance(inner, dict) else None)
    return named.encode(errors="replace") if isinstance(named, str) and named else None
