"""CloudEvents: types and fields as freely as other formats, batches, and a subject that is a thing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.reading import Batch, Headers
from tests.schemas.inputs.sent import AT_MS, as_json
from tests.schemas.samples import STRUCTURED, accepted, event, outcome, rejected, touchpoints

BATCH: Headers = [("content-type", b"application/cloudevents-batch+json; charset=utf-8")]
ORDER = {"customer": "c7", "order": "o1", "value": 14900, "currency": "EUR"}


@pytest.mark.parametrize(
    "type",
    [
        "order_placed",
        "com.acme.order_placed",
        "com.acme.order.placed",
        "com.acme.OrderPlaced",
        "com.acme.orderPlaced",
        "order-placed",
        "Order Placed",
        "COM.ACME.ORDER.PLACED",
        "order_placed.v1.2",
        "com.acme.order.placed.v3",
        "com.acme.order.placed-1.0",
        "/acme/order/placed",
        "acme:order:placed",
        "com.acme.placed.order_placed",
    ],
)
def test_a_type_is_read_by_its_last_two_words_or_its_last(type: str) -> None:
    """Mutants: the last word alone; the case kept; a version taken for the last word."""
    assert accepted(event(type=type, data=ORDER)) == accepted(event(type="com.acme.order_placed", data=ORDER))


@pytest.mark.parametrize(
    "data",
    [
        {"customerId": "c7", "orderId": "o1", "value": 14900, "currency": "EUR"},
        {"customer_id": "c7", "order_id": "o1", "Value": 14900, "Currency": "EUR", "cart": None, "discount": None},
        ORDER | {"orderId": "of no use beside our own name"},
    ],
)
def test_fields_are_read_in_any_spelling_and_amounts_stay_in_the_minor_unit(data: dict[str, Any]) -> None:
    """Mutants: our own names to the letter; a `null` refused; an amount multiplied as if it were an SDK's."""
    assert accepted(event(type="order.placed", data=data)).touchpoint == accepted(event(type="order.placed", data=ORDER)).touchpoint


def test_numbers_are_ids_and_times_may_be_texts() -> None:
    """Mutants: an id without quotes refused; a date that every other format reads."""
    trial = {"customer": 7, "trial": 4711, "ends": "2025-10-28T09:01:00Z"}
    found = touchpoints(event(type="com.acme.trial.started", data=trial))[0]
    assert (found.customer, found.trial, found.ends) == ("7", "4711", AT_MS + 86_400_000)  # type: ignore[attr-defined]
    assert touchpoints(event(time=None, data={"customer": "c7", "page": "/", "at": "2025-10-27 09:01:00.000+00:00"}))[0].at == AT_MS


@pytest.mark.parametrize(
    ("subject", "data"),
    [
        ("orders/o1", {"order": "o1"}),
        ("o1", {"order": "o1"}),
        ("urn:order:o1", {"order": "o1"}),
        ("https://shop.example/orders/o1", {"order": "o1"}),
    ],
)
def test_a_subject_that_is_a_thing_is_no_customer(subject: str, data: dict[str, Any]) -> None:
    """Mutant: a journey for each order, where a producer forgot the customer."""
    found = rejected(event(type="order.placed", subject=subject, data=data))
    assert (found.reason, found.detail.partition(" (")[0]) == ("no_customer", "the subject names a thing")
    assert accepted(event(type="order.placed", subject=subject, data=data | {"customer": "c7"})).touchpoint.customer == "c7"
    assert accepted(event(type="order.placed", subject="c7", data=data)).touchpoint.customer == "c7"


@pytest.mark.parametrize("headers", [BATCH, (), [("content-type", b"application/json")]])
def test_a_batch_is_read_with_and_without_its_header(headers: Headers) -> None:
    """Mutant: a batch refused whole, where those of other formats are read."""
    events = [json.loads(event(id=f"e{number}")) for number in range(3)] + [7]
    found = outcome(as_json(events), headers)
    assert isinstance(found, Batch)
    assert [each.touchpoint.id for each in found.reads] == ["e0", "e1", "e2"]
    assert found.refused is not None
    assert found.refused.detail.startswith("not read of 4 in the batch: 3 wrong_type")


@pytest.mark.parametrize(
    ("time", "says"),
    [
        ("2026-03-02T09:00Z", "seconds are missing"),
        ("2026-03-02T09:00:00", "the zone is missing"),
        ("2026-03-02T09:00:00+01", "minutes of the offset are missing"),
        ("2026-03-02T09:00:60Z", "second 60 is not read, send 59"),
        ("2026-03-02T25:00:00Z", "a part of it is out of range"),
        ("2026-02-30T09:00:00Z", "a part of it is out of range"),
        ("2026-03-02", "the time of day is missing"),
        ("9" * 30, "it is a number of another unit, milliseconds are read"),
    ],
)
def test_a_time_that_cannot_be_read_says_what_it_lacks(time: str, says: str) -> None:
    """Mutant: a sender of texts told that a time is an integer of milliseconds."""
    found = rejected(event(time=time), STRUCTURED)
    assert (found.reason, found.detail) == ("bad_time", f"time is no RFC 3339 time ({says})")


def test_a_time_of_1970_is_not_asked_for_its_unit() -> None:
    """Mutant: `is it in milliseconds?` to the sender of a date."""
    found = rejected(event(time="1970-01-21T09:19:15Z"), STRUCTURED)
    assert (found.reason, "milliseconds?" in found.detail, "1990" in found.detail) == ("bad_time", False, True)


def test_an_attribute_of_another_type_is_not_missing() -> None:
    """Mutant: `missing_field` for an id that is there."""
    assert rejected(event(id=25), STRUCTURED).detail == "CloudEvents attribute id is no text"
