"""A mark is the short memory of a touchpoint: when, which, and the fields that some detector asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from schemas.touchpoints.base import Touchpoint, snake_case
from streams.state import Rings

ALWAYS = "at"


class Ring(msgspec.Struct, frozen=True):
    """How far back a detector reads, and which fields beside `at`."""

    length: int
    fields: tuple[str, ...] = ()


def last(length: int, *fields: str) -> Ring:
    """The latest `length` marks of a kind, with these fields and the id that evidence cites.

    >>> last(4, "target")
    Ring(length=4, fields=('id', 'target'))
    """
    return Ring(length, ("id", *fields))


def moments(length: int, *fields: str) -> Ring:
    """The same without ids: for what is counted, and not cited.

    >>> moments(12)
    Ring(length=12, fields=())
    """
    return Ring(length, fields)


class Layout:
    """Which kinds have a ring, how long it is and what its marks keep: the union of all that detectors declared.

    `types` are struct types whose attributes are exactly what was declared: reading anything else raises.
    """

    def __init__(self, reads: Iterable[Mapping[type[Touchpoint], Ring]]) -> None:
        length: dict[type[Touchpoint], int] = defaultdict(int)
        fields: dict[type[Touchpoint], set[str]] = defaultdict(set)
        for declared in reads:
            for kind, ring in declared.items():
                length[kind] = max(length[kind], ring.length)
                fields[kind] |= set(ring.fields) - {ALWAYS}
        self.kinds = {snake_case(kind.__name__): kind for kind in sorted(length, key=lambda k: k.__name__)}
        self.lengths = {name: length[kind] for name, kind in self.kinds.items()}
        self.fields = {name: [ALWAYS, *sorted(fields[kind])] for name, kind in self.kinds.items()}
        self.marks = {name: self._mark(name, kind) for name, kind in self.kinds.items()}
        slots: list[Any] = [(name, list[mark], msgspec.field(default_factory=list)) for name, mark in self.marks.items()]  # type: ignore[valid-type]
        self.rings: Any = msgspec.defstruct("RingsInForce", slots, bases=(Rings,), array_like=True)
        self.remember = {kind: self._writer(name) for name, kind in self.kinds.items()}

    def _mark(self, name: str, kind: type[Touchpoint]) -> type[msgspec.Struct]:
        known = {f.name: f.type for f in msgspec.structs.fields(kind)}
        if missing := [f for f in self.fields[name] if f not in known]:
            raise TypeError(f"a detector reads {', '.join(missing)} of {name}, which has no such field")
        return msgspec.defstruct(f"Mark_{name}", [(f, known[f]) for f in self.fields[name]], array_like=True, gc=False)

    def _writer(self, name: str) -> Callable[[Rings, Touchpoint], None]:
        make, length = self.marks[name], self.lengths[name]
        take = attrgetter(*self.fields[name]) if len(self.fields[name]) > 1 else lambda touchpoint: (touchpoint.at,)
        ring_of = attrgetter(name)

        def remember(rings: Rings, touchpoint: Touchpoint) -> None:
            ring = ring_of(rings)
            if ring and ring[-1].at > touchpoint.at:  # late: goes where it belongs in time
                ring.insert(next(i for i, m in enumerate(ring) if m.at > touchpoint.at), make(*take(touchpoint)))
            else:
                ring.append(make(*take(touchpoint)))
            if len(ring) > length:
                del ring[0]

        return remember

    def description(self) -> list[tuple[str, list[str]]]:
        """Kinds and their marks' fields, in the order in which they are encoded."""
        return list(self.fields.items())
