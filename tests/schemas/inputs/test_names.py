"""Laws of the naming tables: every name is read once, every field exists, and whatever a property holds, nothing raises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.foreign import NAMES, ROWS
from schemas.foreign.building import names_of
from schemas.foreign.event import normalize_name
from schemas.foreign.own import MONEY, units_of
from schemas.foreign.picks import Row
from schemas.inputs import FORMATS
from schemas.touchpoints import BY_KIND, KINDS, Touchpoint, kind_of
from tests.schemas.inputs.sent import as_json, captured, described, one, payload, track, tracked
from tests.schemas.samples import accepted
from tests.schemas.test_hostile import check

ENVELOPE = {"id", "customer", "at", "source"}


def asked(row: Row) -> list[str]:
    """Return every property that the row looks at."""
    return sorted({name for pick in row.fields.values() for name in names_of(pick)})


def required(kind: type[Touchpoint]) -> set[str]:
    """Return the fields that the kind cannot do without."""
    return {each.name for each in msgspec.structs.fields(kind) if each.required} - ENVELOPE


each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.names[0])


def test_every_name_stands_in_one_row_as_it_is_looked_up() -> None:
    """Mutants: a name in two rows, of which the later wins in silence; a name as its sender writes it, which is never found."""
    names = [name for row in ROWS for name in row.names]
    assert len(names) == len(set(names)) == len(NAMES)
    assert [name for name in names if normalize_name(name) != name] == []


@each_row
def test_every_row_fills_fields_that_its_kind_has_and_all_it_needs(row: Row) -> None:
    """Mutants: a field misspelt, which the typed reader would pass over; a needed field without a place to stand."""
    kind = BY_KIND[row.kind]
    assert set(row.fields) <= set(kind.__struct_fields__) - ENVELOPE
    assert required(kind) <= set(row.fields)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind_of(kind) not in NAMES], ids=kind_of)
def test_our_own_kinds_are_read_by_our_own_fields(kind: type[Touchpoint]) -> None:
    """Mutants: our fields renamed on the way; amounts of an SDK left in the minor unit, where it sends the major one."""
    amounts = {field for field, unit in units_of(kind).items() if unit in MONEY}
    for text in kind.examples:
        fields = {name: held / 100 if name in amounts else held for name, held in json.loads(text).items()}
        sent = track(fields.pop("kind").replace("_", " ").title(), **{name: fields[name] for name in fields if name not in ENVELOPE})
        sent |= {"messageId": fields["id"], "userId": fields["customer"], "timestamp": fields["at"], "anonymousId": None}
        assert one(sent) == accepted(json.dumps(json.loads(text) | {"source": "segment"}).encode()).touchpoint


def test_our_own_fields_may_carry_id_behind_their_name_and_times_in_iso() -> None:
    """Mutant: `order_id` not found for `order`; a promise's time left as text, which is no time."""
    assert one(track("Delivery Promised", order_id="o1", by="2025-10-29T09:00:00Z")).by == 1_761_728_400_000  # type: ignore[attr-defined]


numbers = st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?([eE]-?[0-9]{1,8})?", fullmatch=True)
stuff = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["product_id", "quantity", "name"]), inner, max_size=3),
    max_leaves=4,
)


@each_row
@given(st.sampled_from([0, 1, 2]), st.lists(stuff, max_size=40))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_property_holds_the_event_is_read_or_rejected(row: Row, spelling: int, given_them: list[object]) -> None:
    """Mutants: a value used before its type is known (len of a number, round of an infinity, text.split of a list)."""
    names = asked(row)
    written = [names, [f"${name}" for name in names], [name.title().replace("_", " ") for name in names]][spelling]
    assert check(as_json(track(row.names[-1], **dict(zip(written, given_them, strict=False)))), ())


FOREIGN = [value for row in FORMATS if row.name in ("segment", "posthog", "snowplow") for _, value in row.examples]


def places(message: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value in a message, the message's own first."""
    yield path
    inside = message.items() if isinstance(message, dict) else enumerate(message) if isinstance(message, list) else ()
    for name, held in inside:
        yield from places(held, (*path, name))


def put(message: Any, path: tuple[Any, ...], given: object) -> Any:
    """Return the message with something else in this place."""
    if not path:
        return given
    changed = dict(message) if isinstance(message, dict) else list(message)
    changed[path[0]] = put(message[path[0]], path[1:], given)
    return changed


@pytest.mark.parametrize("value", FOREIGN)
@given(given_there=stuff)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_any_place_of_an_envelope_it_is_read_or_rejected(value: bytes, given_there: object) -> None:
    """Mutant: `.get` of what is no object, a batch that is no list, a context that is a number."""
    message = json.loads(value)
    assert all(check(as_json(put(message, path, given_there)), ()) for path in places(message))


def test_an_event_that_carries_marks_of_other_formats_is_still_its_own() -> None:
    """Mutant: the first format that finds a word of its own takes the event."""
    marks = {"distinct_id": "x", "event_id": "x", "userId": "x", "anonymousId": "x", "type": "x"}
    assert one(track("Cart Viewed", **marks)).source == "segment"
    assert one(captured("$pageview", **marks, messageid="x")).source == "posthog"
    for carried in (marks, marks | {"messageId": "x"}):
        assert one(payload(tracked("pv", contexts=[described("com.acme/x", carried)]))).source == "snowplow"
