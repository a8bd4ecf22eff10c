"""CloudEvents 1.0: structured mode (the envelope is the value) and binary mode (the envelope is in `ce_*` headers).

The envelope's `id`, `source` and `time` are the touchpoint's; the last word of its `type` is the kind (`com.acme.page_viewed`, also
`com.acme.page_viewed.v1`); `data` holds the other fields; `subject` names the customer if `data` does not.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.diagnosis import diagnose, unknown_kind
from schemas.foreign import read_renamed
from schemas.reading import Found, Headers, Rejected
from schemas.touchpoints import BY_KIND, Touchpoint
from schemas.writing import from_rfc3339

STRUCTURED = "application/cloudevents+json"
_ANY_CLOUDEVENT = b"application/cloudevents"  # also the start of batches and of other encodings
_VERSION = re.compile(r"\.v\d+\Z")

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
)


def matches(headers: Headers, value: bytes) -> bool:
    """Return whether the headers announce a CloudEvent; without headers, whether the value itself does."""
    for name, given in headers:
        if name.lower() == "ce_specversion" or (name.lower() == "content-type" and (given or b"").lower().startswith(_ANY_CLOUDEVENT)):
            return True
    return b'"specversion"' in value


def read(value: bytes, headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found:
    """Return the touchpoint in this CloudEvent, or a rejection.

    >>> headers, value = examples[0]
    >>> read(value, headers) == read(examples[1][1], examples[1][0])
    True
    >>> read(value.replace(b"1.0", b"0.3"), headers).reason
    'unsupported_format'
    """
    try:
        outer = {name.lower(): (given or b"").decode() for name, given in headers}
    except UnicodeDecodeError:
        return Rejected("not_utf8", "in a header")
    content = outer.get("content-type", "").lower().partition(";")[0].strip()
    binary = "ce_specversion" in outer and not content.startswith("application/cloudevents")
    if not binary and content not in ("", STRUCTURED, "application/json"):
        return Rejected("unsupported_format", "of CloudEvents only single events in JSON are read")
    try:
        body = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        return diagnose(error, value)
    if not isinstance(body, dict):
        return Rejected("wrong_type", "the value is no JSON object")
    if binary:
        attributes = {name[3:]: text for name, text in outer.items() if name.startswith("ce_")}
        body = {**attributes, "datacontenttype": content, "data": body}
    return _unwrap(body, conventions)


def _unwrap(envelope: dict[str, Any], conventions: Conventions) -> Found:
    refused = _refusal(envelope)
    if refused is not None:
        return refused
    kind = _VERSION.sub("", envelope["type"]).rpartition(".")[2]
    fields = {"customer": envelope.get("subject"), **(envelope.get("data") or {})}
    fields |= {"kind": kind, "id": envelope["id"], "source": envelope["source"]}
    if envelope.get("time") is not None:
        fields["at"] = _timestamp_ms(envelope["time"])
    if kind not in BY_KIND:
        return read_renamed(_names_in(envelope["type"]), fields, conventions) or unknown_kind(kind)
    try:
        touchpoint: Touchpoint = msgspec.convert(fields, BY_KIND[kind])
    except msgspec.ValidationError as error:
        return diagnose(error, b"")
    return touchpoint


def _names_in(type: str) -> list[str]:
    """Return every name that a type may mean, the longest first: all of it, its last two words, its last.

    >>> _names_in("com.acme.plan.picked.v2")
    ['com.acme.plan.picked', 'plan.picked', 'picked']
    """
    bare = _VERSION.sub("", type)
    words = bare.split(".")
    return list(dict.fromkeys([bare, ".".join(words[-2:]), words[-1]]))


def _refusal(envelope: dict[str, Any]) -> Rejected | None:
    for attribute in ("specversion", "type", "id", "source"):
        if not isinstance(envelope.get(attribute), str):
            return Rejected("missing_field", f"CloudEvents attribute {attribute}")
    if not envelope["specversion"].startswith("1."):
        return Rejected("unsupported_format", "CloudEvents 1.x is read")
    content = envelope.get("datacontenttype") or "application/json"
    if "data_base64" in envelope or "json" not in str(content).lower():
        return Rejected("unsupported_format", "the event's data is not JSON")
    if not isinstance(envelope.get("data", {}), dict | None):
        return Rejected("wrong_type", "the event's data is no JSON object")
    return None


def _timestamp_ms(time: object) -> object:
    """Return the milliseconds of an RFC 3339 text or a count of milliseconds.

    Any other value is returned as it is, for the typed reader to refuse.
    """
    if not isinstance(time, str):
        return time
    try:
        return int(time) if time.isascii() and time.isdigit() else from_rfc3339(time)
    except ValueError:
        return time
