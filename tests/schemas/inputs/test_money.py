"""Money: SDKs write it in the major unit under every name, people in many forms, and what is not read is unknown, never another amount."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.currencies import UNUSUAL, digits
from schemas.foreign import NAMES, Foreign
from schemas.foreign.amounts import Unread, read_amount
from schemas.foreign.building import names_of
from schemas.foreign.own import MONEY, OWN, units_of
from schemas.foreign.picks import either, money, ref
from schemas.reading import Read, Rejected
from schemas.touchpoints import BY_KIND
from tests.schemas.inputs.sent import as_json, captured, described, payload, track, tracked
from tests.schemas.samples import accepted, outcome, rejected

CODES = ("EUR", "JPY", "KWD", "CLF", "USD", *UNUSUAL[:2])
VALUE = 123_400  # divisible by every minor unit here


def sent_by(form: str, name: str, properties: dict[str, Any]) -> bytes:
    """Return this event as an SDK of this format sends it."""
    if form == "segment":
        return as_json(track(name, **properties))
    if form == "posthog":
        return as_json(captured(name, **properties))
    event = described("com.snowplowanalytics.snowplow/unstruct_event", described(f"com.acme/{name}", properties))
    return payload(tracked("ue", ue_pr=json.dumps(event)))


def read_one(value: bytes) -> Read:
    """Return what was read, of a record or of a batch of one."""
    found = outcome(value)
    return found if isinstance(found, Read) else accepted_in(found)


def accepted_in(found: Any) -> Read:
    (one,) = found.reads
    assert found.refused is None, found
    return one  # type: ignore[no-any-return]


def fields_of(kind: str) -> dict[str, Any]:
    """Return the fields of the kind's example, without its amounts and its envelope."""
    money = {field for field, unit in units_of(BY_KIND[kind]).items() if unit in MONEY}
    own = json.loads(BY_KIND[kind].examples[0])
    return {name: held for name, held in own.items() if name not in {"kind", "id", "customer", "at", "channel", "currency"} | money}


MONEY_OF = [
    (kind, field, name)
    for kind in BY_KIND
    if kind not in NAMES
    for field, unit in units_of(BY_KIND[kind]).items()
    if unit in MONEY
    for name in names_of(OWN[kind].fields[field])
]


def test_the_kinds_with_money_are_found() -> None:
    """Mutant: a unit renamed, so that the law below holds for no kind."""
    declared = {kind for kind, each in BY_KIND.items() if "currency" in each.__struct_fields__}
    assert {kind for kind, _, _ in MONEY_OF} == declared - set(NAMES)
    assert len(declared) > 15


@pytest.mark.parametrize(("kind", "field"), sorted({(kind, field) for kind, field, _ in MONEY_OF if field in ("value", "amount")}))
def test_a_value_is_taken_under_every_name_that_sdks_have_for_it(kind: str, field: str) -> None:
    """Mutant: `total`, `revenue` or `price` not taken for an order's value."""
    others = {"total", "revenue", "value", "amount", "price"} - (set(BY_KIND[kind].__struct_fields__) - {field})
    assert set(names_of(OWN[kind].fields[field])) == others


@pytest.mark.parametrize("form", ["segment", "posthog", "snowplow"])
@pytest.mark.parametrize(("kind", "field", "name"), MONEY_OF, ids=str)
def test_an_sdk_speaks_in_the_major_unit_whatever_the_event_is_called(form: str, kind: str, field: str, name: str) -> None:
    """Mutants: fields of an event that is called as one of our kinds left in the minor unit; `total` or `revenue` not taken for value."""
    for code in CODES:
        major = float(Decimal(VALUE).scaleb(-digits(code)))
        found = read_one(sent_by(form, kind, fields_of(kind) | {name: major, "currency": code}))
        assert getattr(found.touchpoint, field) == VALUE, (code, found)
        assert found.unread == ()


ROWS_WITH_MONEY = [
    (row.names[0], field, name)
    for row in {id(row): row for row in NAMES.values()}.values()
    for field in row.fields
    if units_of(BY_KIND[row.kind])[field] in MONEY
    for name in names_of(row.fields[field])
]


@pytest.mark.parametrize(("event", "field", "name"), ROWS_WITH_MONEY)
def test_an_amount_that_cannot_be_read_is_unknown_and_told(event: str, field: str, name: str) -> None:
    """Mutants: the next name taken where the first cannot be read; the amount 0 without a word."""
    names = names_of(NAMES[event].fields[field])
    others = {other: 3 for other in names if names.index(other) > names.index(name)}
    whole = {"order_id": "o1", "transaction_id": "o1", "product_id": "p1", "coupon_id": "c", "cart_id": "k"}
    found = read_one(as_json(track(event, **whole, **others, **{name: "12,50 or so"})))
    assert getattr(found.touchpoint, field) in (None, 0)
    assert found.unread == (Rejected("unread_amount", f"{name}: a text of the form '99,99 aa aa' is no amount"),)


amounts = st.integers(0, 10**11)
BLANKS = (" ", "\u00a0", "\u202f")


def grouped(whole: int, mark: str) -> str:
    """Return a whole number with a mark between its thousands."""
    return f"{whole:,}".replace(",", mark)


def forms(amount: int, code: str) -> list[str]:
    """Return every way in which people write this amount (minor units) so that it can mean one amount only."""
    places = digits(code)
    whole, part = divmod(amount, 10**places)
    fraction = f"{part:0{places}}" if places else ""
    marks = [(thousands, point) for thousands, point in ((",", "."), (".", ","), ("'", "."), ("\u2019", "."), *((b, ",") for b in BLANKS))]
    found = [f"{grouped(whole, thousands)}{point}{fraction}" if places else grouped(whole, thousands) for thousands, point in marks]
    if places != 3:  # with three digits behind it, a lone comma can be a mark of thousands
        found.append(f"{whole},{fraction}" if places else str(whole))
    found.append(f"{whole}.{fraction}" if places else str(whole))
    return found if places != 3 else [text for text in found if whole >= 1000 or "," not in text or whole == 0]


@given(amounts, st.sampled_from(CODES), st.data())
def test_every_unambiguous_form_is_read_as_the_amount_that_it_writes(amount: int, code: str, data: st.DataObject) -> None:
    """Mutants: a comma taken for a mark of thousands always; a blank or an apostrophe not known; the currency's digits forgotten."""
    text = data.draw(st.sampled_from(forms(amount, code)))
    assert read_amount("total", text, code) == amount
    for written in (f"{code} {text}", f"{code}{text}", f"{text} {code}", f" {text} "):
        assert read_amount("total", written, code) == amount, written
    assert read_amount("total", f"-{text}", code) == -amount


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([",", "."]), st.sampled_from(["EUR", "USD", ""]))
def test_a_form_that_can_mean_two_amounts_is_not_read(thousands: int, rest: int, mark: str, code: str) -> None:
    """Mutant: `1,299` read as 1.30, or as 1299: half of the senders would be wrong."""
    found = read_amount("total", f"{thousands}{mark}{rest:03}", code)
    assert isinstance(found, Unread)
    assert "two amounts" in found.why


@pytest.mark.parametrize(
    ("text", "code", "read"),
    [
        ("12,50", "EUR", 1250), ("$12.50", "USD", 1250), ("$12.50", "", 1250), ("1.299,00", "EUR", 129_900), ("EUR 12.50", "EUR", 1250),
        ("12.50 €", "EUR", 1250), ("1 299,00", "EUR", 129_900), ("1'299.00", "CHF", 129_900), ("£5", "", 500), ("1E+3", "EUR", 100_000),
        ("1.299", "KWD", 1299), ("1,500", "JPY", 1500), ("0,299", "EUR", 30), ("\u221212,50", "EUR", -1250),
        ("1.299.000", "EUR", 129_900_000),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, code: str, read: int) -> None:
    assert read_amount("total", text, code) == read


UNREADABLE: list[Any] = ["free", "12,50 or so", "1,2,3", "12.", "--5", "$", "€ 5 USD", [12.5], {"amount": 12}, True, 1e300, "9" * 40]


@pytest.mark.parametrize("value", [*UNREADABLE, "€12.50", "USD 12.50"])
def test_what_is_no_amount_of_this_currency_is_not_read(value: Any) -> None:
    """Mutants: a boolean counted as 1; euros taken for pounds."""
    assert isinstance(read_amount("total", value, "GBP"), Unread)


def test_the_currency_may_stand_in_the_amount() -> None:
    """Mutant: `KWD 1.500` read with two digits because no property names the currency."""
    found = accepted(as_json(track("Order Completed", order_id="o1", total="KWD 1.500"))).touchpoint
    assert (found.value, found.currency) == (1500, "KWD")  # type: ignore[attr-defined]


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,3}[,.][0-9]{2} [a-z]{2,9}", fullmatch=True))
def test_a_message_about_an_amount_repeats_no_words(text: str) -> None:
    """Mutant: the text of an unread amount quoted as it is: a person may stand in it."""
    found = read_amount("total", text, "EUR")
    words = {word for word in re.findall(r"[a-z]{2,}", text) if set(word) != {"a"}}
    known = {"text", "of", "the", "form", "is", "no", "amount", "can", "mean", "two", "amounts", "send", "or", "as", "number"}
    assert isinstance(found, int) or not (words - known) & set(re.findall(r"[a-z]{2,}", found.why))


@pytest.mark.parametrize("event", ["Order Completed", "Order Placed", "Purchase", "purchase_made"])
@pytest.mark.parametrize("value", [-33.95, "-33,95"])
def test_a_purchase_cannot_be_worth_less_than_nothing(event: str, value: object) -> None:
    """Mutant: an order of -33.95 taken off a customer's lifetime value."""
    found = rejected(as_json(track(event, order_id="o1", transaction_id="o1", receipt="r1", value=value, currency="EUR")))
    assert found.reason == "out_of_range"
    assert found.detail.startswith("value")


def test_an_unread_amount_ends_the_search_for_another() -> None:
    """Mutant: the next way to read an amount tried, as it is for a code that cannot be read."""
    event = Foreign("segment", "", "m1", "c7", 0, {"total": "12,50 or so", "value": 3, "order": ["o1"], "order_id": "o2"})
    assert isinstance(either(money("total"), money("value"))(event), Unread)
    assert either(ref("order"), ref("order_id"))(event) == "o2"


def test_the_order_of_the_amounts_is_the_one_that_is_written_down() -> None:
    """Mutant: the subtotal before the total."""
    said = {"order_id": "o1", "subtotal": 1, "value": 2, "revenue": 3, "total": 4}
    for name in ("total", "revenue", "value", "subtotal"):
        assert accepted(as_json(track("Order Completed", **said))).touchpoint.value == 100 * said.pop(name)  # type: ignore[attr-defined, operator]


@given(st.one_of(st.integers(-(2**60), 2**60), st.floats(), st.decimals(-(10**7), 10**7, places=3).map(float)), st.sampled_from(CODES))
def test_a_number_is_read_as_its_decimal_digits_say(number: float, code: str) -> None:
    """Mutants caught: the sign lost below 1; `.5` read as 5 cents; digits beyond the currency's cut off; an amount beyond 2**53 let in."""
    exact = Decimal(str(number))
    told = round(exact.scaleb(digits(code))) if exact.is_finite() and abs(exact) <= 2**53 else None
    found = read_amount("total", number, code)
    if told is None or abs(exact.scaleb(digits(code))) > 2**53:
        assert isinstance(found, Unread)
    else:
        assert found == told
