"""Control records: every number of them can be stored, whoever signed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from agents.journey.direct_input import DirectInput, Refused
from schemas.control import CONTROLS, Control
from schemas.control.signing import SIGNATURE, signature
from schemas.touchpoints.units import EXACT


def whole_numbers(kind: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every whole number inside a record, by its path, with its type's description."""
    found = msgspec.inspect.type_info(kind) if isinstance(kind, type) else kind
    if isinstance(found, msgspec.inspect.IntType):
        yield path, found
    elif isinstance(found, msgspec.inspect.StructType):
        for field in found.fields:
            yield from whole_numbers(field.type, f"{path}.{field.name}")
    elif isinstance(found, msgspec.inspect.UnionType):
        for each in found.types:
            yield from whole_numbers(each, path)
    else:
        for part in ("item_type", "value_type"):
            if hasattr(found, part):
                yield from whole_numbers(getattr(found, part), path)
        for each in getattr(found, "item_types", ()):
            yield from whole_numbers(each, path)


@pytest.mark.parametrize("kind", CONTROLS, ids=lambda kind: kind.__name__)
def test_every_whole_number_of_a_control_record_can_be_stored(kind: type[Control]) -> None:
    """Mutant: a version that is a plain `int`. One of 10**24, signed, ended the worker at each start: the commit could not be written."""
    for path, number in whole_numbers(kind):
        assert number.ge is not None, path
        assert number.le is not None, path
        assert -EXACT <= number.ge < number.le <= EXACT, path


def test_a_signed_record_with_a_number_out_of_bounds_is_refused() -> None:
    value = b'{"kind":"baseline_published","detector":"d","version":1000000000000000000000000,"norms":{}}'
    signed = [(SIGNATURE, signature(b"secret", b"topic/0", value))]
    found = DirectInput([b"secret"]).open(b"control", value, signed, 1_767_225_600_000, place=b"topic/0")
    assert isinstance(found, Refused)
