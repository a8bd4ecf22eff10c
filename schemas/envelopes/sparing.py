"""A batch whose bytes break a limit, or that no parser reads: the events at fault are taken out, and the others go on.

It is looked at only when the whole could not be read. It works on the bytes, because no parser gives parts of what it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
import orjson

from schemas.reading import Rejected
from schemas.reading.diagnosis import diagnose
from schemas.reading.limits import MAX_BYTES, MAX_EVENTS, check_limits, cut_at_quotes

_MARKS = re.compile(rb"[\[\]{},]")
_LISTS = re.compile(rb'"(?:batch|data)"\s*:\s*\Z')  # the keys under which the formats list their events
_REACH = 64  # bytes before a bracket in which its key is looked for


_BEGIN = re.compile(rb'"(?:batch|data)"\s*:\s*\[\s*')  # an envelope's list of events
_OPEN = re.compile(rb"\s*\[\s*")
_COMMA = re.compile(rb"\s*,?\s*")


class _Envelope(msgspec.Struct):
    """The lists of events in an envelope, each event as it is written."""

    batch: list[msgspec.Raw] | None = None
    data: list[msgspec.Raw] | None = None


_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_envelope = msgspec.json.Decoder(_Envelope).decode


def is_within_limits(value: bytes) -> bool:
    """Return whether these bytes are a batch, each event of which keeps the limits of an event, and what is around them too.

    It is asked of a batch with too many keys for one event, which is usual. `spare` would say the same and take many times as long.

    >>> is_within_limits(b'{"batch":[{"a":1},{"a":2}]}'), is_within_limits(b'{"a":1}')
    (True, False)
    """
    try:
        whole = _envelope(value) if value.lstrip().startswith(b"{") else _Envelope(_list(value))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    events = [bytes(each) for each in whole.batch or whole.data or ()]
    around = _around(value, events)
    return around is not None and all(check_limits(each) is None for each in (around, *events))


def _around(value: bytes, events: Sequence[bytes]) -> bytes | None:
    """Return the batch with `null` in the place of its events; None if it is not surely these events that its first list holds."""
    begin = _BEGIN.search(value) if value.lstrip().startswith(b"{") else _OPEN.match(value)
    if begin is None or not 0 < len(events) <= MAX_EVENTS or len(value) > MAX_BYTES:
        return None
    at = begin.end()
    for event in events:
        if not value.startswith(event, at):
            return None
        at = _COMMA.match(value, at + len(event)).end()  # type: ignore[union-attr]  # it matches nothing, too
    return None if _BEGIN.search(value, at) else value[: begin.end()] + b"null" + value[at:]


class Spared(NamedTuple):
    """A batch without the events that cannot be read: `null` stands in the place of each."""

    value: bytes
    refused: dict[int, Rejected]  # index of the event -> why it was taken out


def spare(value: bytes) -> Spared | None:
    """Return the batch without what is wrong with some of its events, or None if it is no batch, or wrong outside of them.

    >>> spare(b'{"batch":[{"a":1},{"a":NaN}]}').value
    b'{"batch":[{"a":1},null]}'
    >>> spare(b'{"a":NaN}')
    """
    spans = list(islice(_events(value), MAX_EVENTS + 1)) if len(value) <= MAX_BYTES else []
    if not 0 < len(spans) <= MAX_EVENTS:
        return None
    refused = {index: fault for index, (start, end) in enumerate(spans) if (fault := _fault(value[start:end])) is not None}
    envelope = value[: spans[0][0]] + b"null" + value[spans[-1][1] :]
    if _fault(envelope) is not None:
        return None
    kept = (b"null" if index in refused else value[start:end] for index, (start, end) in enumerate(spans))
    return Spared(value[: spans[0][0]] + b",".join(kept) + value[spans[-1][1] :], refused)


def _fault(event: bytes) -> Rejected | None:
    unfit = check_limits(event)
    if unfit is not None:
        return unfit
    try:
        orjson.loads(event)
    except orjson.JSONDecodeError as error:
        return diagnose(error, event)
    return None


def _events(value: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each event of a batch begins and ends. One pass over brackets and commas outside of strings."""
    bare = _without_texts(value)
    level = inside = begin = 0
    for mark in _MARKS.finditer(bare):
        sign, at = bare[mark.start()], mark.start()
        if sign in b"[{":
            level += 1
            if not inside and sign == ord("[") and (level == 1 or (level == 2 and _LISTS.search(value[max(0, at - _REACH) : at]))):
                inside, begin = level, at + 1
        elif level == inside and inside:
            if value[begin:at].strip():
                yield begin, at
            begin = at + 1
            if sign != ord(","):
                return
        elif sign != ord(","):
            level -= 1


def _without_texts(value: bytes) -> bytes:
    """Return the value with every string blanked out, each byte at its old place."""
    cut = cut_at_quotes(value)
    return b'"'.join(b" " * len(part) if place % 2 else part for place, part in enumerate(cut))
