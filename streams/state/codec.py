"""The codec of a journey: a fixed header that can be read alone, then the journey as MessagePack.

Header (16 bytes, big-endian): version 2 (u8), three zero bytes, layout id (u32), next wake (i64, ms UTC, 0 = none).

The layout id names the layout of the rings. A partition keeps a description of every layout it has stored. So a state of an older
layout can still be read. Without it, adding a detector would lose what journeys remember.

Version 1 was one array of all fields, with every ring in the order of the layout. It is still read.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from hashlib import blake2b
from types import NoneType
from typing import Annotated, Any, Literal, cast, get_args, get_origin

import msgspec

from streams.state.journey import Background, Journey, Looking, Rings
from streams.state.marks import Layout, ring_code

HEADER = struct.Struct(">B3xIq")
VERSION, FLAT = 2, 1  # of a state; FLAT: the version before, one array of all fields and of all rings
FLAT_FIELDS = (  # in the order of version 1
    "newest", "next_wake", "stage", "phase", "rung", "episode", "first_seen", "kinds", "channels", "day", "days", "weeks",
    "cadence", "value", "deadlines", "open", "contributions", "band", "band_due", "consents", "zone", "made", "deferred",
    "recent_ids", "late", "dropped", "rings", "scores", "references", "acts", "acted_at", "acted_id", "woken", "places",
    "bytes_since_check", "purchases_at_slip", "forward", "earlier", "absorbed_hand_overs", "linked_ids", "dimensions", "promises",
    "plan_price", "motives", "personas", "realms", "ratings", "periods", "known_as", "week_due", "prediction_due", "predicted_at",
    "things", "forget_due", "language", "held_up", "ask_due", "mets", "first_met", "attempts", "trail",
)  # fmt: skip
_FIELD_TYPES = {
    each.name: each.type for part in (Journey, Looking, Background) for each in msgspec.structs.fields(part) if each.name in FLAT_FIELDS
}
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
        read_rings = msgspec.msgpack.Decoder(layout.rings).decode
        inside = {"read_rings": staticmethod(read_rings)}
        self._journey = cast(type[Journey], msgspec.defstruct("JourneyInForce", [], bases=(Journey,), namespace=inside, array_like=True))
        self._decoder = msgspec.msgpack.Decoder(self._journey)
        self._encoder = msgspec.msgpack.Encoder()
        self._no_rings = msgspec.Raw(self._encoder.encode(layout.rings()))

    def new(self) -> Journey:
        """Return a journey without any touchpoint."""
        return self._journey(ring_part=self._no_rings)

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
        if version not in (VERSION, FLAT):
            raise UnreadableStateError(f"state version {version}; this program reads versions {FLAT} and {VERSION}")
        try:
            if version == VERSION and layout_id == self.layout_id:
                return self._decoder.decode(memoryview(state)[HEADER.size :])
            stored = self.description if layout_id == self.layout_id else layouts.get(layout_id)
            return self._carry_over(state, stored, layout_id, version)
        except msgspec.DecodeError as error:
            raise UnreadableStateError(str(error)) from error

    def _carry_over(self, state: bytes, stored: Description | None, layout_id: int, version: int) -> Journey:
        """Return the journey of a state of another layout or version, with its rings in the layout in force."""
        if stored is None:
            raise UnreadableStateError(f"its rings have layout {layout_id:08x}, which this partition has no description of")
        fields: list[Any] = msgspec.msgpack.decode(memoryview(state)[HEADER.size :])
        if version == FLAT:
            given = dict(zip(FLAT_FIELDS, fields, strict=False))
            journey, rings = self._from_flat(given), given.get("rings", [])
        else:
            journey, at = self._decoder.decode(memoryview(state)[HEADER.size :]), Journey.__struct_fields__.index("ring_part")
            rings = [fields[at].get(ring_code(number), ()) for number in range(len(stored))]
        journey.rings = self._rings({name: (keys, ring) for (name, keys), ring in zip(stored, rings, strict=True)})
        return journey

    def _from_flat(self, given: dict[str, Any]) -> Journey:
        """Return the journey of a state of version 1, without its rings."""
        journey = self.new()
        for name, kind in _FIELD_TYPES.items():
            if name in given:
                setattr(journey, name, msgspec.convert(given[name], kind))
        return journey

    def _rings(self, old: dict[str, tuple[list[str], list[list[Any]]]]) -> Rings:
        """Return rings of the layout in force, filled by field name. A field that was not kept before gets the empty value of its type."""
        found = {}
        for name, mark in self.layout.marks.items():
            keys, ring = old.get(name, ([], []))
            types = {f.name: f.type for f in msgspec.structs.fields(mark)}
            kept = [dict(zip(keys, values, strict=True)) for values in ring[-self.layout.lengths[name] :]]
            if kept:
                found[name] = [mark(**{f: each.get(f, _empty(types[f])) for f in mark.__struct_fields__}) for each in kept]
        rings: Rings = self.layout.rings(**found)
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
