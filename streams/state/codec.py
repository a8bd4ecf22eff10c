"""The codec of a journey: a fixed header that can be read alone, then the journey as MessagePack.

Header (16 bytes, big-endian): version 1 (u8), three zero bytes, layout id (u32), next wake (i64, ms UTC, 0 = none).

The layout id names the layout of the rings. A partition keeps a description of every layout it has stored. So a state of an older
layout can still be read. Without it, adding a detector would lose what journeys remember.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from hashlib import blake2b
from types import NoneType
from typing import Annotated, Any, Literal, cast, get_args, get_origin

import msgspec

from streams.state.journey import Journey, Rings
from streams.state.marks import Layout

HEADER = struct.Struct(">B3xIq")
VERSION = 1
Description = list[tuple[str, list[str]]]


class UnreadableStateError(ValueError):
    """These bytes are no journey that this version can read. The message says why."""


def stored_next_wake(state: bytes) -> int:
    """Return the next timer of an encoded journey (ms UTC, 0 = none), read from its header alone.

    >>> stored_next_wake(HEADER.pack(1, 0, 1234) + b"...")
    1234
    """
    return int(HEADER.unpack_from(state)[2])


def stored_layout_id(state: bytes) -> int:
    """Return the layout id of an encoded journey, read from its header alone; 0 if the header is not complete."""
    return int(HEADER.unpack_from(state)[1]) if len(state) >= HEADER.size else 0


class Codec:
    """Encodes and decodes journeys in the layout in force."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.description: Description = layout.description()
        self.layout_id = int.from_bytes(blake2b(msgspec.json.encode(self.description), digest_size=4).digest(), "big")
        rings = ("rings", layout.rings, msgspec.field(default_factory=layout.rings))
        self._journey = cast(type[Journey], msgspec.defstruct("JourneyInForce", [rings], bases=(Journey,), array_like=True))
        self._decoder = msgspec.msgpack.Decoder(self._journey)
        self._encoder = msgspec.msgpack.Encoder()

    def new(self) -> Journey:
        """Return a journey without any touchpoint."""
        return self._journey()

    def encode(self, journey: Journey) -> bytes:
        """Return the bytes of the journey. Equal journeys give equal bytes."""
        return HEADER.pack(VERSION, self.layout_id, journey.next_wake) + self._encoder.encode(journey)

    def decode(self, state: bytes, layouts: Mapping[int, Description]) -> Journey:
        """Return the journey of these bytes. Raises UnreadableStateError.

        `layouts` are the descriptions of older layouts. Rings of an older layout are copied by field name.
        """
        if len(state) < HEADER.size:
            raise UnreadableStateError(f"{len(state)} bytes are less than a header of {HEADER.size}")
        version, layout_id, _ = HEADER.unpack_from(state)
        if version != VERSION:
            raise UnreadableStateError(f"state version {version}; this program reads version {VERSION}")
        try:
            if layout_id == self.layout_id:
                return self._decoder.decode(memoryview(state)[HEADER.size :])
            return self._carry_over(state, layouts.get(layout_id), layout_id)
        except msgspec.DecodeError as error:
            raise UnreadableStateError(str(error)) from error

    def _carry_over(self, state: bytes, stored: Description | None, layout_id: int) -> Journey:
        if stored is None:
            raise UnreadableStateError(f"its rings have layout {layout_id:08x}, which this partition has no description of")
        fields = msgspec.msgpack.decode(memoryview(state)[HEADER.size :])
        at = self._journey.__struct_fields__.index("rings")
        rings = self._rings({name: (keys, ring) for (name, keys), ring in zip(stored, fields[at], strict=True)})
        fields[at] = msgspec.to_builtins(rings)
        return msgspec.convert(fields, self._journey)

    def _rings(self, old: dict[str, tuple[list[str], list[list[Any]]]]) -> Rings:
        """Return rings of the layout in force, filled by field name. A field that was not kept before gets the empty value of its type."""
        rings: Rings = self.layout.rings()
        for name, mark in self.layout.marks.items():
            keys, ring = old.get(name, ([], []))
            types = {f.name: f.type for f in msgspec.structs.fields(mark)}
            for values in ring[-self.layout.lengths[name] :]:
                kept = dict(zip(keys, values, strict=True))
                getattr(rings, name).append(mark(**{f: kept.get(f, _empty(types[f])) for f in mark.__struct_fields__}))
        return rings


def _empty(kind: Any) -> Any:
    """Return the value of a field that was not kept before: None where the type allows it, otherwise the type's empty value.

    >>> _empty(int | None), _empty(Annotated[int, "ms"]), _empty(Literal["csat", "nps"]), _empty(tuple[str, ...])
    (None, 0, 'csat', ())
    """
    if get_origin(kind) is Annotated:
        return _empty(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if NoneType in get_args(kind):
        return None
    return (get_origin(kind) or kind)()
