"""Laws of the door: whatever comes, it ends in one of the known ways, and costs no more than its length."""

from __future__ import annotations

import json
import time
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reading import REASONS, Batch, Headers, Read, Rejected
from schemas.touchpoints import Touchpoint
from schemas.writing import encode
from tests.schemas.hostile import EXAMPLES, messages
from tests.schemas.samples import LOGGED_AT, PAGE, STRUCTURED, accepted, event, outcome

# Reasons that no bytes alone have: of our own failures, of a record's place, of what a worker knows, and of parts of what is applied.
OF_PLACE_AND_TIME = {
    "failed", "wrong_key", "wrong_partition", "copied_control", "unknown_rules", "unreadable_rules", "unread_amount",
}  # fmt: skip


def check(value: bytes | None, headers: Headers) -> str:
    """Return the outcome's name, having checked what must hold for every input whatever."""
    found = outcome(value, headers)
    refused = found.refused if isinstance(found, Batch) else found if isinstance(found, Rejected) else None
    if refused is not None:
        assert refused.reason in REASONS
        assert refused.reason != "failed", (value, headers, found)
        assert len(refused.detail) < 256
    for each in found.reads if isinstance(found, Batch) else [found] if isinstance(found, Read) else []:
        check_touchpoint(each.touchpoint)
    return found.reason if isinstance(found, Rejected) else "read"


def check_touchpoint(touchpoint: Touchpoint) -> None:
    """Check what must hold for every touchpoint that passed the door."""
    assert touchpoint.id
    assert touchpoint.customer.strip(" 0-")
    assert touchpoint.at <= LOGGED_AT
    assert accepted(encode(touchpoint)).touchpoint == touchpoint
    assert encode(accepted(encode(touchpoint)).touchpoint) == encode(touchpoint)


@given(
    st.binary(max_size=200) | st.sampled_from([value for _, value in EXAMPLES]),
    st.lists(st.tuples(st.text(max_size=12), st.none() | st.binary())),
)
def test_no_bytes_and_no_headers_raise(value: bytes, headers: Headers) -> None:
    """Mutant caught: a decoder's error that is not caught at its place."""
    assert check(value, headers)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
@settings(max_examples=60)
def test_any_json_in_place_of_any_field_is_read_or_rejected(stuff: object) -> None:
    """Mutant caught: an envelope's attribute used before its type is known."""
    for name in ("specversion", "id", "source", "type", "time", "subject", "data", "datacontenttype"):
        whole = json.loads(event()) | {name: stuff}
        assert check(msgspec.json.encode(whole) if _fits(stuff) else b"{", STRUCTURED)
    for name in ("kind", "id", "customer", "at", "page", "source"):
        assert check(msgspec.json.encode(json.loads(PAGE) | {name: stuff}) if _fits(stuff) else b"{", ())


def _fits(stuff: object) -> bool:
    try:
        msgspec.json.encode(stuff)
    except (OverflowError, UnicodeEncodeError):
        return False
    return True


def test_hostile_messages_end_in_one_of_the_known_ways() -> None:
    """Mutant caught: RecursionError or UnicodeDecodeError let through; a reason that is never met is a spoiler that does not spoil."""
    outcomes = Counter(check(value, headers) for value, headers in messages(seed=7, count=20_000))
    assert outcomes.total() == 20_000
    assert set(REASONS) - set(outcomes) <= OF_PLACE_AND_TIME
    assert outcomes["read"] > 500


@pytest.mark.parametrize(
    "bomb", [b'"\\' * 250_000, b'\\"' * 250_000, b"[" * 520_000, b"[" + b"[]," * 170_000, b'{"a":' * 100_000, b'""' * 260_000]
)
def test_a_bomb_costs_no_more_than_its_length(bomb: bytes) -> None:
    """Mutant caught: strings cut out by a backtracking pattern: quadratic, minutes for 512 KiB."""
    started = time.process_time()
    assert check(bomb, ()) != "read"
    assert time.process_time() - started < 1
