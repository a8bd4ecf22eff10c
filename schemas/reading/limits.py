"""Size limits, checked before anything is parsed. Without them a hostile message could cost more than a large honest one.

The limits are read off the bytes as they are written. So they hold for every format alike, before any parser sees the bytes. A small
message cannot break most of them. It costs a look at its size and its brackets, and no more. Keys and levels are limits of one event:
a batch may hold as many for each of its events (schemas.envelopes.sparing). A text has no limit of its own. What a field may hold is
checked where the field is read, and a text that nobody reads costs no more than its bytes.
"""

from __future__ import annotations

from schemas.reading import Rejected

MAX_BYTES = 512 * 1024  # bytes of a record: Segment allows 500 KB a batch and 32 KB an event; a broker's own limit is 1,048,588
MAX_DEPTH = 16  # levels of objects and arrays inside each other, of an event
MAX_KEYS = 1024  # keys in an event, all objects together; the largest honest one seen had 327, and feature flags come by the hundred

MAX_EVENTS = 4096  # events in a record: an honest one takes more than 128 bytes

_SMALL = 5 * MAX_KEYS  # bytes: a key takes at least `"":0,`, so a smaller message cannot hold too many keys
_BRACKET = 0x5B  # [: a number is looked up five times as fast as a text of one byte
_BACKSLASH = 0x5C
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}:"'))
_OPEN = ord("(")
_AS_ROUND = bytes.maketrans(b"[]{}", b"()()")


def check_limits(value: bytes) -> Rejected | None:
    """Return the first limit that these bytes break, or None. It takes ~0.2 us for a small message.

    >>> check_limits(b'{"kind":"clicked"}')
    >>> check_limits(b"[" * 900).reason
    'too_deep'
    """
    if len(value) < _SMALL and _BRACKET not in value and value.isascii() and value.rfind(b"{") <= 0:
        return None  # one flat object, as most of ours: counting takes four times as long
    if len(value) > MAX_BYTES:
        return Rejected("too_large", f"{len(value)} bytes, at most {MAX_BYTES}")
    if not value.isascii():
        try:
            value.decode()
        except UnicodeDecodeError as error:
            return Rejected("not_utf8", f"at byte {error.start}")
    if len(value) < _SMALL and len(value) - len(value.replace(b"{", b"").replace(b"[", b"")) <= MAX_DEPTH:
        return None  # what is missing was a bracket: `count` takes twice as long
    return _check_structure(value)


def check_count(events: int) -> Rejected | None:
    """Return the rejection of a batch with more events than a record may hold, or None."""
    return Rejected("too_large", f"{events} events, at most {MAX_EVENTS}") if events > MAX_EVENTS else None


def cut_at_quotes(value: bytes) -> list[bytes]:
    """Return JSON text cut at its quotes. Even places hold what is outside of strings, odd places the strings as written. Linear in time.

    >>> cut_at_quotes(rb'{"a\\"b":1}')
    [b'{', b'a..b', b':1}']
    """
    return value.replace(rb"\\", b"..").replace(rb"\"", b"..").split(b'"')


def _check_structure(value: bytes) -> Rejected | None:
    structure = _structure(value)
    keys = structure.count(b":")
    if keys > MAX_KEYS:
        return Rejected("too_many_keys", f"{keys} keys, at most {MAX_KEYS}")
    brackets = structure.replace(b":", b"")
    return Rejected("too_deep", f"more than {MAX_DEPTH} levels") if _is_too_deep(brackets) else None


def _structure(value: bytes) -> bytes:
    """Return colons and brackets outside of strings, all brackets as round ones.

    A quote beside a quote tells nothing of what is between others, so most strings go at once. `cut_at_quotes` takes three times as long.
    """
    if _BACKSLASH in value:
        value = value.replace(rb"\\", b"..").replace(rb"\"", b"..")
    marks = value.translate(_AS_ROUND, delete=_NO_MARKS).replace(b'""', b"")
    return b"".join(marks.split(b'"')[::2])


def _is_too_deep(brackets: bytes) -> bool:
    inner = brackets
    for _ in range(MAX_DEPTH):  # each round takes the innermost level away
        inner = inner.replace(b"()", b"")
        if not inner:
            return False
    level = 0
    for mark in brackets:
        level += 1 if mark == _OPEN else -1
        if level > MAX_DEPTH:
            return True
    return False
