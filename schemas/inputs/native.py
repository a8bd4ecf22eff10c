"""Our own format: one touchpoint a message, as `encode` writes it. It is the fast path: one typed pass over the bytes."""

from __future__ import annotations

import msgspec
import orjson

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import read_renamed
from schemas.reading import Found, Headers, Rejected
from schemas.reading.conversion import convert
from schemas.reading.diagnosis import diagnose
from schemas.touchpoints import ANY, BY_KIND, Touchpoint

examples: tuple[tuple[Headers, bytes], ...] = (
    ((), b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"channel":"web","page":"/tents"}'),
)

_OURS, _KIND = b'{"kind"', b'"kind"'  # how each event of ours begins as `encode` writes it, and the key that it has
_BACKSLASH = 0x5C  # a key may be written with escapes
_decode = msgspec.json.Decoder(ANY).decode


def matches(_headers: Headers, _value: bytes) -> bool:
    """Return True. A record that no other format claims is taken for ours, so that its rejection names our fields."""
    return True


def touchpoint(value: bytes) -> Touchpoint | None:
    """Return the touchpoint that these bytes hold to the letter, or None."""
    if not value.startswith(_OURS) and _KIND not in value and _BACKSLASH not in value:  # the decoder would find it out by an exception
        return None
    try:
        made: Touchpoint = _decode(value)
    except (msgspec.MsgspecError, ValueError):
        return None
    return made


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found:
    """Return the touchpoint that these bytes hold. Fields that we do not know are skipped. Of a key that comes twice, the last counts.

    A `null`, and an optional field that cannot be read, are left out.

    >>> read(b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/","new":1}', ()).page
    '/'
    >>> read(b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000}', ()).reason
    'missing_field'
    """
    try:
        made: Touchpoint = _decode(value)
    except msgspec.ValidationError as error:
        refused = diagnose(error, value)
        return _leniently(value, refused, conventions) or refused
    except (msgspec.MsgspecError, ValueError) as error:
        return diagnose(error, value)
    return made


def _leniently(value: bytes, refused: Rejected, conventions: Conventions) -> Found | None:
    """Return what the fields are without those that nobody needs; of a kind that is not ours, what the company says it means; else None."""
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    kind = fields.get("kind") if isinstance(fields, dict) else None
    if not isinstance(kind, str):
        return None
    if kind in BY_KIND:
        return convert(fields, BY_KIND[kind])
    return read_renamed([kind], fields, conventions) if refused.reason == "unknown_kind" else None
