"""The reason for which a parser refused an input.

The parsers state the reason only in their messages. A test reaches every row below, so an upgrade of a parser cannot change one unseen.
"""

from __future__ import annotations

import re

import msgspec

from schemas.control import CONTROLS
from schemas.reading import Reason, Rejected
from schemas.reading.limits import cut_at_quotes

MAX_DETAIL = 160  # characters: the original bytes are kept elsewhere

_PATH = re.compile(r" - at `\$\.?([^`]*)`\Z")
_NOT_FINITE = re.compile(rb"\b(?:NaN|Infinity)\b")
_CONTROL_KINDS = frozenset(str(control.__struct_config__.tag) for control in CONTROLS)

# What a text that is nearly a time lacks. First match wins.
_TIMES = tuple(
    (re.compile(shape, re.ASCII), says)
    for shape, says in (
        (r"\d+", "it is a number of another unit, milliseconds are read"),
        (r"\d{4}-\d\d-\d\d", "the time of day is missing"),
        (r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?:[Zz]|[+-]\d\d:?\d\d)?", "seconds are missing"),
        (r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:60.*", "second 60 is not read, send 59"),
        (r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d", "minutes of the offset are missing"),
        (r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?", "the zone is missing"),
        (r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d.*", "a part of it is out of range"),
    )
)

# First match wins: (what the message says, where in the record ("" is anywhere), the reason).
_MISFITS: tuple[tuple[str, str, Reason], ...] = (
    ("missing required field `customer`", "", "no_customer"),
    ("missing required field", "", "missing_field"),
    ("got `null`", "customer", "no_customer"),
    ("Invalid value", "kind", "unknown_kind"),
    ("", "at", "bad_time"),
    ("Number out of range", "", "not_finite"),
    ("of length <=", "", "too_long_text"),
    ("` >=", "", "out_of_range"),
    ("` <=", "", "out_of_range"),
    ("", "", "wrong_type"),
)


def diagnose(error: Exception, value: bytes) -> Rejected:
    """Return the rejection for an error that a parser raised over these bytes.

    >>> diagnose(msgspec.ValidationError("Expected `str`, got `int` - at `$.order`"), b"")
    Rejected(reason='wrong_type', detail='Expected `str`, got `int` - at `$.order`')
    """
    text = str(error)[:MAX_DETAIL]
    if isinstance(error, msgspec.ValidationError):
        return _misfit(text)
    if "infinity" in text or _NOT_FINITE.search(b" ".join(cut_at_quotes(value)[::2])):
        return Rejected("not_finite", text)
    return Rejected("unreadable_json", text)


def time_fault(text: str) -> str:
    """Return what is wrong with a text that is no time, in words for the one who sent it.

    >>> time_fault("2026-03-02T09:00Z"), time_fault("soon")
    ('no RFC 3339 time (seconds are missing)', 'no RFC 3339 time, such as 2025-10-27T09:01:00Z')
    """
    for shape, says in _TIMES:
        if shape.fullmatch(text[:40]):
            return f"no RFC 3339 time ({says})"
    return "no RFC 3339 time, such as 2025-10-27T09:01:00Z"


def unknown_kind(kind: str) -> Rejected:
    """Return the rejection for a kind that no touchpoint has. A control record's kind means that its signature is missing.

    >>> unknown_kind("tick").reason, unknown_kind("page_veiwed").reason
    ('unsigned_control', 'unknown_kind')
    """
    return Rejected("unsigned_control" if kind in _CONTROL_KINDS else "unknown_kind", repr(kind[:MAX_DETAIL]))


def _misfit(text: str) -> Rejected:
    found = _PATH.search(text)
    path = found[1] if found else ""
    reason = next(reason for says, where, reason in _MISFITS if says in text and where in ("", path))
    if reason == "unknown_kind":
        return unknown_kind(text.partition("'")[2].rpartition("'")[0])
    return Rejected(reason, text)
