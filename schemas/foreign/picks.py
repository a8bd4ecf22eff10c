"""The building blocks of the naming tables: where a foreign event holds a field of ours, and how it is read there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemas.foreign import values
from schemas.foreign.amounts import Unread, code_in, read_amount
from schemas.foreign.event import Foreign, value_under

# None: the event does not hold it, and the field is left out. Unread: it is there and cannot be read.
Pick: TypeAlias = Callable[[Foreign], object]
AMOUNTS = ("total", "revenue", "value", "amount", "price", "subtotal")  # properties whose text may name the currency
MAX_REF = 256  # characters of a `Ref`


class Row(NamedTuple):
    """One kind of ours in a foreign vocabulary: its names there, and the place of each field."""

    kind: str  # our kind's name on the wire
    names: tuple[str, ...]  # as `normalize_name` writes them
    fields: Mapping[str, Pick]  # our field -> how it is read
    empty: Pick | None = None  # gives True for an event of this name that holds nothing for a journey; None: none is such


def raw(*names: str) -> Pick:
    """Read the first of these properties that holds anything, as it came."""
    return lambda event: next((found for name in names if (found := event.properties.get(name)) is not None), None)


def _read(names: tuple[str, ...], reader: Callable[[Any], object]) -> Pick:
    """Read the first of these properties that can be read. If none can and one is there, return why it cannot."""

    def pick(event: Foreign) -> object:
        unread = None
        for name in names:
            if (value := event.properties.get(name)) is not None:
                if (found := reader(value)) is not None:
                    return found
                if unread is None and value != "":
                    unread = values.why_not(name, value)
        return unread

    return pick


def ref(*names: str) -> Pick:
    """Read a code or name."""
    return _read(names, values.text)


def count(*names: str) -> Pick:
    """Read a count."""
    return _read(names, values.whole)


def seconds(*names: str) -> Pick:
    """Read a length of time given in seconds, as milliseconds."""
    return _read(names, lambda value: values.whole(value, 1000))


def millis(*names: str) -> Pick:
    """Read a length of time given in milliseconds."""
    return _read(names, values.whole)


def score(*names: str) -> Pick:
    """Read a number on a scale, or a coordinate."""
    return _read(names, lambda value: None if (found := values.number(value)) is None else float(found))


def when(*names: str) -> Pick:
    """Read a point in time, as ms since 1970 UTC."""
    return _read(names, values.timestamp_ms)


def flag(*names: str) -> Pick:
    """Read true or false."""
    return _read(names, values.truth)


def page_path(*names: str) -> Pick:
    """Read a page's path."""
    return _read(names, values.path)


def length(*names: str) -> Pick:
    """Read the length of a text (characters) or a list (entries). Its content stays with the sender."""
    return lambda event: next((len(found) for name in names if isinstance(found := event.properties.get(name), str | list)), None)


def money(*names: str) -> Pick:
    """Read an amount of the event's currency, in minor units. The first of these properties that is there counts, read or not.

    Another property is another amount: a subtotal is no total.
    """

    def pick(event: Foreign) -> object:
        for name in names:
            value = event.properties.get(name)
            if value is not None and value != "":
                return read_amount(name, value, _code(event) or (code_in(value) if isinstance(value, str) else ""))
        return None

    return pick


def whole_amount(*names: str) -> Pick:
    """Read an amount that is sent in the currency's minor unit, as our own format has it: a whole number."""

    def pick(event: Foreign) -> object:
        for name in names:
            value = event.properties.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
            if value is not None and value != "":
                return Unread("unread_amount", name, "an amount is sent as a whole number of the currency's minor unit here")
        return None

    return pick


def code_of(*names: str) -> Pick:
    """Read a currency, ISO 4217."""
    return _read(names, values.currency)


def currency(event: Foreign) -> object:
    """Return the event's currency, ISO 4217. If it is not sent, return the one that stands in an amount's text."""
    if code := _code(event):
        return code
    for name in AMOUNTS:
        if isinstance(value := event.properties.get(name), str) and (code := code_in(value)):
            return code
    return None


def _code(event: Foreign) -> str:
    return values.currency(event.properties.get("currency")) or ""


def fixed(value: object) -> Pick:
    """Give this value always: the event's name alone says it."""
    return lambda _event: value


def either(*picks: Pick) -> Pick:
    """Read with the first of these that finds a value. An amount that is there and cannot be read ends the search."""

    def pick(event: Foreign) -> object:
        unread = None
        for each in picks:
            found = each(event)
            if found is not None and (type(found) is not Unread or found.reason == "unread_amount"):
                return found
            unread = unread or found
        return unread

    return pick


def page(event: Foreign) -> object:
    """Return the page or screen on which it happened."""
    return event.page or None


def anonymous(event: Foreign) -> object:
    """Return the `anon:<id>` that the customer had before on this device."""
    return event.anonymous or None


def _listed(event: Foreign) -> list[Any] | None:
    """Return the products that the event lists, as `products` or, as GA4 does, as `items`. One listed by its number has no properties."""
    for name in ("products", "items"):
        if isinstance(listed := event.properties.get(name), list):
            return listed
    return None


def pieces(event: Foreign) -> object:
    """Return how many pieces the listed products are. None means that no products are listed, which differs from zero pieces."""
    listed = _listed(event)
    if listed is None:
        return None
    return sum(1 if (found := values.whole(value_under(each, "quantity"))) is None else found for each in listed)


def first_product(*names: str) -> Pick:
    """Read a code or name of the first product that the event lists."""
    return lambda event: next(
        (found for each in (_listed(event) or ())[:1] for name in names if (found := values.text(value_under(each, name)))), None
    )


def categories(event: Foreign) -> object:
    """Return the categories of the listed products, each once, at most 16."""
    named = (value_under(each, "category") or value_under(each, "item_category") for each in _listed(event) or ())
    return tuple(dict.fromkeys(found for each in named if (found := values.text(each)) and len(found) <= MAX_REF))[:16]
