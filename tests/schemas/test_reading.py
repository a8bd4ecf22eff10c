"""Reading: limits leave room for what is honest, times ahead are set back, and every format means the same."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conventions import NO_CONVENTIONS
from schemas.inputs import AHEAD, FORMATS, Format, read
from schemas.reading.limits import _SMALL, MAX_BYTES, MAX_DEPTH, MAX_KEYS, check_limits
from schemas.touchpoints import KINDS, Touchpoint
from schemas.writing import rfc3339
from tests.schemas.hostile import EXAMPLES
from tests.schemas.samples import (
    LOGGED_AT,
    PAGE,
    STRUCTURED,
    accepted,
    cloudevents_headers,
    event,
    nested,
    page,
    touchpoints,
    with_keys,
    with_text,
)

FITTING = (
    nested(MAX_DEPTH),
    nested(MAX_DEPTH).replace(b'"x":', b'"y":[],"x":'),
    with_keys(MAX_KEYS),
    with_text(300_000),
    PAGE + b" " * (MAX_BYTES - len(PAGE)),
    page(y='{":\\', x='\\"[' * 1_000),
)


@pytest.mark.parametrize("value", FITTING)
def test_what_just_fits_is_read(value: bytes) -> None:
    """Mutant caught: a limit one too low; brackets and colons counted inside of texts, past an escaped quote or backslash."""
    assert accepted(value).touchpoint == accepted(PAGE).touchpoint


@pytest.mark.parametrize("customer", ["c7", "7", "anon:5f2c", "100", "nullius", "0-1", "ü" * 128, "Null Island"])
def test_real_customers_are_not_blocked(customer: str) -> None:
    """Mutant caught: placeholders looked for inside of ids."""
    assert accepted(page(customer=customer)).touchpoint.customer == customer


def test_unknown_fields_and_headers_are_passed_over() -> None:
    """Mutant caught: `forbid_unknown_fields`, under which a newer sender would be cut off."""
    value = page(__faust={"ns": "x"}, reply_to="evil", newer=[1, {"a": None}])
    assert accepted(value, [("reply-to", b"evil"), ("traceparent", b"00"), ("x", None)]) == accepted(PAGE)


def test_of_a_key_that_comes_twice_the_last_counts_in_every_format() -> None:
    """Mutant caught: formats that disagree, by which one message could mean two customers."""
    twice = PAGE[:-1] + b',"customer":"c8"}'
    structured = event().replace(b'"customer": "c7"', b'"customer":"c7","customer":"c8"')
    assert accepted(twice).touchpoint.customer == accepted(structured, STRUCTURED).touchpoint.customer == "c8"


@pytest.mark.parametrize(
    ("ahead", "at", "clamped"), [(-1, -1, False), (0, 0, False), (1, 0, False), (AHEAD, 0, False), (AHEAD + 1, 0, True), (10**11, 0, True)]
)
def test_a_time_ahead_is_set_to_the_arrival_and_said_so_if_it_is_far(ahead: int, at: int, clamped: bool) -> None:
    """Mutants: `<` for `<=`; setting back without saying so; a time left ahead, behind which honest events are late."""
    found = accepted(page(at=LOGGED_AT + ahead))
    assert (found.touchpoint.at - LOGGED_AT, found.clamped) == (at, clamped)
    assert msgspec.structs.replace(found.touchpoint, at=0) == msgspec.structs.replace(accepted(PAGE).touchpoint, at=0)


@pytest.mark.parametrize("kind", KINDS)
def test_one_touchpoint_reads_the_same_in_every_format(kind: type[Touchpoint]) -> None:
    """Mutant caught: an envelope's id, source or time that does not arrive; `data` that overrules the envelope."""
    for text in kind.examples:
        fields = json.loads(text) | {"source": "web"}
        name, id, at = fields["kind"], fields["id"], fields["at"]
        wanted = accepted(json.dumps(fields).encode())
        own = {key: value for key, value in fields.items() if key not in ("kind", "id", "at", "source")}
        binary = accepted(json.dumps(own).encode(), cloudevents_headers(id, "web", f"com.acme.{name}", at))
        whole = event(id=id, type=f"com.acme.{name}.v1", time=rfc3339(at), subject=own.pop("customer"), data=own)
        assert wanted == binary == accepted(whole, STRUCTURED) == accepted(whole) == accepted(whole, [("traceparent", b"00")])


@pytest.mark.parametrize("time", ["2025-10-27T09:01:00Z", "2025-10-27T10:01:00.0004+01:00", "1761555660000", 1761555660000])
def test_an_envelopes_time_may_be_rfc_3339_or_milliseconds(time: object) -> None:
    """Mutant caught: the offset ignored, or milliseconds taken for seconds."""
    assert accepted(event(time=time), STRUCTURED).touchpoint.at == 1761555660000


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_every_formats_examples_are_read_by_that_format(row: Format) -> None:
    """Mutant caught: a format that does not recognise its own examples, or examples nobody wrote."""
    assert row.examples
    for headers, value in row.examples:
        assert row.matches(headers, value)
        found = row.read(value, headers, NO_CONVENTIONS)
        assert touchpoints(value, headers) == (found if isinstance(found, list) else [found])


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_ids_are_stable_under_redelivery(number: int) -> None:
    """Mutant caught: an id made up from arrival, so that a producer's retry counts as a second touchpoint."""
    headers, value = EXAMPLES[number]
    first = read(value, headers, logged_at=LOGGED_AT)
    again = read(bytes(value), [*reversed(headers), ("retry", b"1")], logged_at=LOGGED_AT + 86_400_000)
    assert first == again


@given(
    st.lists(st.sampled_from(["[", "]", "{", "}", ":", '"', "\\\\", '\\"', "a", "()", '"a[b"', '"k":', "[" * 15, '"x":{' * 6]), max_size=60)
)
def test_brackets_and_colons_count_outside_of_strings_alone(parts: list[str]) -> None:
    """Mutants caught: a string with a bracket taken out as one without; two levels taken away in one round; escapes left in.

    The reference goes over the text sign by sign.
    """
    text, inside, escaped, level, deepest, keys = "".join(parts) + " " * _SMALL, False, False, 0, 0, 0
    for sign in text:
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign == '"':
            inside = not inside
        elif not inside and sign in "[{":
            level, deepest = level + 1, max(deepest, level + 1)
        elif not inside and sign in "]}":
            level -= 1
        elif not inside and sign == ":":
            keys += 1
    found = check_limits(text.encode())
    assert (found is not None) == (deepest > MAX_DEPTH)
    assert keys <= MAX_KEYS
