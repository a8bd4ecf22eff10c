"""The words of the naming tables: where a field of ours stands in a foreign event, and how it is read there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemas.foreign import values
from schemas.foreign.event import Foreign, keyed

Pick: TypeAlias = Callable[[Foreign], object]  # None: not there, and the field is left out


class Row(NamedTuple):
    """One kind of ours in a foreign vocabulary: the names it goes by there, and each field's place."""

    kind: str
    names: tuple[str, ...]  # as `normal` writes them
    fields: Mapping[str, Pick]


def raw(*names: str) -> Pick:
    """The first of these properties that holds anything, as it came."""
    return lambda event: next((found for name in names if (found := event.properties.get(name)) is not None), None)


def _read(names: tuple[str, ...], reader: Callable[[Any], object]) -> Pick:
    def pick(event: Foreign) -> object:
        return next((found for name in names if (found := reader(event.properties.get(name))) is not None), None)

    return pick


def ref(*names: str) -> Pick:
    """A code or name."""
    return _read(names, values.text)


def count(*names: str) -> Pick:
    """How many."""
    return _read(names, values.whole)


def seconds(*names: str) -> Pick:
    """A length given in seconds, as milliseconds."""
    return _read(names, lambda value: values.whole(value, 1000))


def millis(*names: str) -> Pick:
    """A length given in milliseconds."""
    return _read(names, values.whole)


def score(*names: str) -> Pick:
    """A number on a scale, or a coordinate."""
    return _read(names, lambda value: None if (found := values.number(value)) is None else float(found))


def when(*names: str) -> Pick:
    """A point in time."""
    return _read(names, values.moment)


def pathed(*names: str) -> Pick:
    """A page's path."""
    return _read(names, values.path)


def length(*names: str) -> Pick:
    """How long a text or a list is; what it says stays with the sender."""
    return _read(names, lambda value: len(value) if isinstance(value, str | list) else None)


def money(*names: str) -> Pick:
    """An amount of the event's currency, in minor units."""
    return lambda event: next(
        (found for name in names if (found := values.cents(event.properties.get(name), _code(event))) is not None), None
    )


def currency(event: Foreign) -> object:
    """The event's currency."""
    return _code(event)


def _code(event: Foreign) -> str | None:
    return values.currency(event.properties.get("currency"))


def fixed(value: object) -> Pick:
    """What the name alone says."""
    return lambda _event: value


def either(*picks: Pick) -> Pick:
    """The first of these that is there."""
    return lambda event: next((found for pick in picks if (found := pick(event)) is not None), None)


def page(event: Foreign) -> object:
    """The page or screen it happened on."""
    return event.page or None


def products(event: Foreign) -> list[dict[str, Any]]:
    """The products that the event lists; one that is listed by its number alone has no properties."""
    listed = event.properties.get("products")
    return [keyed(each) for each in listed] if isinstance(listed, list) else []


def pieces(event: Foreign) -> object:
    """How many pieces the listed products are; None where none are listed: that is not the same as nothing."""
    if not isinstance(event.properties.get("products"), list):
        return None
    return sum(1 if (found := values.whole(each.get("quantity"))) is None else found for each in products(event))


def categories(event: Foreign) -> object:
    """The listed products' categories, each once."""
    return tuple(dict.fromkeys(found for each in products(event) if (found := values.text(each.get("category")))))[:16]
