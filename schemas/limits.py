"""What one message may weigh before it is read at all: a hostile one costs no more than a large honest one.

The limits are read off the bytes as they are written, so they hold for every format alike and before any parser sees them. Small
messages cannot break most of them: they pay for a look at their size and their brackets, and no more.
"""

from __future__ import annotations

from schemas.reading import Rejected

MAX_BYTES = 64 * 1024  # a message
MAX_DEPTH = 16  # objects and arrays inside each other
MAX_KEYS = 256  # keys in a message, all objects together
MAX_TEXT = 8 * 1024  # bytes of one string as written, escapes included

_SMALL = 5 * MAX_KEYS  # bytes: a key takes at least `"":0,`, so no smaller message can hold too many; nor too long a text
_NO_STRUCTURE = bytes(set(range(256)) - set(b"[]{}:"))


def check_limits(value: bytes, keys: int = MAX_KEYS) -> Rejected | None:
    """The first limit these bytes break, or none; ~0.2 us for a small message. A batch may hold `keys`: so many for each event in it.

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
    return _measured(value, keys)


def parts(value: bytes) -> list[bytes]:
    """JSON text cut at its quotes: what is outside of strings at even places, the strings as written at odd ones. Linear in time.

    >>> parts(rb'{"a\\"b":1}')
    [b'{', b'a..b', b':1}']
    """
    return value.replace(rb"\\", b"..").replace(rb"\"", b"..").split(b'"')


def _measured(value: bytes, most_keys: int) -> Rejected | None:
    cut = parts(value)
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
