"""The reader of all accepted inputs: it returns a touchpoint, several, or a rejection with its reason. Reading never raises.

Each format is one file. The folder is searched once. Each file has `matches(headers, value)`, `read(value, headers)` and `examples`. A
format may allow several events in one record. Then `read` returns a list, with a rejection in the place of each event that could not be
read.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import native
from schemas.limits import MAX_BYTES, MAX_KEYS, check_limits
from schemas.reading import Batch, Found, Headers, Passed, Read, Reason, Rejected
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST, LATEST

__all__ = ["AHEAD", "FORMATS", "Format", "accept", "nameable", "read"]

AHEAD = 300_000  # ms: a clock may be up to five minutes ahead of the arrival; a time further ahead is set back
MAX_CUSTOMER = 256  # bytes of UTF-8
MAX_NAMED = 240  # characters in which the rejection of a batch names what was not read

# What systems write for an unknown customer. `_refuse_placeholder` also blocks zeros and dashes of any length.
BLOCKED = frozenset(
    {
        "null",
        "(null)",
        "nil",
        "none",
        "undefined",
        "nan",
        "na",
        "n/a",
        "-1",
        "true",
        "false",
        "unknown",
        "anonymous",
        "guest",
        "[object object]",
        "not set",
        "(not set)",
    }
)


@dataclass(frozen=True, slots=True)
class Format:
    """One input format: how it is recognised, how it is read, and real examples (headers and value)."""

    name: str  # of the module
    matches: Callable[[Headers, bytes], bool]  # (headers, value) -> whether the record is of this format
    read: Callable[[bytes, Headers, Conventions], Found | list[Found]]  # (value, headers, conventions) -> what it holds
    examples: tuple[tuple[Headers, bytes], ...]  # headers and value, each a real record


def _format(module: ModuleType) -> Format:
    return Format(module.__name__.rpartition(".")[2], module.matches, module.read, module.examples)


_FOREIGN = tuple(
    _format(importlib.import_module(module.name))
    for module in sorted(pkgutil.iter_modules(__path__, __name__ + "."))
    if module.name != native.__name__
)
FORMATS: tuple[Format, ...] = (*_FOREIGN, _format(native))


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
        unfit = check_limits(value)
        found = _read_as_claimed(value, headers, conventions) if unfit is None else _read_large(value, unfit, conventions)
        if isinstance(found, list):
            return _batch(found, logged_at)
        return _accept_found(found, logged_at)
    except Exception as error:  # a defect of ours costs one record, never the stream, and is counted as ours
        return Rejected("failed", type(error).__name__)


def _accept_found(found: Found, logged_at: int) -> Read | Passed | Rejected:
    if isinstance(found, Rejected | Passed):
        return found
    if not isinstance(found, Read):
        return accept(found, logged_at)
    accepted = accept(found.touchpoint, logged_at)
    return accepted if isinstance(accepted, Rejected) else msgspec.structs.replace(accepted, unread=found.unread)


def _read_as_claimed(value: bytes, headers: Headers, conventions: Conventions) -> Found | list[Found]:
    """Read with the format that the headers announce. Without one, try our own format first, because it is fast, and then the others."""
    announced = _claiming_format(headers, b"") if headers else None
    if announced is not None:
        return announced.read(value, headers, conventions)
    result = native.read(value, headers)
    if not isinstance(result, Rejected):
        return result
    guessed = _claiming_format((), value)
    return result if guessed is None else guessed.read(value, (), conventions)


def _read_large(value: bytes, unfit: Rejected, conventions: Conventions) -> Found | list[Found]:
    """Read a batch with more keys than one message may hold. Each of its events may hold as many keys as a message.

    Every other limit is that of one message.
    """
    claimed = _claiming_format((), value) if unfit.reason == "too_many_keys" else None
    if claimed is None:
        return unfit
    if (worse := check_limits(value, MAX_BYTES)) is not None:  # no message has room for so many keys, so this checks every other limit
        return worse
    found = claimed.read(value, (), conventions)
    return found if isinstance(found, list) and check_limits(value, MAX_KEYS * len(found)) is None else unfit


def _claiming_format(headers: Headers, value: bytes) -> Format | None:
    return next((format for format in _FOREIGN if format.matches(headers, value)), None)


def _batch(found: list[Found], logged_at: int) -> Batch | Rejected:
    """Return the batch. If nothing of it could be read or passed by, return the rejection alone."""
    if not found:
        return Rejected("empty", "a batch without events")
    judged = [_accept_found(each, logged_at) for each in found]
    reads = tuple(each for each in judged if isinstance(each, Read))
    passed = tuple(each.name for each in judged if isinstance(each, Passed))
    refused = _refusal(judged)
    return Batch(reads, refused, passed) if reads or passed or refused is None else refused


def _refusal(judged: list[Read | Passed | Rejected]) -> Rejected | None:
    """Return what could not be read of a batch: the first reason, and every place by its index, as far as there is room."""
    places: dict[Reason, list[int]] = {}
    for index, each in enumerate(judged):
        if isinstance(each, Rejected):
            places.setdefault(each.reason, []).append(index)
    if not places:
        return None
    named = ", ".join(f"{index_ranges(indexes)} {reason}" for reason, indexes in places.items())
    first = next(each for each in judged if isinstance(each, Rejected))
    counts = tuple((each, len(indexes)) for each, indexes in places.items())
    return Rejected(first.reason, f"not read of {len(judged)} in the batch: {named}; {first.detail}"[:MAX_NAMED], counts)


def index_ranges(numbers: list[int]) -> str:
    """Return ascending numbers as short text.

    >>> index_ranges([0, 1, 2, 5, 7, 8])
    '0-2 5 7-8'
    """
    cuts = [i for i, number in enumerate(numbers) if i == 0 or numbers[i - 1] != number - 1]
    pairs = zip(cuts, [*cuts[1:], len(numbers)], strict=True)
    return " ".join(f"{numbers[i]}" if j - i == 1 else f"{numbers[i]}-{numbers[j - 1]}" for i, j in pairs)


def accept(found: Touchpoint, logged_at: int) -> Read | Rejected:
    """Check what a well-formed touchpoint must also satisfy, whatever its format: a real customer, an id, and a possible time.

    A time more than `AHEAD` after its arrival (`logged_at`, ms UTC) is set back to that limit.
    """
    refused = _refuse_placeholder(found.customer)
    if refused is not None:
        return refused
    if not found.id:
        return Rejected("missing_field", "id is empty")
    latest = logged_at + AHEAD
    if EARLIEST <= found.at <= latest:
        return Read(found)
    if not EARLIEST <= found.at <= LATEST:
        return Rejected("bad_time", f"{'before 1990' if found.at < EARLIEST else 'after 2200'}: is it in milliseconds?")
    return Read(msgspec.structs.replace(found, at=latest), clamped=True, ahead=found.at - logged_at)


def nameable(customer: str) -> bool:
    """Return whether this can be a customer's id. Placeholders that systems write for an unknown customer cannot.

    >>> nameable("c7"), nameable("anon:5f2c"), nameable("anon:null"), nameable("")
    (True, True, False, False)
    """
    return _refuse_placeholder(customer) is None


def _refuse_placeholder(customer: str) -> Rejected | None:
    bare = customer.strip().lower().removeprefix("anon:")
    if bare in BLOCKED or not bare.strip(" 0-") or not customer.isprintable():
        return Rejected("blocked_customer")
    if len(customer) > MAX_CUSTOMER // 4 and len(customer.encode()) > MAX_CUSTOMER:
        return Rejected("too_long_text", f"customer is longer than {MAX_CUSTOMER} bytes")
    return None
