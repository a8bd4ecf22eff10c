"""Our own format: one touchpoint a message, as `encode` writes it. It is the fast path: one typed pass over the bytes."""

from __future__ import annotations

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.diagnosis import diagnose
from schemas.foreign import read_renamed
from schemas.reading import Found, Headers, Rejected
from schemas.touchpoints import ANY, Touchpoint

examples: tuple[tuple[Headers, bytes], ...] = (
    ((), b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"channel":"web","page":"/tents"}'),
)

_decode = msgspec.json.Decoder(ANY).decode


def matches(_headers: Headers, _value: bytes) -> bool:
    """Return True. A record that no other format claims is taken for ours, so that its rejection names our fields."""
    return True


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found:
    """Return the touchpoint that these bytes hold. Fields that we do not know are skipped. Of a key that comes twice, the last counts.

    >>> read(b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/","new":1}', ()).page
    '/'
    >>> read(b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000}', ()).reason
    'missing_field'
    """
    try:
        touchpoint: Touchpoint = _decode(value)
    except (msgspec.MsgspecError, ValueError) as error:
        refused = diagnose(error, value)
        return _renamed(value, refused, conventions) or refused
    return touchpoint


def _renamed(value: bytes, refused: Rejected, conventions: Conventions) -> Found | None:
    """Return the touchpoint that a company's own name makes of a kind that is not ours, or None."""
    if refused.reason != "unknown_kind" or not conventions.names:
        return None
    fields = msgspec.json.decode(value)
    return read_renamed([str(fields["kind"])], fields, conventions)
