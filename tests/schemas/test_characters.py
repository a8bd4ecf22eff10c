"""No control character gets in by any text field of any kind, at either door; characters that turn letters around may, but in no id."""

from __future__ import annotations

import json
import tomllib
from itertools import product
from typing import Any, get_type_hints

import msgspec
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from schemas.characters import escaped_json, escaped_toml, visible
from schemas.inputs import read
from schemas.reading import Read, Rejected
from schemas.touchpoints import KINDS, Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn

LOGGED = 1_900_000_000_000
CONTROLS = ("\x00", "\n", "\x1b", "\x7f", "\x85", "\x9b")
TURNING = ("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c")
SECOND: dict[type[Touchpoint], str] = {IdentityLinked: "other", SignedIn: "anonymous"}  # kinds with a second customer's id
FIELDS = [
    pytest.param(kind, field, id=f"{kind.__name__}.{field.name}")
    for kind in KINDS
    for field in msgspec.structs.fields(kind)
    if get_type_hints(kind)[field.name] is str
]


def told(kind: type[Touchpoint], name: str, text: str, *, escaped: bool = True) -> Read | Rejected:
    """Return what becomes of the kind's example with this text in this field, in JSON's escapes or as it is."""
    event: dict[str, Any] = {**json.loads(kind.examples[0]), name: text}
    found = read(json.dumps(event, ensure_ascii=escaped).encode(), logged_at=LOGGED)
    assert isinstance(found, Read | Rejected)
    return found


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_no_control_character_gets_in(kind: type[Touchpoint], field: Any) -> None:
    """Mutants caught: C1 is let pass (`_C1` in `accept`); a field of ours that no look reaches; an optional field that is kept."""
    for mark, escaped in product(CONTROLS, (True, False)):
        found = told(kind, field.name, f"a{mark}b", escaped=escaped)
        if isinstance(found, Rejected):
            assert found.reason == "control_character"
            continue
        assert [each.reason for each in found.unread] == ["control_character"]
        assert mark not in getattr(found.touchpoint, field.name)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_character_that_turns_letters_around_is_in_no_id_of_a_customer(kind: type[Touchpoint], field: Any) -> None:
    """Mutants caught: ids with invisible characters are taken; names with them are refused."""
    for mark in TURNING:
        found = told(kind, field.name, f"a{mark}b")
        if field.name == "customer" or (kind in SECOND and field.name == SECOND[kind]):
            assert isinstance(found, Rejected) or mark not in getattr(found.touchpoint, field.name)
        else:
            assert isinstance(found, Read)
            assert not any(each.reason == "control_character" for each in found.unread)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_document_says_the_same_with_escapes(text: str) -> None:
    """Mutants caught: a JSON escape of a character beyond U+FFFF as one unit; C1 or U+007F left as it is; TOML with `\\x`."""
    written = escaped_json(json.dumps({"a": text}, ensure_ascii=False))
    assert written.isprintable()
    assert json.loads(written) == {"a": text}
    table = escaped_toml(tomli_w.dumps({"a": text, "b": [text]}))
    assert table.replace("\n", "").isprintable()
    assert tomllib.loads(table) == {"a": text, "b": [text]}


@given(st.text())
def test_what_is_shown_can_be_seen(text: str) -> None:
    """Mutant caught: only control characters are shown as codes."""
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)
