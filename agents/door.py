"""The direct door: bytes on the touchpoint topic become an event, or are refused with a reason.

Whoever may write to the topic may try anything, so nothing is believed here: not the size, not the key, not the kind. A control
record counts only with the workers' signature, a touchpoint only under its own customer's key. The same record is read alike by
the worker and by any replay of the log: what is decided depends on the log alone.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple, TypeAlias

import msgspec

from schemas.control import Control, HistoryEnded, Tick, signed
from schemas.diagnosis import diagnosed
from schemas.inputs import AHEAD, accepted
from schemas.limits import weighed
from schemas.reading import Headers, Rejected
from schemas.touchpoints import ANY, Touchpoint
from schemas.touchpoints.units import EARLIEST
from streams.decide import Event

_decode = msgspec.json.Decoder(ANY | Tick | HistoryEnded).decode


class Refused(NamedTuple):
    """Why a record on the touchpoint topic is no event: a reading reason, or `wrong_key`; `detail` never quotes the content."""

    reason: str
    detail: str = ""


class Opened(NamedTuple):
    """A record on the touchpoint topic is this event. `clamped`: its time lay too far ahead of its arrival and was set back."""

    event: Event
    clamped: bool = False


Record: TypeAlias = tuple[bytes | None, bytes | None, Headers, int]  # key, value, headers, log time (ms UTC)
_WRONG_KEY = Refused("wrong_key", "the key is not the customer")


def open_record(record: Record, control_key: bytes, known: Container[bytes] = ()) -> Opened | Refused:
    """The event in this record; `known` are keys of customers that passed this door before, whose names are not judged again.

    >>> reloaded = b'{"kind":"page_reloaded","id":"e1","customer":"c7","at":1761555660000,"page":"/"}'
    >>> open_record((b"c7", reloaded, (), 1761555661000), b"").event.page
    '/'
    >>> open_record((b"c8", reloaded, (), 1761555661000), b"")
    Refused(reason='wrong_key', detail='the key is not the customer')
    >>> open_record((b"c7", b'{"kind":"tick","customer":"c7","due":1}', (), 1761555661000), b"secret").reason
    'unsigned_control'
    """
    event = _parsed(record[1])
    if isinstance(event, Touchpoint):
        return _touchpoint(event, record, known)
    return event if isinstance(event, Refused) else _control(event, record, control_key)


def _parsed(value: bytes | None) -> Touchpoint | Control | Refused:
    if not value:
        return Refused("empty")
    if (heavy := weighed(value)) is not None:
        return Refused(heavy.reason, heavy.detail)
    try:
        event: Touchpoint | Control = _decode(value)
    except (msgspec.MsgspecError, ValueError) as error:
        found = diagnosed(error, value)
        return Refused(found.reason, found.detail)
    return event


def _touchpoint(touchpoint: Touchpoint, record: Record, known: Container[bytes]) -> Opened | Refused:
    key, _, _, logged_at = record
    if touchpoint.customer.encode() != key:
        return _WRONG_KEY
    if key in known and touchpoint.id and EARLIEST <= touchpoint.at <= logged_at + AHEAD:
        return Opened(touchpoint)
    found = accepted(touchpoint, logged_at)
    return Refused(found.reason, found.detail) if isinstance(found, Rejected) else Opened(found.touchpoint, found.clamped)


def _control(control: Control, record: Record, control_key: bytes) -> Opened | Refused:
    key, value, headers, _ = record
    if not signed(control_key, value or b"", [(name, given or b"") for name, given in headers]):
        return Refused("unsigned_control", f"{type(control).__name__} without the workers' signature")
    if isinstance(control, HistoryEnded):
        return Opened(control)
    if isinstance(control, Tick) and control.customer.encode() == key:
        return Opened(control)
    return _WRONG_KEY
