"""A CloudEvent's type as a kind of ours, and its fields under any spelling. Amounts stay in the minor unit, as in our own format."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints

import msgspec

from schemas.foreign.event import normalize_keys, normalize_name
from schemas.foreign.values import text, timestamp_ms
from schemas.reading import Rejected
from schemas.reading.placeholders import nameable
from schemas.touchpoints import BY_KIND, Touchpoint
from schemas.touchpoints.units import EARLIEST
from schemas.writing import from_rfc3339, parse_rfc3339

MAX_TYPE = 256  # characters of a type that are read; what is kept of it is never longer
_VERSION = re.compile(r"[._/-]v?\d+(?:[._-]\d+)*\Z", re.IGNORECASE | re.ASCII)
# Where a field is read: its place in the kind, 0 for its own name and 1 for the other, the property, the field, and how it is read.
Place: TypeAlias = tuple[int, int, str, str, Callable[[Any], Any]]
_PARTS = re.compile(r"[./:]")
_ENVELOPE = ("id", "source")  # what the envelope says, and never the event's data
_NO_CUSTOMER = "the subject names a thing (it holds a `/`, or a value of data): name the customer in data"


def kind_of_type(type: str) -> str | None:
    """Return the name of our kind that a type means by its last two words, or by its last; None if it means none.

    >>> kind_of_type("com.acme.order.placed.v1.2"), kind_of_type("com.acme.OrderPlaced"), kind_of_type("com.acme.moon.landed")
    ('order_placed', 'order_placed', None)
    """
    return _kind_of_type(type[:MAX_TYPE])


@functools.lru_cache(maxsize=512)
def _kind_of_type(type: str) -> str | None:
    return next((name for name in map(normalize_name, names_of_type(type)[1:]) if name in BY_KIND), None)


def names_of_type(type: str) -> tuple[str, ...]:
    """Return the names that a type may mean, without a version: all of it, its last two words, its last.

    >>> names_of_type("com.acme.order.placed.v1.2"), names_of_type("OrderPlaced")
    (('com.acme.order.placed', 'order.placed', 'placed'), ('OrderPlaced', 'OrderPlaced', 'OrderPlaced'))
    """
    bare = _VERSION.sub("", type[:MAX_TYPE])
    words = _PARTS.split(bare)
    return bare, ".".join(words[-2:]), words[-1]


def touchpoint_as_written(
    kind: type[Touchpoint], stuff: Mapping[str, Any], subject: object, around: Mapping[str, Any]
) -> Touchpoint | None:
    """Return the touchpoint of an event whose data name and write each field as we do; None if anything in it needs a closer look.

    `around` holds what the envelope says. Most events are such, and `named_fields` takes four times as long.

    >>> from schemas.touchpoints import BY_KIND
    >>> around = {"id": "e1", "source": "shop", "at": 1761555660000}
    >>> touchpoint_as_written(BY_KIND["page_viewed"], {"page": "/"}, "c7", around).customer
    'c7'
    >>> touchpoint_as_written(BY_KIND["page_viewed"], {"Page": "/"}, "c7", around)
    """
    if not stuff.keys() <= _names(kind) or ("customer" not in stuff and (not isinstance(subject, str) or _names_thing(subject, stuff))):
        return None
    try:
        made: Touchpoint = msgspec.convert({"customer": subject, **stuff, **around}, kind)
    except msgspec.ValidationError:
        return None
    return made


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
    table = _readers(kind)
    for _, _, key, name, reader in sorted([table[key] for key in said if key in table]):
        if said[key] is not None and name not in fields:
            fields[name] = reader(said[key])
    if "customer" in fields or not isinstance(subject, str):
        return fields
    if _names_thing(subject, said) and nameable(subject):  # a placeholder is refused as such
        return Rejected("no_customer", _NO_CUSTOMER)
    return {"customer": subject, **fields}


def _names_thing(subject: str, said: Mapping[str, Any]) -> bool:
    return "/" in subject or subject.startswith("urn:") or subject in said.values()


def milliseconds(time: object) -> object:
    """Return the milliseconds of an RFC 3339 text or a count of them. Any other value is returned as it is, to be refused.

    >>> milliseconds("2025-10-27 09:01:00.000+00:00"), milliseconds("1761555660000"), milliseconds("2025-10-27T09:01Z")
    (1761555660000, 1761555660000, '2025-10-27T09:01Z')
    """
    if not isinstance(time, str):
        return time
    try:
        if (usual := parse_rfc3339(time)) is not None:
            return usual
        return int(time) if time.isascii() and time.isdigit() and len(time) <= 16 else from_rfc3339(time.strip().replace(" ", "T", 1))
    except ValueError:
        return time


@functools.cache
def _names(kind: type[Touchpoint]) -> frozenset[str]:
    return frozenset(kind.__struct_fields__) - frozenset(_ENVELOPE)


@functools.cache
def _readers(kind: type[Touchpoint]) -> dict[str, Place]:
    """Return the properties that a kind is read from: each field under its name, and with `_id` behind it."""
    hints = get_type_hints(kind, include_extras=True)
    names = [name for name in kind.__struct_fields__ if name not in _ENVELOPE]
    places = [(at, rank, f"{name}{'_id' * rank}", name, _reader(name, hints[name])) for at, name in enumerate(names) for rank in (1, 0)]
    return {key: (at, rank, key, name, reader) for at, rank, key, name, reader in places}


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
