"""The building blocks of the naming tables: where a foreign event holds a field of ours, and how it is read there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemas.foreign import values
from schemas.foreign.event import Foreign, normalize_keys

Pick: TypeAlias = Callable[[Foreign], object]  # gives None if the event does not hold it; the field is then left out


class Row(NamedTuple):
    """One kind of ours in a foreign vocabulary: its names there, and the place of each field."""

    kind: str  # our kind's name on the wire
    names: tuple[str, ...]  # as `normalize_name` writes them
    fields: Mapping[str, Pick]  # our field -> how it is read


def raw(*names: str) -> Pick:
    """Read the first of these properties that holds anything, as it came."""
    return lambda event: next((found for name in names if (found := event.properties.get(name)) is not None), None)


def _read(names: tuple[str, ...], reader: Callable[[Any], object]) -> Pick:
    def pick(event: Foreign) -> object:
        return next((found for name in names if (found := reader(event.properties.get(name))) is not None), None)

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


def page_path(*names: str) -> Pick:
    """Read a page's path."""
    return _read(names, values.path)


def length(*names: str) -> Pick:
    """Read the length of a text (characters) or a list (entries). Its content stays with the sender."""
    return _read(names, lambda value: len(value) if isinstance(value, str | list) else None)


def money(*names: str) -> Pick:
    """Read an amount of the event's currency, in minor units."""
    return lambda event: next(
        (found for name in names if (found := values.cents(event.properties.get(name), _code(event))) is not None), None
    )


def currency(event: Foreign) -> object:
    """Return the event's currency, ISO 4217."""
    return _code(event)


def _code(event: Foreign) -> str | None:
    return values.currency(event.properties.get("currency"))


def fixed(value: object) -> Pick:
    """Give this value always: the event's name alone says it."""
    return lambda _event: value


def either(*picks: Pick) -> Pick:
    """Read with the first of these that finds a value."""
    return lambda event: next((found for pick in picks if (found := pick(event)) is not None), None)


def page(event: Foreign) -> object:
    """Return the page or screen on which it happened."""
    return event.page or None


def products(event: Foreign) -> list[dict[str, Any]]:
    """Return the products that the event lists. A product listed by its number alone has no properties."""
    listed = event.properties.get("products")
    return [normalize_keys(each) for each in listed] if isinstance(listed, list) else []


def pieces(event: Foreign) -> object:
    """Return how many pieces the listed products are. None means that no products are listed, which differs from zero pieces."""
    if not isinstance(event.properties.get("products"), list):
        return None
    return sum(1 if (found := values.whole(each.get("quantity"))) is None else found for each in products(event))


def categories(event: Foreign) -> object:
    """Return the categories of the listed products, each once, at most 16."""
    return tuple(dict.fromkeys(found for each in products(event) if (found := values.text(each.get("category")))))[:16]
