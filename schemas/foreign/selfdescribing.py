"""Self-describing JSON: its schema's name stands beside its content, as `iglu:com.acme/order_placed/jsonschema/1-0-0`.

Source: Iglu core.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

import orjson

_SCHEMA = re.compile(r"iglu:([a-zA-Z0-9_.-]+)/([a-zA-Z0-9_-]+)/[a-zA-Z0-9_-]+/\d+-\d+-\d+")
_WRAPPED = ("unstruct_event", "contexts", "payload_data")  # schemas that hold other self-describing values


def name_and_content(described: object) -> tuple[str, Any]:
    """Return vendor and name (`com.acme/order_placed`) and the content. Return empty text and None if the value does not describe itself.

    >>> name_and_content({"schema": "iglu:com.acme/order_placed/jsonschema/1-0-0", "data": {"order": "o1"}})
    ('com.acme/order_placed', {'order': 'o1'})
    """
    if isinstance(described, dict) and isinstance(schema := described.get("schema"), str) and (found := _SCHEMA.fullmatch(schema)):
        return f"{found[1]}/{found[2]}", described.get("data")
    return "", None


def unwrap(described: object) -> object:
    """Return what an `unstruct_event` or `contexts` holds: one self-describing value, or a list of them."""
    name, content = name_and_content(described)
    return content if name.rpartition("/")[2] in _WRAPPED else described


def decode_json(plain: object, coded: object) -> object:
    """Return JSON that travels as text, or as base64 of either alphabet, with or without padding. Return None if it is neither.

    >>> decode_json('{"a":1}', None), decode_json(None, "eyJhIjoxfQ"), decode_json(None, "?")
    ({'a': 1}, {'a': 1}, None)
    """
    try:
        if isinstance(plain, str):
            return orjson.loads(plain)
        if isinstance(coded, str):
            bare = coded.rstrip("=")
            return orjson.loads(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        return None
    return plain


def entities(wrapped: object) -> Iterator[tuple[str, Any]]:
    """Yield name and content of each self-describing entity in a `contexts`."""
    listed = unwrap(wrapped)
    for each in listed if isinstance(listed, list) else ():
        name, content = name_and_content(each)
        if name:
            yield name, content
