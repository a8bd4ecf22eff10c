"""Size limits of one message, checked before it is parsed. Without them a hostile message could cost more than a large honest one.

The limits are read off the bytes as they are written. So they hold for every format alike, before any parser sees the bytes. A small
message cannot break most of them. It costs a look at its size and its brackets, and no more.
"""

from __future__ import annotations

from schemas.reading import Rejected

MAX_BYTES = 64 * 1024  # bytes of a message
MAX_DEPTH = 16  # levels of objects and arrays inside each other
MAX_KEYS = 256  # keys in a message, all objects together
MAX_TEXT = 8 * 1024  # bytes of one string as written, escapes included

_SMALL = 5 * MAX_KEYS  # bytes: a key takes at least `"":0,`, so a smaller message can hold neither too many keys nor too long a text
_NO_STRUCTURE = bytes(set(range(256)) - set(b"[]{}:"))


def check_limits(value: bytes, keys: int = MAX_KEYS) -> Rejected | None:
    """Return the first limit that these bytes break, or None. It takes ~0.2 us for a small message.

    A batch may hold more keys than one message: `keys` says how many.

    >>> check_limits(b'{"kind":"clicked"}')
    >>> check_limits(b"[" * 900).reason
    'too_deep'
    """
    if len(value) > MAX_BYTES:
        return Rejected("too_large", f"{len(value)} bytes, at most {MAX_BYTES}")
    if not value.isascii():
        try:
            value.decode()
        except UnicodeDecodeError as error:
            return Rejected("not_utf8", f"at byte {error.start}")
    if len(value) < _SMALL and value.count(b"[") + value.count(b"{") <= MAX_DEPTH:
        return None
    return _check_structure(value, keys)


def cut_at_quotes(value: bytes) -> list[bytes]:
    """Return JSON text cut at its quotes. Even places hold what is outside of strings, odd places the strings as written. Linear in time.

    >>> cut_at_quotes(rb'{"a\\"b":1}')
    [b'{', b'a..b', b':1}']
    """
    return value.replace(rb"\\", b"..").replace(rb"\"", b"..").split(b'"')


def _check_structure(value: bytes, most_keys: int) -> Rejected | None:
    cut = cut_at_quotes(value)
    longest = max(map(len, cut[1::2]), default=0)
    if longest > MAX_TEXT:
        return Rejected("too_long_text", f"a text of {longest} bytes, at most {MAX_TEXT}")
    structure = b"".join(cut[::2]).translate(None, delete=_NO_STRUCTURE)
    keys = structure.count(b":")
    if keys > most_keys:
        return Rejected("too_many_keys", f"{keys} keys, at most {most_keys}")
    level = 0
    for mark in structure.replace(b":", b""):
        level += 1 if mark in b"[{" else -1
        if level > MAX_DEPTH:
            return Rejected("too_deep", f"more than {MAX_DEPTH} levels")
    return None
