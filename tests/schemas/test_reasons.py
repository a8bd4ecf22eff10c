"""Each fault an input can have leads to its own reason, and only that."""

from __future__ import annotations

from typing import get_args

import pytest

from schemas.reading import REASONS, REMEDIES, Headers, Reason, Rejected
from schemas.reading.limits import MAX_BYTES, MAX_DEPTH, MAX_KEYS
from tests.schemas.samples import PAGE, STRUCTURED, cloudevents_headers, event, nested, outcome, page, with_keys

BINARY = cloudevents_headers("e1", "web", "page_viewed", 1761555660000)
REJECTED: tuple[tuple[Reason, bytes | None, Headers], ...] = (
    ("empty", None, ()),
    ("empty", b"", ()),
    ("too_large", b" " * (MAX_BYTES + 1), ()),
    ("not_utf8", PAGE[:-1] + b',"x":"\xff"}', ()),
    ("not_utf8", b"{}", [*BINARY, ("ce_subject", b"\xff")]),
    ("too_deep", nested(MAX_DEPTH + 1), ()),
    ("too_deep", b"[" * 60_000, ()),
    ("too_many_keys", with_keys(MAX_KEYS + 1), ()),
    ("too_long_text", page(id="e" * 257), ()),
    ("too_long_text", page(customer="ü" * 129), ()),
    ("unreadable_json", b"page_viewed", ()),
    ("unreadable_json", PAGE + b"x", ()),
    ("unreadable_json", PAGE[:-1], ()),
    ("unreadable_json", b"{", STRUCTURED),
    ("not_finite", PAGE[:-1] + b',"x":NaN}', ()),
    ("not_finite", PAGE[:-1] + b',"x":-Infinity}', ()),
    ("not_finite", b'{"kind":"clicked","id":"e1","customer":"c7","at":1761555660000,"target":"t","x":1e999}', ()),
    ("not_finite", event().replace(b'"/"', b"1e999"), STRUCTURED),
    ("empty", b"[]", [("content-type", b"application/cloudevents-batch+json")]),
    ("empty", b"[]", ()),
    ("empty", b'{"schema":null,"payload":""}', ()),
    ("unsupported_format", event(), [("content-type", b"application/cloudevents+avro")]),
    ("unsupported_format", b"\x1f\x8b\x08\x00", ()),
    ("unsupported_format", b"data=e30%3D", ()),
    ("unsupported_format", event(specversion="2.0"), STRUCTURED),
    ("unsupported_format", event(data=None, data_base64="e30="), STRUCTURED),
    ("unsupported_format", event(datacontenttype="text/xml"), STRUCTURED),
    ("unknown_kind", page(kind="page_veiwed"), ()),
    ("unknown_kind", page(kind=""), ()),
    ("unknown_kind", event(type="com.acme.page_veiwed"), STRUCTURED),
    ("unsigned_control", b'{"kind":"tick","customer":"c7","due":1}', ()),
    ("unsigned_control", event(type="tick"), STRUCTURED),
    ("missing_field", b"{}", ()),
    ("missing_field", b'{"id":"e1","customer":"c7","at":1761555660000,"page":"/"}', ()),
    ("missing_field", b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000}', ()),
    ("missing_field", page(id=""), ()),
    ("missing_field", event(id=None), STRUCTURED),
    ("wrong_type", event(id=25), STRUCTURED),
    ("missing_field", event(time=None), STRUCTURED),
    ("wrong_type", b"7", ()),
    ("wrong_type", page(kind=7), ()),
    ("wrong_type", page(page=7), ()),
    ("wrong_type", page(customer=7), ()),
    ("wrong_type", b"[]", STRUCTURED),
    ("wrong_type", event(data="/"), STRUCTURED),
    *(("out_of_range", page(kind="cursor_moved", turns=turns, over_ms=1), ()) for turns in (-1, 2**53 + 1)),
    ("no_customer", b'{"kind":"page_viewed","id":"e1","at":1761555660000,"page":"/"}', ()),
    ("no_customer", page(customer=None), ()),
    ("no_customer", event(data={"page": "/"}), STRUCTURED),
    *(
        ("blocked_customer", page(customer=name), ())
        for name in ("", " ", "0", "00000000-0000-0000-0000-000000000000", "-1", "NULL", " none")
    ),
    *(
        ("blocked_customer", page(customer=name), ())
        for name in ("undefined", "[object Object]", "anon:", "anon:null", "anon:0", "anon: null ")
    ),
    *(
        ("control_character", page(**{field: text}), ())
        for field in ("customer", "id", "page")
        for text in ("\0c7", "c\n7", "c7\x7f8", "c\x857")
    ),
    ("control_character", page(customer="c\u200b7"), ()),
    *(("bad_time", page(at=at), ()) for at in (0, -1, 1761555660, 1761555660000000, 10**30, "1761555660000", 1761555660000.0, True)),
    ("missing_field", page(at=None), ()),
    ("bad_time", event(time="yesterday"), STRUCTURED),
    ("bad_time", event(time="9" * 5_000), STRUCTURED),
    ("failed", PAGE, [("only a name",)]),  # type: ignore[list-item]
)


@pytest.mark.parametrize(("reason", "value", "headers"), REJECTED, ids=[f"{row[0]}-{number}" for number, row in enumerate(REJECTED)])
def test_each_fault_has_its_own_reason(reason: Reason, value: bytes | None, headers: Headers) -> None:
    """Mutant caught: any line of the diagnosis removed or moved, any limit off by one."""
    found = outcome(value, headers)
    assert isinstance(found, Rejected)
    assert found.reason == reason, found
    assert (found.sentence, found.remedy) == (REASONS[reason], REMEDIES[reason])


def test_the_reasons_are_a_closed_set_and_each_is_reached() -> None:
    """Mutant caught: a reason without a sentence, or one that nothing leads to."""
    # Only the touchpoint topic has these, and an amount refuses no event; other files test both.
    of_the_direct_door = {"wrong_key", "wrong_partition", "copied_control", "unknown_rules", "unreadable_rules", "unread_amount"}
    assert set(get_args(Reason)) == set(REASONS) == {reason for reason, _, _ in REJECTED} | of_the_direct_door
    assert all(sentence.endswith(".") for sentence in (*REASONS.values(), *REMEDIES.values()))
    assert set(REMEDIES) == set(REASONS)
