"""The reader of all accepted inputs: it returns a touchpoint, several, or a rejection with its reason. Reading never raises.

Each format is one file. The folder is searched once. Each file has `matches(headers, value)`, `read(value, headers, conventions)` and
`examples`. A format may allow several events in one record. Then `read` returns a list, with a rejection in the place of each event that
could not be read. One event may be several touchpoints: then a list stands in its place.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.envelopes import in_list, is_within_limits, peel, recognise, spare
from schemas.inputs import native
from schemas.reading import Batch, Found, Headers, Passed, Read, Rejected
from schemas.reading.acceptance import AHEAD, accept
from schemas.reading.batches import Several, accept_found, to_batch
from schemas.reading.limits import check_count, check_limits
from schemas.reading.placeholders import nameable
from schemas.touchpoints import Touchpoint

__all__ = ["AHEAD", "FORMATS", "Format", "accept", "nameable", "read"]

_BROKEN = frozenset({"not_utf8", "too_deep", "too_many_keys", "unreadable_json", "not_finite"})  # what one event may do to all of its batch
_NO_JSON = frozenset({"not_utf8", "unreadable_json", "wrong_type"})  # what bytes of a form that is not ours may end in
_MISLED = frozenset({"missing_field", "wrong_type", "unsupported_format"})  # what an event of one format ends in, read as another's
_KNOWN = (Touchpoint, Passed, Read)  # what an event of the format that was guessed ends in
_WRAPPED = 4  # envelopes inside each other


@dataclass(frozen=True, slots=True)
class Format:
    """One input format: how it is recognised, how it is read, and real examples (headers and value)."""

    name: str  # of the module
    matches: Callable[[Headers, bytes], bool]  # (headers, value) -> whether the record is of this format
    read: Callable[[bytes, Headers, Conventions], Found | Several]  # (value, headers, conventions) -> what it holds
    examples: tuple[tuple[Headers, bytes], ...]  # headers and value, each a real record


def _format(module: ModuleType) -> Format:
    return Format(module.__name__.rpartition(".")[2], module.matches, module.read, module.examples)


_FOREIGN = tuple(
    _format(importlib.import_module(module.name))
    for module in sorted(pkgutil.iter_modules(__path__, __name__ + "."))
    if module.name != native.__name__
)
_NATIVE = _format(native)
FORMATS: tuple[Format, ...] = (*_FOREIGN, _NATIVE)


def read(
    value: bytes | None, headers: Headers = (), *, logged_at: int, conventions: Conventions = NO_CONVENTIONS
) -> Read | Batch | Passed | Rejected:
    """Return the touchpoint in this record, or those of a batch; else why there is none. `logged_at` is its arrival at the broker, ms UTC.

    >>> read(b'{"kind":"page_reloaded","id":"e1","customer":"c7","at":1761555660000,"page":"/"}', logged_at=1761555661000).clamped
    False
    >>> read(b'{"kind":"page_reloaded","id":"e1","customer":"null","at":1761555660000,"page":"/"}', logged_at=1761555661000).reason
    'blocked_customer'
    """
    if not value:
        return Rejected("empty")
    try:
        announced = _claiming_format(headers, b"") if headers else None
        unfit = check_limits(value)
        if unfit is None and announced is None and (ours := native.touchpoint(value)) is not None:
            return accept(ours, logged_at, value, conventions)
        found = _read_as_claimed(value, headers, conventions, announced, unfit)
        if isinstance(found, Touchpoint):
            return accept(found, logged_at, None, conventions)
        if isinstance(found, list) or not isinstance(found, Found):
            return to_batch(found, logged_at, conventions)
        return accept_found(found, logged_at, conventions)
    except Exception as error:  # a defect of ours costs one record, never the stream, and is counted as ours
        return Rejected("failed", type(error).__name__)


def _read_as_claimed(
    value: bytes, headers: Headers, conventions: Conventions, announced: Format | None, unfit: Rejected | None
) -> Found | Several:
    """Read with the format that the headers announce. Without one, take envelopes off and guess the format.

    `unfit` is the limit that the bytes break, if they do.
    """
    for _ in range(_WRAPPED if announced is None else 0):
        if (inside := peel(value)) is None:
            break
        value, unfit = inside, check_limits(inside)
    if not value:
        return Rejected("empty", "an envelope without an event")
    if unfit is not None and unfit.reason == "too_many_keys" and is_within_limits(value):
        several = _read_by(value, headers, conventions, announced)
        if isinstance(several, Sequence):
            return several
    found = unfit or _read_by(value, headers, conventions, announced)
    if not isinstance(found, Rejected):
        return found
    if found.reason in _BROKEN and (spared := spare(value)) is not None:
        others = _read_by(spared.value, headers, conventions, announced)
        if isinstance(others, Sequence):
            return [spared.refused.get(index, each) for index, each in enumerate(others)]
    return (recognise(value) or found) if found.reason in _NO_JSON else found


def _read_by(value: bytes, headers: Headers, conventions: Conventions, announced: Format | None) -> Found | Several:
    if announced is not None:
        return announced.read(value, headers, conventions)
    members = in_list(value)
    if isinstance(members, list):
        return check_count(len(members)) or [_member(each, value, conventions) for each in members]
    return members or _read_guessed(value, conventions)


def _read_guessed(value: bytes, conventions: Conventions) -> Found | Several:
    """Read with the format that claims the bytes. If nothing is read so, a field's name may have misled: then the others are tried."""
    guessed = _claiming_format((), value)
    if guessed is None:
        return native.read(value, (), conventions)
    found = guessed.read(value, (), conventions)
    for each in found if isinstance(found, list) else (found,):
        if isinstance(each, _KNOWN):
            return found
    if all(isinstance(each, Rejected) and each.reason in _MISLED for each in _flatten(found)):
        others = (each.read(value, (), conventions) for each in _FOREIGN if each is not guessed)
        return next((each for each in others if any(not isinstance(one, Rejected | Passed) for one in _flatten(each))), found)
    return found


def _flatten(found: Found | Several) -> Iterator[Found]:
    """Yield what a format has read, one by one."""
    if isinstance(found, Found):
        yield found
    else:
        for each in found:
            yield from _flatten(each)


def _member(member: bytes, whole: bytes, conventions: Conventions) -> Found | Sequence[Found]:
    """Read one member of a list. If nothing in it says of which format it is, it is of that of the others."""
    if member.lstrip().startswith(b"["):
        return Rejected("wrong_type", "a list inside of a list")
    own = _claiming_format((), member) or (_NATIVE if b'"kind"' in member else _claiming_format((), whole)) or _NATIVE
    found = own.read(member, (), conventions)
    if isinstance(found, Found):
        return found
    return [each if isinstance(each, Found) else Rejected("wrong_type", "a batch inside of a list") for each in found]


def _claiming_format(headers: Headers, value: bytes) -> Format | None:
    for format in _FOREIGN:  # `next` over a generator takes longer, and every event of another format comes here
        if format.matches(headers, value):
            return format
    return None
