"""Any accepted input -> a touchpoint, several, or a rejection with its reason. Reading never raises.

One file a format, found once by looking through this folder: each has `matches(headers, value)`, `read(value, headers)` and `examples`.
A format whose senders put several events into one record returns a list, with a rejection in the place of each it could not read.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import msgspec

from schemas.inputs import native
from schemas.limits import MAX_BYTES, MAX_KEYS, check_limits
from schemas.reading import Batch, Found, Headers, Read, Rejected
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST, LATEST

__all__ = ["AHEAD", "FORMATS", "Format", "accepted", "nameable", "read"]

AHEAD = 300_000  # ms: a time up to five minutes ahead of its arrival is a clock that is a little off; further is a fault
MAX_CUSTOMER = 256  # bytes of UTF-8
MAX_NAMED = 240  # characters in which a batch's rejection names what was not read

# What systems write where they know nobody. Zeros and dashes come in any length: see `_nobody`.
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

    name: str
    matches: Callable[[Headers, bytes], bool]
    read: Callable[[bytes, Headers], Found | list[Found]]
    examples: tuple[tuple[Headers, bytes], ...]


def _format(module: ModuleType) -> Format:
    return Format(module.__name__.rpartition(".")[2], module.matches, module.read, module.examples)


_FOREIGN = tuple(
    _format(importlib.import_module(module.name))
    for module in sorted(pkgutil.iter_modules(__path__, __name__ + "."))
    if module.name != native.__name__
)
FORMATS: tuple[Format, ...] = (*_FOREIGN, _format(native))


def read(value: bytes | None, headers: Headers = (), *, logged_at: int) -> Read | Batch | Rejected:
    """The touchpoint in this record, or those of a batch, as of its arrival at the broker (`logged_at`, ms); else a rejection.

    >>> read(b'{"kind":"page_reloaded","id":"e1","customer":"c7","at":1761555660000,"page":"/"}', logged_at=1761555661000).clamped
    False
    >>> read(b'{"kind":"page_reloaded","id":"e1","customer":"null","at":1761555660000,"page":"/"}', logged_at=1761555661000).reason
    'blocked_customer'
    """
    if not value:
        return Rejected("empty")
    try:
        unfit = check_limits(value)
        found = _parsed(value, headers) if unfit is None else _large(value, unfit)
        if isinstance(found, list):
            return _batch(found, logged_at)
        return found if isinstance(found, Rejected) else accepted(found, logged_at)
    except Exception as error:  # the door: a defect of ours costs one event, never the stream, and is counted as our own
        return Rejected("failed", type(error).__name__)


def _parsed(value: bytes, headers: Headers) -> Found | list[Found]:
    """Headers may announce another format. Otherwise ours is tried first, as it is the fast one, and a failure asks the others."""
    announced = _claimed(headers, b"") if headers else None
    if announced is not None:
        return announced.read(value, headers)
    result = native.read(value, headers)
    if not isinstance(result, Rejected):
        return result
    guessed = _claimed((), value)
    return result if guessed is None else guessed.read(value, ())


def _large(value: bytes, unfit: Rejected) -> Found | list[Found]:
    """A batch may hold as many keys for each of its events as one event may; every other limit is the message's."""
    claimed = _claimed((), value) if unfit.reason == "too_many_keys" else None
    if claimed is None:
        return unfit
    if (worse := check_limits(value, MAX_BYTES)) is not None:  # no message has room for so many keys: all but their number is weighed
        return worse
    found = claimed.read(value, ())
    return found if isinstance(found, list) and check_limits(value, MAX_KEYS * len(found)) is None else unfit


def _claimed(headers: Headers, value: bytes) -> Format | None:
    return next((format for format in _FOREIGN if format.matches(headers, value)), None)


def _batch(found: list[Found], logged_at: int) -> Batch | Rejected:
    """The batch; where nothing of it could be read, the rejection alone."""
    if not found:
        return Rejected("empty", "a batch without events")
    judged = [each if isinstance(each, Rejected) else accepted(each, logged_at) for each in found]
    reads = tuple(each for each in judged if isinstance(each, Read))
    refused = _refused(judged)
    return Batch(reads, refused) if reads or refused is None else refused


def _refused(judged: list[Read | Rejected]) -> Rejected | None:
    """What could not be read of a batch: the first one's reason, and every one by its index, as far as there is room."""
    places: dict[str, list[int]] = {}
    for index, each in enumerate(judged):
        if isinstance(each, Rejected):
            places.setdefault(each.reason, []).append(index)
    if not places:
        return None
    named = ", ".join(f"{runs(indexes)} {reason}" for reason, indexes in places.items())
    first = next(each for each in judged if isinstance(each, Rejected))
    return Rejected(first.reason, f"not read of {len(judged)} in the batch: {named}; {first.detail}"[:MAX_NAMED])


def runs(numbers: list[int]) -> str:
    """Ascending numbers, in short.

    >>> runs([0, 1, 2, 5, 7, 8])
    '0-2 5 7-8'
    """
    cuts = [i for i, number in enumerate(numbers) if i == 0 or numbers[i - 1] != number - 1]
    pairs = zip(cuts, [*cuts[1:], len(numbers)], strict=True)
    return " ".join(f"{numbers[i]}" if j - i == 1 else f"{numbers[i]}-{numbers[j - 1]}" for i, j in pairs)


def accepted(found: Touchpoint, logged_at: int) -> Read | Rejected:
    """What a well-formed touchpoint must also satisfy, through whichever door: somebody's, with an id, at a time that can be."""
    refused = _nobody(found.customer)
    if refused is not None:
        return refused
    if not found.id:
        return Rejected("missing_field", "id is empty")
    latest = logged_at + AHEAD
    if EARLIEST <= found.at <= latest:
        return Read(found)
    if not EARLIEST <= found.at <= LATEST:
        return Rejected("bad_time", f"{'before 1990' if found.at < EARLIEST else 'after 2200'}: is it in milliseconds?")
    return Read(msgspec.structs.replace(found, at=latest), clamped=True)


def nameable(customer: str) -> bool:
    """Whether somebody can be called so: what systems write where they know nobody names no one.

    >>> nameable("c7"), nameable("anon:5f2c"), nameable("anon:null"), nameable("")
    (True, True, False, False)
    """
    return _nobody(customer) is None


def _nobody(customer: str) -> Rejected | None:
    bare = customer.strip().lower().removeprefix("anon:")
    if bare in BLOCKED or not bare.strip(" 0-") or not customer.isprintable():
        return Rejected("blocked_customer")
    if len(customer) > MAX_CUSTOMER // 4 and len(customer.encode()) > MAX_CUSTOMER:
        return Rejected("too_long_text", f"customer is longer than {MAX_CUSTOMER} bytes")
    return None
