"""An event of a foreign format, taken out of its envelope. It holds what every SDK sends, under one set of field names."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

MAX_NAME = 64  # characters of a name whose normal form is cached; longer names are not cached
MAX_SHAPE = 2048  # characters of all keys of an object whose shape is kept
MOST_SHAPES = 512  # shapes that are kept; then all are forgotten

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHERS = re.compile(r"[^a-z0-9]+")


class Foreign(msgspec.Struct, frozen=True, gc=False):
    """What happened, under the sender's own name, with everything that the envelope says about it.

    `id`, `customer` and `at` are as they came. The typed reader judges them later, so a fault has the same reason as in our own format.
    None: not sent. It is a Struct, because every event makes one: a frozen dataclass takes 2 us, a Struct 0.3 us.
    """

    source: str  # the format's name: with `id` it is the idempotency key, so it never depends on the delivery
    name: str  # as `normalize_name` writes it
    id: object  # as it came
    customer: object  # customer id, or `anon:<id>`
    at: object  # ms since 1970 UTC
    properties: Mapping[str, Any] = {}  # under names as `normalize_name` writes them
    anonymous: str = ""  # `anon:<id>` that the event also carries
    channel: str = ""  # web, app, ...; empty: unknown
    page: str = ""  # path without the query, or a screen's name
    url: object = None  # address of the page, as it came
    referrer: object = None  # address of the page before, as it came; few kinds ask for it, so it is read by `came_from`
    account: str = ""  # the group or account the customer acts for
    app_version: str = ""  # as the app states it
    zone: str = ""  # time zone of the device, IANA


def normalize_name(name: str) -> str:
    """Return a name in snake_case, however its sender writes it. SDKs agree on words, not on their case.

    >>> [normalize_name(name) for name in ("Order Completed", "orderCompleted", "$mp_rage_click", "[Amplitude] Rage Click", "$rageclick")]
    ['order_completed', 'order_completed', 'mp_rage_click', 'amplitude_rage_click', 'rageclick']
    """
    return _normalize_cached(name) if len(name) <= MAX_NAME else _normalize(name)


def _normalize(name: str) -> str:
    return _OTHERS.sub("_", _BREAKS.sub("_", name).lower()).strip("_")


_normalize_cached = functools.lru_cache(maxsize=4096)(_normalize)


class Shape(NamedTuple):
    """The keys of an object under normal names. A sender's objects have few shapes, so most objects are looked up here as a whole."""

    names: tuple[str, ...]  # normal name of each key, in the object's order
    keys: Mapping[str, str]  # normal name -> the first key that is spelled so


_SHAPES: dict[tuple[str, ...], Shape] = {}


def normalize_keys(stuff: object) -> dict[str, Any]:
    """Return an object's values under normal names; any other value gives an empty one. Of two spellings of a name the first counts.

    >>> normalize_keys({"orderId": "o1", "order_id": "o2", "$lib": "web"})
    {'order_id': 'o1', 'lib': 'web'}
    """
    if not isinstance(stuff, dict) or not stuff:
        return {}
    shape = _shape_of(stuff)
    if len(shape.names) == len(shape.keys):
        return dict(zip(shape.names, stuff.values()))  # noqa: B905  # as many names as keys: `strict` takes time
    return {name: stuff[key] for name, key in shape.keys.items()}


def value_under(stuff: object, name: str) -> Any:
    """Return what `normalize_keys` has under this name, without the other values; None if there is nothing.

    >>> value_under({"orderId": "o1", "order_id": "o2", "$lib": "web"}, "order_id"), value_under(7, "order_id")
    ('o1', None)
    """
    if not isinstance(stuff, dict) or not stuff:
        return None
    key = _shape_of(stuff).keys.get(name)
    return None if key is None else stuff[key]


def _shape_of(stuff: dict[str, Any]) -> Shape:
    keys = tuple(stuff)
    return _SHAPES.get(keys) or _new_shape(keys)


def _new_shape(keys: tuple[str, ...]) -> Shape:
    """Return a shape that is not known. It is kept if its keys are short; long ones, sent on purpose, would fill the memory."""
    names = tuple(map(normalize_name, keys))
    first: dict[str, str] = {}
    for name, key in zip(names, keys, strict=True):
        first.setdefault(name, key)
    shape = Shape(names, first)
    if sum(map(len, keys)) <= MAX_SHAPE:
        if len(_SHAPES) >= MOST_SHAPES:
            _SHAPES.clear()
        _SHAPES[keys] = shape
    return shape


def anonymous_id(id: object) -> str:
    """Return the `anon:<id>` of an id that was given to a device; empty if there is none.

    >>> anonymous_id("5f2c"), anonymous_id("anon:5f2c"), anonymous_id(None)
    ('anon:5f2c', 'anon:5f2c', '')
    """
    if type(id) is not str:
        if isinstance(id, bool) or not isinstance(id, str | int):
            return ""
        id = str(id)
    return id if id.startswith("anon:") or not id else f"anon:{id}"


def customer_id(id: object) -> object:
    """Return a customer's id as text, even if the sender writes it as a number; None if there is none.

    >>> customer_id("c7"), customer_id(7), customer_id("")
    ('c7', '7', None)
    """
    if type(id) is str:
        return id or None
    return str(id) if isinstance(id, int) and not isinstance(id, bool) else id or None
