"""Inputs made by hand for the tests of reading: one good page view, and ways to alter it."""

from __future__ import annotations

import json

from schemas.inputs import read
from schemas.reading import Batch, Headers, Passed, Read, Rejected
from schemas.touchpoints import Touchpoint
from schemas.writing import rfc3339

LOGGED_AT = 1_800_000_000_000  # after every example
STRUCTURED: Headers = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
PAGE = b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/tents"}'


def page(**fields: object) -> bytes:
    """Return a page view as JSON, with these fields put in place of its own."""
    return json.dumps(json.loads(PAGE) | fields).encode()


def nested(levels: int) -> bytes:
    """Return a page view with an unknown field, so deep that the whole message has that many levels."""
    return PAGE[:-1] + b',"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def with_keys(count: int) -> bytes:
    """Return a page view with that many keys."""
    return page(**{f"k{number}": {} for number in range(count - 5)})


def with_text(length: int) -> bytes:
    """Return a page view with an unknown text of that many bytes."""
    return page(x="a" * length)


def cloudevents_headers(id: str, source: str, type: str, time_ms: int) -> list[tuple[str, bytes]]:
    """Return the CloudEvents attributes of a JSON value as Kafka headers, as a sender in binary mode gives them."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type.encode()),
        ("ce_time", rfc3339(time_ms).encode()),
        ("content-type", b"application/json"),
    ]


def event(**changes: object) -> bytes:
    """Return a structured CloudEvent, with these attributes put in place of its own; None removes one."""
    whole: dict[str, object] = {
        "specversion": "1.0",
        "id": "e1",
        "source": "web",
        "type": "com.acme.page_viewed",
        "time": "2025-10-27T09:01:00Z",
    }
    whole |= {"data": {"customer": "c7", "page": "/"}} | changes
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def outcome(value: bytes | None, headers: Headers = ()) -> Read | Batch | Passed | Rejected:
    """Return what reading ends in, long after every example."""
    return read(value, headers, logged_at=LOGGED_AT)


def accepted(value: bytes, headers: Headers = ()) -> Read:
    """Return the read touchpoint, where it must be one."""
    found = outcome(value, headers)
    assert isinstance(found, Read), found
    return found


def touchpoints(value: bytes, headers: Headers = ()) -> list[Touchpoint]:
    """Return the touchpoints of a record that is read whole: one, or those of a batch."""
    found = outcome(value, headers)
    assert isinstance(found, Read | Batch), found
    assert isinstance(found, Read) or found.refused is None, found
    return [each.touchpoint for each in (found.reads if isinstance(found, Batch) else [found])]


def rejected(value: bytes, headers: Headers = ()) -> Rejected:
    """Return the rejection, where nothing of the record may be read."""
    found = outcome(value, headers)
    assert isinstance(found, Rejected), found
    return found
