"""The events of a record that holds several, each alone in the same envelope, so that a reader finds in it what it finds in the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from schemas.envelopes import peel

_LISTS = ("batch", "data", "events")  # keys under which envelopes hold several events


def each_alone(record: bytes) -> Iterator[bytes]:
    """Yield each event of a record alone, in the same envelope; the record itself if it holds no list or is no JSON.

    >>> list(each_alone(b'{"sentAt":"now","batch":[{"a":1},{"a":2}]}'))
    [b'{"sentAt":"now","batch":[{"a":1}]}', b'{"sentAt":"now","batch":[{"a":2}]}']
    >>> list(each_alone(b'[{"a":1},{"a":2}]')), list(each_alone(b'{"a":1}'))
    ([b'[{"a":1}]', b'[{"a":2}]'], [b'{"a":1}'])
    """
    inside = _inside(record)
    try:
        message = orjson.loads(inside)
    except orjson.JSONDecodeError:
        yield record
        return
    if isinstance(message, list):
        yield from (orjson.dumps([each]) for each in message)
        return
    key = next((key for key in _LISTS if isinstance(message, dict) and isinstance(message.get(key), list)), "")
    yield from (_alone(message, key, each) for each in message[key]) if key else (record,)


def _inside(record: bytes) -> bytes:
    """Return the record without what transport put around it."""
    inside = record
    while (within := peel(inside)) is not None:
        inside = within
    return inside


def _alone(message: dict[str, Any], key: str, event: Any) -> bytes:
    return orjson.dumps(message | {key: [event]})
