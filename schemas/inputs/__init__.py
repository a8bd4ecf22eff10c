"""The reader of all accepted inputs: it returns a touchpoint, several, or a rejection with its reason. Reading never raises.

Each format is one file. The folder is searched once. Each file has `matches(headers, value)`, `read(value, headers, conventions)` and
`examples`. A format may allow several events in one record. Then `read` returns a list, with a rejection in the place of each event that
could not be read. One event may be several touchpoints: then a list stands in its place.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from schemas.acceptance import AHEAD, accept
from schemas.batches import Several, accept_found, to_batch
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.envelopes import in_list, peel, recognise, spare
from schemas.inputs import native
from schemas.limits import check_count, check_limits
from schemas.placeholders import nameable
from schemas.reading import Batch, Found, Headers, Passed, Read, Rejected

__all__ = ["AHEAD", "FORMATS", "Format", "accept", "nameable", "read"]

_BROKEN = frozenset({"not_utf8", "too_deep", "too_many_keys", "unreadable_json", "not_finite"})  # what one event may do to all of its batch
_NO_JSON = frozenset({"not_utf8", "unreadable_json", "wrong_type"})  # what bytes of a form that is not ours may end in
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
            return accept(ours, logged_at, value)
        found = _read_as_claimed(value, headers, conventions, announced)
        return accept_found(found, logged_at) if isinstance(found, Found) else to_batch(found, logged_at)
    except Exception as error:  # a defect of ours costs one record, never the stream, and is counted as ours
        return Rejected("failed", type(error).__name__)


def _read_as_claimed(value: bytes, headers: Headers, conventions: Conventions, announced: Format | None) -> Found | Several:
    """Read with the format that the headers announce. Without one, take envelopes off and guess the format."""
    inside: bytes | None = value
    for _ in range(_WRAPPED):
        inside = peel(value) if announced is None else None
        if inside is None:
            break
        value = inside
    if not value:
        return Rejected("empty", "an envelope without an event")
    found = check_limits(value) or _read_by(value, headers, conventions, announced)
    if isinstance(found, Rejected) and found.reason in _BROKEN and (spared := spare(value)) is not None:
        others = _read_by(spared.value, headers, conventions, announced)
        if isinstance(others, Sequence):
            return [spared.refused.get(index, each) for index, each in enumerate(others)]
    if isinstance(found, Rejected) and found.reason in _NO_JSON:
        return recognise(value) or found
    return found


def _read_by(value: bytes, headers: Headers, conventions: Conventions, announced: Format | None) -> Found | Several:
    if announced is not None:
        return announced.read(value, headers, conventions)
    guessed = _claiming_format((), value) or _NATIVE
    members = in_list(value)
    if members is None:
        return guessed.read(value, (), conventions)
    return check_count(len(members)) or [_flat((_claiming_format((), each) or guessed).read(each, (), conventions)) for each in members]


def _flat(found: Found | Several) -> Found | Sequence[Found]:
    """Return what stands in a list as one event: a batch inside of a list is none."""
    if isinstance(found, Found):
        return found
    return [each if isinstance(each, Found) else Rejected("wrong_type", "a batch inside of a list") for each in found]


def _claiming_format(headers: Headers, value: bytes) -> Format | None:
    return next((format for format in _FOREIGN if format.matches(headers, value)), None)
