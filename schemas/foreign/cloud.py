"""A CloudEvent's type as a kind of ours, and its fields under any spelling. Amounts stay in the minor unit, as in our own format."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from schemas.foreign.event import normalize_keys
from schemas.foreign.values import text, timestamp_ms
from schemas.placeholders import nameable
from schemas.reading import Rejected
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST
from schemas.writing import from_rfc3339

_VERSION = re.compile(r"[._/-]v?\d+(?:[._-]\d+)*\Z", re.IGNORECASE | re.ASCII)
_PARTS = re.compile(r"[./:]")
_ENVELOPE = ("id", "source")  # what the envelope says, and never the event's data
_NO_CUSTOMER = "the subject names a thing (it holds a `/`, or a value of data): name the customer in data"


@functools.lru_cache(maxsize=512)
def names_of_type(type: str) -> tuple[str, ...]:
    """Return the names that a type may mean, without a version: all of it, its last two words, its last.

    >>> names_of_type("com.acme.order.placed.v1.2"), names_of_type("OrderPlaced")
    (('com.acme.order.placed', 'order.placed', 'placed'), ('OrderPlaced', 'OrderPlaced', 'OrderPlaced'))
    """
    bare = _VERSION.sub("", type[:256])
    words = _PARTS.split(bare)
    return bare, ".".join(words[-2:]), words[-1]


def named_fields(kind: type[Touchpoint], stuff: Mapping[str, Any], subject: object) -> dict[str, Any] | Rejected:
    """Return the fields of this kind that the event's data hold, or a rejection if the subject is all that could be the customer.

    >>> from schemas.touchpoints import BY_KIND
    >>> named_fields(BY_KIND["order_placed"], {"orderId": 4711}, "c7")
    {'customer': 'c7', 'order': '4711'}
    >>> named_fields(BY_KIND["order_placed"], {"order": "o1"}, "orders/o1").reason
    'no_customer'
    """
    said = normalize_keys(stuff)
    fields: dict[str, Any] = {}
    for name, reader in _readers(kind):
        given = said.get(name)
        given = said.get(f"{name}_id") if given is None else given
        if given is not None:
            fields[name] = reader(given)
    if "customer" in fields or not isinstance(subject, str):
        return fields
    names_thing = "/" in subject or subject.startswith("urn:") or subject in (each for each in said.values() if isinstance(each, str))
    if names_thing and nameable(subject):  # a placeholder is refused as such
        return Rejected("no_customer", _NO_CUSTOMER)
    return {"customer": subject, **fields}


def milliseconds(time: object) -> object:
    """Return the milliseconds of an RFC 3339 text or a count of them. Any other value is returned as it is, to be refused.

    >>> milliseconds("2025-10-27 09:01:00.000+00:00"), milliseconds("1761555660000"), milliseconds("2025-10-27T09:01Z")
    (1761555660000, 1761555660000, '2025-10-27T09:01Z')
    """
    if not isinstance(time, str):
        return time
    try:
        return int(time) if time.isascii() and time.isdigit() and len(time) <= 16 else from_rfc3339(time.strip().replace(" ", "T", 1))
    except ValueError:
        return time


@functools.cache
def _readers(kind: type[Touchpoint]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, _reader(name, hints[name])) for name in kind.__struct_fields__ if name not in _ENVELOPE)


def _reader(name: str, hint: Any) -> Callable[[Any], Any]:
    if name == "at":
        return milliseconds
    parts = (hint, *get_args(hint)) if get_origin(hint) is not Annotated else (hint,)
    if any(_is_moment(part) for part in parts):
        return timestamp_ms
    return _as_text if any(_is_text(part) for part in parts) else _as_it_is


def _is_moment(hint: Any) -> bool:
    return get_origin(hint) is Annotated and any(isinstance(each, msgspec.Meta) and each.ge == EARLIEST for each in get_args(hint)[1:])


def _is_text(hint: Any) -> bool:
    return hint is str or (get_origin(hint) is Annotated and get_args(hint)[0] is str)


def _as_text(given: Any) -> Any:
    """Return a number as the id that it is. Any other value stays, to be judged."""
    return text(given) if isinstance(given, int) and not isinstance(given, bool) else given


def _as_it_is(given: Any) -> Any:
    return given
