"""CloudEvents 1.0: structured mode (the envelope is the value), binary mode (the envelope is in `ce_*` headers), and batches.

The envelope's `id`, `source` and `time` are the touchpoint's; the last two words of its `type`, or the last, are the kind
(`com.acme.page_viewed`, `com.acme.order.placed`, `com.acme.OrderPlaced.v1.2`); `data` holds the other fields; `subject` names the customer
only if `data` does not, and only if it can be no thing (no `/`, and no value of `data`). Fields are read in any spelling (`orderId`,
`order_id`), numbers as ids, times as text; amounts are in the currency's minor unit.
"""

from __future__ import annotations

from typing import Any

import orjson

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import read_renamed
from schemas.foreign.cloud import kind_of_type, milliseconds, named_fields, names_of_type, touchpoint_as_written
from schemas.foreign.event import normalize_name
from schemas.reading import Found, Headers, Rejected
from schemas.reading.batches import Several
from schemas.reading.conversion import convert
from schemas.reading.diagnosis import diagnose, time_fault, unknown_kind
from schemas.reading.limits import check_count
from schemas.touchpoints import BY_KIND

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_REQUIRED = ("specversion", "type", "id", "source")  # attributes, all of them texts
_ANY_CLOUDEVENT = b"application/cloudevents"  # also the start of batches and of other encodings

examples: tuple[tuple[Headers, bytes], ...] = (
    (
        [("content-type", STRUCTURED.encode())],
        b'{"specversion":"1.0","id":"e1","source":"web","type":"com.acme.page_viewed","time":"2025-10-27T09:01:00Z",'
        b'"subject":"c7","data":{"channel":"web","page":"/tents"}}',
    ),
    (
        [
            ("ce_specversion", b"1.0"),
            ("ce_id", b"e1"),
            ("ce_source", b"web"),
            ("ce_type", b"com.acme.page_viewed"),
            ("ce_time", b"2025-10-27T09:01:00Z"),
        ],
        b'{"customer":"c7","channel":"web","page":"/tents"}',
    ),
    (
        [("content-type", BATCH.encode())],
        b'[{"specversion":"1.0","id":"e1","source":"shop","type":"com.acme.order.placed.v1.2","time":"2025-10-27T09:01:00Z",'
        b'"data":{"customerId":7,"orderId":4711,"value":14900,"currency":"EUR","coupons":null}}]',
    ),
)


def matches(headers: Headers, value: bytes) -> bool:
    """Return whether the headers announce a CloudEvent; without headers, whether the value itself does."""
    for name, given in headers:
        if name.lower() == "ce_specversion" or (name.lower() == "content-type" and (given or b"").lower().startswith(_ANY_CLOUDEVENT)):
            return True
    return b'"specversion"' in value


def read(value: bytes, headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found | Several:
    """Return the touchpoint in this CloudEvent, those of a batch, or a rejection.

    >>> headers, value = examples[0]
    >>> read(value, headers) == read(examples[1][1], examples[1][0])
    True
    >>> [(each.order, each.customer) for each in read(examples[2][1], examples[2][0])]
    [('4711', '7')]
    >>> read(value.replace(b"1.0", b"0.3"), headers).reason
    'unsupported_format'
    """
    try:
        outer = {name.lower(): (given or b"").decode() for name, given in headers}
    except UnicodeDecodeError:
        return Rejected("not_utf8", "in a header")
    content = outer.get("content-type", "").lower().partition(";")[0].strip()
    binary = "ce_specversion" in outer and not content.startswith("application/cloudevents")
    if not binary and content not in ("", STRUCTURED, BATCH, "application/json"):
        return Rejected("unsupported_format", f"CloudEvents as {content[:40]}: send {STRUCTURED} or {BATCH}")
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        return diagnose(error, value)
    if binary:
        attributes = {name[3:]: text for name, text in outer.items() if name.startswith("ce_")}
        return _unwrap({**attributes, "datacontenttype": content, "data": body}, conventions)
    if isinstance(body, list) and content != STRUCTURED:
        return check_count(len(body)) or [_unwrap(each, conventions) for each in body]
    return _unwrap(body, conventions)


def _unwrap(envelope: Any, conventions: Conventions) -> Found:
    if not isinstance(envelope, dict):
        return Rejected("wrong_type", "a CloudEvent is no JSON object")
    refused = _refusal(envelope)
    if refused is not None:
        return refused
    kind = kind_of_type(envelope["type"])
    if kind is None:
        names = names_of_type(envelope["type"])
        said = {"customer": envelope.get("subject"), **(envelope.get("data") or {}), "id": envelope["id"], "source": envelope["source"]}
        said |= {"at": milliseconds(envelope["time"])} if envelope.get("time") is not None else {}
        return read_renamed(names, said, conventions) or unknown_kind(normalize_name(names[-1]))
    around = {"id": envelope["id"], "source": envelope["source"]}
    if (time := envelope.get("time")) is not None:
        around["at"] = milliseconds(time)
    data, subject = envelope.get("data") or {}, envelope.get("subject")
    return touchpoint_as_written(BY_KIND[kind], data, subject, around) or _read_closely(kind, data, subject, around, time)


def _read_closely(kind: str, data: dict[str, Any], subject: object, around: dict[str, Any], time: object) -> Found:
    fields = named_fields(BY_KIND[kind], data, subject)
    if isinstance(fields, Rejected):
        return fields
    found = convert(fields | around, BY_KIND[kind])
    if isinstance(found, Rejected) and found.reason == "bad_time" and isinstance(time, str):
        return Rejected("bad_time", f"time is {time_fault(time)}")
    return found


def _refusal(envelope: dict[str, Any]) -> Rejected | None:
    for attribute in _REQUIRED:
        if not isinstance(given := envelope.get(attribute), str):
            says = f"CloudEvents attribute {attribute}"
            return Rejected("missing_field", says) if given is None else Rejected("wrong_type", f"{says} is no text")
    if not envelope["specversion"].startswith("1."):
        return Rejected("unsupported_format", "CloudEvents 1.x is read")
    content = envelope.get("datacontenttype") or "application/json"
    if "data_base64" in envelope or "json" not in str(content).lower():
        return Rejected("unsupported_format", "the event's data is not JSON")
    data = envelope.get("data")
    if data is not None and not isinstance(data, dict):
        return Rejected("wrong_type", "the event's data is no JSON object")
    return None
