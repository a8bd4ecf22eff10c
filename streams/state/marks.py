"""The rings: per kind of touchpoint a bounded history of its latest touchpoints, for detectors to read.

An entry of a ring (a *mark*) keeps the time of one touchpoint and the fields that some detector declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any
from zlib import crc32

import msgspec

from schemas.durations import DAY, week_of
from schemas.touchpoints.base import Touchpoint, snake_case
from streams.state.journey import Rings

ALWAYS = "at"
NO_ENTRIES: Any = ()  # an empty ring: it takes no memory of its own and is not written
PRINTS = 16  # categories of one touchpoint, at most


def category_prints(touchpoint: Any) -> bytes:
    """Return one byte per category of the touchpoint, without repeats: enough to count different ones.

    Two different categories get the same byte once in 256 times, and then count as one.

    >>> from streams.story import story
    >>> [order] = story("0 web order_placed order=o1")
    >>> import msgspec
    >>> len(category_prints(msgspec.structs.replace(order, categories=("tents", "boots", "tents"))))
    2
    """
    return bytes(sorted({crc32(category.encode()) & 0xFF for category in touchpoint.categories})[:PRINTS])


def ring_code(number: int) -> str:
    """Return the name on the wire of the ring with this number in its layout.

    >>> ring_code(0), ring_code(35), ring_code(36), ring_code(71)
    ('0', 'z', '10', '1z')
    """
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < len(digits) else ring_code(number // len(digits)) + digits[number % len(digits)]


class Derived(msgspec.Struct, frozen=True):
    """A value that an entry keeps in place of a longer field."""

    source: str
    kept: type
    take: Callable[[Any], Any]


DERIVED = {"category_prints": Derived("categories", bytes, category_prints)}


class Ring(msgspec.Struct, frozen=True):
    """What a detector reads of one kind: how many entries, and which fields beside `at`."""

    length: int
    fields: tuple[str, ...] = ()
    distinct: bool = False  # one entry per value of the one field and period of four weeks


def last(length: int, *fields: str) -> Ring:
    """Declare the latest `length` entries of a kind, with these fields and with the id that evidence cites.

    >>> last(4, "target")
    Ring(length=4, fields=('id', 'target'), distinct=False)
    """
    return Ring(length, ("id", *fields))


def last_uncited(length: int, *fields: str) -> Ring:
    """Declare the same without ids, for touchpoints that are counted and never cited.

    >>> last_uncited(12)
    Ring(length=12, fields=(), distinct=False)
    """
    return Ring(length, fields)


def distinct_values(length: int, field: str) -> Ring:
    """Declare which values of a field occurred: per period of four weeks, the first entry with each value.

    All entries are kept if another detector reads the same kind in another way.

    >>> distinct_values(24, "feature")
    Ring(length=24, fields=('feature',), distinct=True)
    """
    return Ring(length, (field,), distinct=True)


def period_of(at: int) -> int:
    """Return the number of the four-week period, since 1970, that a time (ms UTC) lies in. Periods begin on a Monday.

    >>> period_of(1_767_600_000_000), period_of(1_767_600_000_000 + 28 * DAY)
    (730, 731)
    """
    return week_of(at // DAY) // 4


class Layout:
    """Which kinds have a ring, its length, and the fields of its entries: the union of what all detectors declared.

    `marks` are struct types with exactly the declared fields. Reading any other field raises AttributeError.
    """

    def __init__(self, reads: Iterable[Mapping[type[Touchpoint], Ring]]) -> None:
        length: dict[type[Touchpoint], int] = defaultdict(int)
        fields: dict[type[Touchpoint], set[str]] = defaultdict(set)
        distinct: dict[type[Touchpoint], bool] = {}
        for declared in reads:
            for kind, ring in declared.items():
                length[kind] = max(length[kind], ring.length)
                fields[kind] |= set(ring.fields) - {ALWAYS}
                distinct[kind] = distinct.get(kind, True) and ring.distinct
        self.kinds = {snake_case(kind.__name__): kind for kind in sorted(length, key=lambda k: k.__name__)}
        self.lengths = {name: length[kind] for name, kind in self.kinds.items()}
        self.distinct = {name for name, kind in self.kinds.items() if distinct[kind] and len(fields[kind]) == 1}
        self.fields = {name: [ALWAYS, *sorted(fields[kind])] for name, kind in self.kinds.items()}
        self.marks = {name: self._entry_type(name, kind) for name, kind in self.kinds.items()}
        self.codes = {name: ring_code(number) for number, name in enumerate(self.kinds)}
        slots: list[Any] = [
            (name, list[mark], msgspec.field(default=NO_ENTRIES, name=self.codes[name]))  # type: ignore[valid-type]
            for name, mark in self.marks.items()
        ]
        self.rings: Any = msgspec.defstruct("RingsInForce", slots, bases=(Rings,))
        self.writers = {kind: self._writer(name) for name, kind in self.kinds.items()}

    def _entry_type(self, name: str, kind: type[Touchpoint]) -> type[msgspec.Struct]:
        known = {f.name: f.type for f in msgspec.structs.fields(kind)}
        known |= {f: derived.kept for f, derived in DERIVED.items() if derived.source in known}
        if missing := [f for f in self.fields[name] if f not in known]:
            raise TypeError(f"a detector reads {', '.join(missing)} of {name}, which has no such field")
        return msgspec.defstruct(f"Mark_{name}", [(f, known[f]) for f in self.fields[name]], array_like=True, gc=False)

    def _field_reader(self, name: str) -> Callable[[Touchpoint], Iterable[Any]]:
        """Return the function that takes the declared fields from a touchpoint."""
        fields = self.fields[name]
        if fields == [ALWAYS]:
            return lambda touchpoint: (touchpoint.at,)
        if not DERIVED.keys() & fields:
            return attrgetter(*fields)
        takes = [DERIVED[field].take if field in DERIVED else attrgetter(field) for field in fields]
        return lambda touchpoint: [take(touchpoint) for take in takes]

    def _writer(self, name: str) -> Callable[[Rings, Touchpoint], None]:
        make, length, take, ring_of = self.marks[name], self.lengths[name], self._field_reader(name), attrgetter(name)

        def remember(rings: Rings, touchpoint: Touchpoint) -> None:
            ring: list[Any] = ring_of(rings)
            mark: Any = make(*take(touchpoint))
            if not ring:
                setattr(rings, name, [mark])
                return
            if mark.at >= ring[-1].at:
                ring.append(mark)
            else:  # a late touchpoint is inserted in time order
                ring.insert(next(i for i, m in enumerate(ring) if m.at > mark.at), mark)
            if len(ring) > length:
                del ring[0]

        return self._writer_of_new_values(name, remember) if name in self.distinct else remember

    def _writer_of_new_values(self, name: str, remember: Callable[[Rings, Touchpoint], None]) -> Callable[[Rings, Touchpoint], None]:
        """Return a writer that skips a touchpoint whose value the ring has in the same period."""
        value, ring_of = attrgetter(self.fields[name][1]), attrgetter(name)

        def remember_new(rings: Rings, touchpoint: Touchpoint) -> None:
            new, period = value(touchpoint), period_of(touchpoint.at)
            for mark in ring_of(rings):
                if value(mark) == new and period_of(mark.at) == period:
                    return
            remember(rings, touchpoint)

        return remember_new

    def first_of_each(self, name: str, ring: list[Any]) -> list[Any]:
        """Return a ring that was put together from two. Of distinct values, the first entry with each is kept, per period."""
        if name not in self.distinct:
            return ring
        value, found = attrgetter(self.fields[name][1]), dict[tuple[Any, int], Any]()
        for mark in ring:
            found.setdefault((value(mark), period_of(mark.at)), mark)
        return list(found.values())

    def description(self) -> list[tuple[str, list[str]]]:
        """Return the kinds and the fields of their entries, in the order in which they are encoded."""
        return list(self.fields.items())
