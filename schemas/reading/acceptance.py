"""What a well-formed touchpoint must also satisfy, whatever its format: a real customer, an id, texts without control characters, a time.

A control character in a text is a fault: keys, file names and other systems break at it. A character that only turns letters around, as
U+202E, or that nobody sees, as U+200D, stays in a text that names a thing: right-to-left names and emoji are written with them, and
whatever shows a text shows them as codes (schemas.characters). In the id of a customer they are a fault: two ids must not look the same.

The journey's clock must never stand ahead of what has arrived. Else honest events of the next minutes would count as late. So a time
after the arrival becomes the arrival.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.masking import mask
from schemas.reading import Read, Rejected
from schemas.reading.placeholders import MAX_CUSTOMER, control_character, is_settled, judge, trimmed
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from schemas.touchpoints.units import EARLIEST, LATEST

AHEAD = 300_000  # ms: a clock may be up to five minutes ahead of the arrival; a time further ahead is told as set back

# Bytes by which a control character shows in our own format. A number is looked up nine times as fast as a text of one byte.
_BACKSLASH, _DELETE, _C1 = 0x5C, 0x7F, 0xC2
_SECOND_IDS: dict[type[Touchpoint], str] = {IdentityLinked: "other", SignedIn: "anonymous"}  # kinds with a second customer's id


def accept(found: Touchpoint, logged_at: int, written: bytes | None = None, conventions: Conventions = NO_CONVENTIONS) -> Read | Rejected:
    """Return the touchpoint as it goes on, or a rejection. `logged_at` is its arrival at the broker, ms UTC.

    `written` are the bytes of our own format that it was decoded from. They show without a look at each field whether there can be a
    control character in it. What is secret in paths and texts is hidden (schemas.masking).
    """
    customer = found.customer
    if len(customer) > MAX_CUSTOMER or not is_settled(customer):
        customer = trimmed(customer)
        refused = judge(customer)
        if refused is not None:
            return refused
    if not found.id:
        return Rejected("missing_field", "id is empty")
    found, masked = mask(found, conventions)
    if customer is not found.customer or not EARLIEST <= found.at <= logged_at or type(found) in _SECOND_IDS:
        return _adjusted(found, customer, logged_at, masked)
    if _are_printable(found) if written is None else not (_BACKSLASH in written or _DELETE in written or _C1 in written):
        return Read(found, masked=masked)
    return _adjusted(found, customer, logged_at, masked)


def is_plain(found: Touchpoint, written: bytes) -> bool:
    """Return whether nothing in a touchpoint of ours needs a look: no second id, and bytes without any sign of a control character."""
    return type(found) not in _SECOND_IDS and not (_BACKSLASH in written or _C1 in written or _DELETE in written)


def _adjusted(found: Touchpoint, customer: str, logged_at: int, masked: tuple[str, ...]) -> Read | Rejected:
    """Return the touchpoint with what has to change in it: ids trimmed, optional texts at fault left out, its time set to its arrival."""
    if not EARLIEST <= found.at <= LATEST:
        return Rejected("bad_time", _out_of_range(found.at))
    changed: dict[str, Any] = {} if customer == found.customer else {"customer": customer}
    unread: list[Rejected] = []
    fault = (None if _are_printable(found) else _leave_out_unprintable(found, changed, unread)) or _settle_second_id(found, changed, unread)
    if fault is not None:
        return fault
    clamped = found.at > logged_at + AHEAD
    if found.at > logged_at:
        changed["at"] = logged_at
    ahead = found.at - logged_at if clamped else 0
    return Read(msgspec.structs.replace(found, **changed) if changed else found, clamped, ahead, tuple(unread), masked)


def _leave_out_unprintable(found: Touchpoint, changed: dict[str, Any], unread: list[Rejected]) -> Rejected | None:
    """Leave out each optional text with a control character. Return the rejection if one is needed."""
    for name, default in _texts(type(found)):
        if name == "place" and found.place == getattr(found, found.placed_by, None):
            continue  # one text in two fields is looked at once
        fault = _text_fault(getattr(found, name), name)
        if fault is not None and default is msgspec.NODEFAULT:
            return fault
        if fault is not None:
            unread.append(fault)
            changed |= {name: default, "place": ""} if name == found.placed_by else {name: default}
    return None


def _settle_second_id(found: Touchpoint, changed: dict[str, Any], unread: list[Rejected]) -> Rejected | None:
    """Trim the second customer's id of a kind that has one, or leave it out. Return the rejection if it is needed and names nobody."""
    second = _SECOND_IDS.get(type(found))
    if second is None or not ((other := getattr(found, second)) or isinstance(found, IdentityLinked)):
        return None
    if (bare := trimmed(other)) != other:
        changed[second] = bare
    if (fault := judge(bare, second)) is None:
        return None
    if isinstance(found, IdentityLinked):
        return fault
    unread.append(fault)
    changed[second] = ""
    return None


def _are_printable(found: Touchpoint) -> bool:
    """Return whether no text of the touchpoint needs a look of its own. Plain texts are looked at as one, lists of texts each."""
    plain, others = _reader(type(found))
    if not "".join(plain(found)).isprintable():
        return False
    return not others or all(not (content := getattr(found, name)) or _text_fault(content, name) is None for name in others)


@functools.cache
def _reader(kind: type[Touchpoint]) -> tuple[Callable[[Touchpoint], tuple[str, ...]], tuple[str, ...]]:
    """Return what gives the plain texts of a touchpoint of this kind, and the names of its fields that hold texts in another form."""
    hints = get_type_hints(kind)
    names = [name for name, _ in _texts(kind)]
    plain = [name for name in names if hints[name] is str]
    return attrgetter(*plain, plain[0]), tuple(name for name in names if name not in plain)  # of a single name it would give no tuple


def _out_of_range(at: int) -> str:
    if at < EARLIEST:
        return "it lies before 1990: seconds are taken for milliseconds, or the sender's clock was never set"
    return "it lies after 2200: microseconds or nanoseconds are taken for milliseconds"


@functools.cache
def _texts(kind: type[Touchpoint]) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a kind that hold texts, each with its default. The customer's and the second id are judged apart."""
    hints = get_type_hints(kind)
    skipped = ("customer", _SECOND_IDS.get(kind))
    fields = msgspec.structs.fields(kind)
    return tuple((each.name, each.default) for each in fields if each.name not in skipped and _holds_text(hints[each.name]))


def _holds_text(hint: Any) -> bool:
    return hint is str or (get_origin(hint) is not None and any(_holds_text(part) for part in get_args(hint)))


def _text_fault(content: object, name: str) -> Rejected | None:
    if isinstance(content, str):
        return None if content.isprintable() else control_character(content, name)
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, tuple | list) else ()
    return next((fault for part in parts if (fault := _text_fault(part, name)) is not None), None)
