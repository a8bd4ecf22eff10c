"""Money: the digits of each currency, what is known and what is not, and what no amount can be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.currencies import UNUSUAL, digits, in_words
from schemas.inputs import read
from schemas.reading import Read, Rejected
from schemas.touchpoints import BY_KIND, KINDS
from schemas.touchpoints.units import EXACT, MONEY

amounts = st.integers(-EXACT, EXACT)
codes = st.sampled_from(["", "EUR", "USD", *UNUSUAL])
TOLD = [(name, field) for name, kind in sorted(BY_KIND.items()) for field in MONEY if field in kind.__struct_fields__]
each_amount = pytest.mark.parametrize(("kind", "field"), TOLD)
MAY_BE_LOST = {("order_placed", "margin"), ("purchase_made", "margin"), ("offer_accepted", "value")}


@given(amounts, codes)
def test_an_amount_in_words_is_the_amount(amount: int, code: str) -> None:
    """What people read gives the amount back, with the digits that the currency has. Mutants caught: two digits for all; a lost sign."""
    number, _, named = in_words(amount, code).partition(" ")
    assert (Decimal(number.replace(",", "")).scaleb(digits(code)), named) == (Decimal(amount), code)
    assert len(number.partition(".")[2]) == digits(code)


def test_yen_have_no_decimals_and_dinars_three() -> None:
    """Mutant caught: a currency missing in the table. Source: ISO 4217, list one."""
    assert [in_words(1500, code) for code in ("JPY", "KRW", "EUR", "KWD", "CLF", "")] == [
        "1,500 JPY", "1,500 KRW", "15.00 EUR", "1.500 KWD", "0.1500 CLF", "15.00",
    ]  # fmt: skip


def test_every_field_that_holds_money_is_named_as_one() -> None:
    """The declarations say which fields hold money; MONEY names these and no others. Mutant caught: a name left out of MONEY."""
    declared = {
        (kind.__name__, name)
        for kind in KINDS
        for name, hint in kind.__annotations__.items()
        if {"Price", "Cents"} & {part.strip() for part in str(hint).split("|")}
    }
    assert declared == {(BY_KIND[kind].__name__, field) for kind, field in TOLD}


@each_amount
def test_an_amount_that_is_not_told_is_unknown(kind: str, field: str) -> None:
    """Unknown and 0 are two things. Mutant caught: 0 as a default."""
    found = next(each for each in msgspec.structs.fields(BY_KIND[kind]) if each.name == field)
    assert found.default is None
    assert type(None) in get_args(get_type_hints(BY_KIND[kind])[field])


@each_amount
@pytest.mark.parametrize("wrapped", [False, True])
def test_no_price_is_less_than_nothing(kind: str, field: str, wrapped: bool) -> None:
    """A sale below 0 is refused by name; any other amount below 0 is unknown, and told. A margin may be a loss.

    Mutants caught: Cents for Price; a sale that goes on without its value.
    """
    event: dict[str, Any] = {**msgspec.json.decode(BY_KIND[kind].examples[0]), field: -3395}
    document: Any = (
        {
            "specversion": "1.0",
            "id": "x1",
            "source": "s",
            "type": f"sojourn.{kind}.v1",
            "datacontenttype": "application/json",
            "data": event,
        }
        if wrapped
        else event
    )
    found = read(msgspec.json.encode(document), logged_at=event["at"])
    if (kind, field) in MAY_BE_LOST:
        assert isinstance(found, Read)
        assert getattr(found.touchpoint, field) == -3395
    elif kind in ("order_placed", "purchase_made") and field == "value":
        assert isinstance(found, Rejected)
        assert (found.reason, field in found.detail) == ("out_of_range", True)
    else:
        assert isinstance(found, Read)
        assert getattr(found.touchpoint, field) is None
        assert [(part.reason, field in part.detail) for part in found.unread] == [("out_of_range", True)]


def test_a_negative_order_of_an_sdk_is_refused() -> None:
    """Case 09, line 2. Mutant caught: a negative value that makes a negative lifetime."""
    event = (
        b'{"type":"track","event":"Order Completed","messageId":"s9-2","timestamp":"2026-03-02T09:02:00Z",'
        b'"properties":{"order_id":"s9b","total":-33.95,"currency":"EUR"},"userId":"s-9"}'
    )
    found = read(event, logged_at=1_772_442_200_000)
    assert isinstance(found, Rejected)
    assert found.reason == "out_of_range"
