"""Checks records on the touchpoint topic (the direct door). Each becomes an event, or is refused with a reason.

Anybody who may write to the topic can send anything. This module therefore checks size, key and kind. A control record counts only
with the workers' signature. A touchpoint counts only under its own customer's key. The worker and any replay of the log read a record
in the same way: decisions depend only on the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

import msgspec

from agents.kafka.partitioning import partition_of
from schemas.control import ANY_CONTROL, Addressed, Broadcast, Control
from schemas.control.signing import SIGNATURE, verdict
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import native
from schemas.masking import mask
from schemas.reading import Headers, Read, Reason, Rejected
from schemas.reading.acceptance import accept, is_plain
from schemas.reading.diagnosis import diagnose
from schemas.reading.limits import check_limits
from schemas.reading.placeholders import trimmed
from schemas.touchpoints import ANY, Touchpoint
from schemas.touchpoints.units import EARLIEST
from streams.decide import Event

MAX_CONTROL = 256 * 1024  # bytes; more than a whole journey (streams.engine.size_limit) needs in base64
_decode = msgspec.json.Decoder(ANY | ANY_CONTROL).decode
_decode_control = msgspec.json.Decoder(ANY_CONTROL).decode


class Refused(NamedTuple):
    """Why a record on the touchpoint topic is not an event. `detail` never quotes the content, which may be personal.

    `reason` is `wrong_key`, `wrong_partition`, `unsigned_control`, `copied_control`, or a reason of reading.
    """

    reason: str
    detail: str = ""


_EMPTY = Rejected("empty")
_WRONG_KEY = Refused("wrong_key", "the key is not the customer")
_ELSEWHERE = Refused("copied_control", "signed for another topic, cluster or partition, and copied here")


class DirectInput:
    """Reads records of the touchpoint topic, which has `partitions`. `control_keys` are the workers' secret keys.

    A time ahead of the log's becomes the log's. `clamped` counts those that were far ahead, and `ahead` holds their sources and by how many
    ms they were ahead, until the job takes them. `unread` counts by reason the parts of touchpoints that could not be read, `masked` by
    rule the places that were hidden.

    >>> door = DirectInput([b"secret"])
    >>> reloaded = b'{"kind":"page_reloaded","id":"e1","customer":"c7","at":1761555660000,"page":"/"}'
    >>> door.open(b"c7", reloaded, (), 1761555661000).page
    '/'
    >>> door.open(b"c8", reloaded, (), 1761555661000)
    Refused(reason='wrong_key', detail='the key is not the customer')
    >>> door.open(b"c7", b'{"kind":"tick","customer":"c7","due":1}', (), 1761555661000).reason
    'unsigned_control'
    """

    __slots__ = ("_control_keys", "_partitions", "ahead", "clamped", "masked", "unread")

    def __init__(self, control_keys: Sequence[bytes], partitions: int = 1) -> None:
        self._control_keys, self._partitions = control_keys, partitions
        self.clamped = 0
        self.ahead: list[tuple[str, int]] = []
        self.unread: Counter[Reason] = Counter()
        self.masked: Counter[str] = Counter()

    def open(
        self,
        key: bytes,
        value: bytes | None,
        headers: Headers,
        logged_at: int,
        known: Container[bytes] = (),
        conventions: Conventions = NO_CONVENTIONS,
        place: bytes = b"",
    ) -> Event | Refused:
        """Return the event in this record, or why it is refused. `logged_at` is the log's time of the record (ms UTC).

        `known` are keys of customers whose touchpoints passed before. What was checked of a name is not checked again.
        `conventions` are those of the rules in force: they say what to hide in paths and texts.
        A control record must have been signed for `place`.
        """
        written = value or b""
        if headers and (control := self._control(key, written, headers, place)) is not None:
            return control
        if (unfit := check_limits(written) if written else _EMPTY) is not None:
            return Refused(unfit.reason, unfit.detail)
        try:
            event: Touchpoint | Control = _decode(written)
        except (msgspec.MsgspecError, ValueError) as error:
            return self._leniently(key, written, logged_at, error, conventions)
        if not isinstance(event, Touchpoint):
            return Refused("unsigned_control", f"{type(event).__name__} without the workers' signature")
        if event.customer.encode() == key in known and event.id and EARLIEST <= event.at <= logged_at and is_plain(event, written):
            event, rules = mask(event, conventions)
            if rules:
                self.masked.update(rules)
            return event
        return self._check(event, key, logged_at, written, conventions)

    def misplaced(self, key: bytes, number: int) -> Refused | None:
        """Return why a new customer's touchpoint must not begin a journey in partition `number`; None if its key belongs there."""
        if self._partitions == 1 or (right := partition_of(key, self._partitions)) == number:
            return None
        detail = f"partition {number}, but its key belongs to partition {right} of {self._partitions} by murmur2"
        return Refused("wrong_partition", f"{detail}; set partitioner=murmur2_random")

    def _check(self, touchpoint: Touchpoint, key: bytes, logged_at: int, written: bytes, conventions: Conventions) -> Touchpoint | Refused:
        if touchpoint.customer.encode() != key and trimmed(touchpoint.customer).encode() != key:
            return _WRONG_KEY
        return self._accept(touchpoint, key, logged_at, written, conventions)

    def _accept(
        self, touchpoint: Touchpoint, key: bytes, logged_at: int, value: bytes | None, conventions: Conventions
    ) -> Touchpoint | Refused:
        found = accept(touchpoint, logged_at, value, conventions)
        if isinstance(found, Rejected):
            return Refused(found.reason, found.detail)
        if found.touchpoint.customer.encode() != key:  # the key has blanks at its ends: nobody else writes it so
            return _WRONG_KEY
        if found.clamped:
            self.clamped += 1
            self.ahead.append((found.touchpoint.source, found.ahead))
        for part in found.unread:
            self.unread[part.reason] += 1
        self.masked.update(found.masked)
        return found.touchpoint

    def _leniently(self, key: bytes, value: bytes, logged_at: int, error: Exception, conventions: Conventions) -> Touchpoint | Refused:
        """Return what is in the record if only fields are at fault that its kind can do without; else why it is refused."""
        found = native.read(value, (), conventions) if isinstance(error, msgspec.ValidationError) else diagnose(error, value)
        if isinstance(found, Rejected):
            found = diagnose(error, value) if found.reason in ("unknown_kind", "unsigned_control") else found
            return Refused(found.reason, found.detail)
        if not isinstance(found, Read | Touchpoint):
            return Refused("unsupported_format", "one touchpoint a record is read here")
        for part in found.unread if isinstance(found, Read) else ():
            self.unread[part.reason] += 1
        return self._accept(found.touchpoint if isinstance(found, Read) else found, key, logged_at, None, conventions)

    def _control(self, key: bytes, value: bytes, headers: Headers, place: bytes) -> Addressed | Broadcast | Refused | None:
        """Return the control record in these bytes if they have the workers' signature for this place, else None.

        A record that a worker wrote may be larger than a touchpoint.
        """
        given = [(name, said or b"") for name, said in headers if name == SIGNATURE]
        if given and len(value) > MAX_CONTROL:
            return Refused("too_large", f"a control record of {len(value)} bytes, at most {MAX_CONTROL}")
        found = verdict(self._control_keys, place, value, given) if given else "unsigned"
        if found == "elsewhere":
            return _ELSEWHERE
        if found == "unsigned":
            return None
        try:
            control: Addressed | Broadcast = _decode_control(value)
        except (msgspec.MsgspecError, ValueError):
            return None  # a signed touchpoint, or a record of another version: checked like any other
        return _WRONG_KEY if isinstance(control, Addressed) and control.customer.encode() != key else control
