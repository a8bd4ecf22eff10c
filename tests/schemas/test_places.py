"""A touchpoint that names no place is at its page, screen, queue or carrier: however it is read or made."""

from __future__ import annotations

import msgspec
import pytest

from schemas.inputs import native
from schemas.masking import mask
from schemas.touchpoints import KINDS, kind_of
from schemas.touchpoints.base import PLACES, Touchpoint
from schemas.touchpoints.units import MOMENTS, Moment
from streams.story import story

PLACED = [kind for kind in KINDS if set(PLACES) & set(kind.__struct_fields__)]


def read(text: str) -> Touchpoint:
    found = native.touchpoint(text.encode())
    assert found is not None
    return found


@pytest.mark.parametrize("kind", PLACED, ids=kind_of)
def test_the_field_that_says_where_is_the_place(kind: type[Touchpoint]) -> None:
    """Mutants caught: kinds of the web alone; a place that was sent is overwritten; a copy or a second reading forgets it."""
    assert kind.placed_by in PLACES
    sent = msgspec.json.decode(kind.examples[0].encode())
    sent[kind.placed_by] = "here"
    found = read(msgspec.json.encode(sent).decode())
    assert found.place == "here"
    assert read(msgspec.json.encode(found).decode()) == found == msgspec.structs.replace(found)
    assert read(msgspec.json.encode(sent | {"place": "there"}).decode()).place == "there"


def test_there_are_such_kinds() -> None:
    """Mutant caught: the parameters above are none."""
    assert {"page_viewed", "screen_viewed", "contact_queued", "parcel_scanned"} <= {kind_of(kind) for kind in PLACED}


def test_stories_say_the_same_as_what_is_read() -> None:
    """Mutant caught: the place is filled by the native reader alone, and a told story differs from a read one."""
    (told,) = story("0 web page_viewed page=/shop")
    assert read(msgspec.json.encode(told).decode()) == told
    assert told.place == "/shop"


def test_a_secret_in_a_page_is_in_no_place() -> None:
    """Mutant caught: the place keeps what was hidden in the page."""
    (told,) = story("0 web page_viewed page=/reset/5f2c9a8b7d6e5f4a")
    masked, rules = mask(told)
    assert (masked.place, rules) == ("/reset/*", ("token",))


def test_every_point_in_time_is_known_by_its_name() -> None:
    """`sojourn explain` writes these as dates. Mutant caught: a new field whose milliseconds nobody can read."""
    found = {field.name for kind in KINDS for field in msgspec.structs.fields(kind) if field.type in (Moment, Moment | None)}
    assert found == set(MOMENTS)
