"""What transport puts around an event: the schema registry's five bytes, Kafka Connect's schema, a byte order mark, a list.

Each is taken off until an event is left. The formats (schemas.inputs) see the event alone.
"""

from __future__ import annotations

import msgspec

from schemas.envelopes.recognition import recognise
from schemas.envelopes.sparing import is_within_limits, spare
from schemas.reading import Rejected
from schemas.reading.diagnosis import diagnose

__all__ = ["in_list", "is_within_limits", "peel", "recognise", "spare"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KEYS, _BACKSLASH = (b'"payload"', b'"schema"'), 0x5C
_MAGIC = b"\x00"  # of the schema registry's serialisers; four bytes with the schema's id follow. Source: Confluent wire format


class _Connect(msgspec.Struct, forbid_unknown_fields=True):
    """What Kafka Connect's JsonConverter writes with its schemas switched on, which is its default."""

    schema: msgspec.Raw
    payload: msgspec.Raw


_connect = msgspec.json.Decoder(_Connect).decode
_text = msgspec.json.Decoder(str).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def peel(value: bytes) -> bytes | None:
    """Return what lies in the envelope that these bytes are, or None if they are none.

    >>> peel(b'\\x00\\x00\\x00\\x00\\x07{"kind":"clicked"}'), peel(b'{"schema":null,"payload":{"kind":"clicked"}}')
    (b'{"kind":"clicked"}', b'{"kind":"clicked"}')
    >>> peel(b'{"kind":"clicked"}')
    """
    if not value.startswith(b"{"):
        if value.startswith(_BYTE_ORDER_MARK):
            return value[3:]
        if value.startswith(_MAGIC):
            return value[5:] if value[5:6] in (b"{", b"[") else None
    return _connected(value) if _may_connect(value) else None


def _may_connect(value: bytes) -> bool:
    """Return whether this may be what Kafka Connect writes: its two keys and no other, so it begins with one of them.

    A key that is written with escapes, or far from the beginning, is looked for in all of the bytes.
    """
    first = value[1:40].lstrip()[: len(b'"payload"')]
    if len(first) == len(b'"payload"') and not first.startswith(_KEYS) and _BACKSLASH not in first:
        return False
    return b'"payload"' in value and b'"schema"' in value


def _connected(value: bytes) -> bytes | None:
    try:
        payload = bytes(_connect(value).payload)
        return _text(payload).encode() if payload.startswith(b'"') else payload  # a StringConverter before it wrote the JSON as a text
    except (msgspec.MsgspecError, ValueError):
        return None


def in_list(value: bytes) -> list[bytes] | Rejected | None:
    """Return the members of a JSON list, each as it is written, or None if the value is no list.

    >>> in_list(b'[{"a":1}, 7]'), in_list(b'{"a":1}')
    ([b'{"a":1}', b'7'], None)
    """
    if not value.lstrip().startswith(b"["):
        return None
    try:
        return [bytes(each) for each in _list(value)]
    except (msgspec.MsgspecError, ValueError) as error:
        return diagnose(error, value)
