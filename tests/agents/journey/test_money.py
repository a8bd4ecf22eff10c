"""Case 09 at both doors: what `interactions.v1` refuses or reads, `journey.touchpoints.v1` refuses or reads as well."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agents.journey.direct_input import DirectInput, Refused
from agents.tools.reports.chronicle.wording import say
from schemas.inputs import read
from schemas.reading import Read, Rejected
from schemas.touchpoints import Touchpoint
from schemas.writing import encode
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint

AT = 1_772_442_060_000
ORDER: dict[str, Any] = {"kind": "order_placed", "id": "s9", "customer": "s-9", "at": AT, "channel": "web", "order": "s9"}
SEGMENT = (
    b'{"type":"track","event":"Order Completed","messageId":"s9-3","timestamp":"2026-03-02T09:03:00Z",'
    b'"properties":{"order_id":"s9c","total":1500,"currency":"JPY"},"userId":"s-9"}'
)


def direct(value: bytes) -> object:
    return DirectInput([b"secret"]).open(b"s-9", value, (), AT + 1000)


@pytest.mark.parametrize(
    ("money", "reason"),
    [
        ({"discount": -1}, "out_of_range"),
        ({"value": 12.5}, "wrong_type"),
        ({"value": "12,50"}, "wrong_type"),
    ],
)
def test_both_doors_read_the_order_and_tell_of_the_amount(money: dict[str, Any], reason: str) -> None:
    """The order counts; what it was worth is unknown. Mutant caught: a door with types of its own."""
    value = msgspec.json.encode({**ORDER, **money})
    front, back = read(value, logged_at=AT + 1000), direct(value)
    assert isinstance(front, Read)
    assert back == front.touchpoint
    assert [(part.reason, next(iter(money)) in part.detail) for part in front.unread] == [(reason, True)]
    assert getattr(back, next(iter(money))) is None


def test_both_doors_refuse_what_no_order_is_worth() -> None:
    """Line 2. Mutant caught: a sale below 0 that goes on without its value."""
    value = msgspec.json.encode({**ORDER, "value": -3395})
    front, back = read(value, logged_at=AT + 1000), direct(value)
    assert isinstance(front, Rejected)
    assert isinstance(back, Refused)
    assert (front.reason, back.reason) == ("out_of_range", "out_of_range")
    assert all("value" in detail for detail in (front.detail, back.detail))


def test_both_doors_read_yen_as_yen() -> None:
    """Line 3. The customer's value is in euros: the yen are kept apart. Mutant caught: 15.00 JPY; cents and yen in one sum."""
    found = read(SEGMENT, logged_at=AT + 1000)
    assert isinstance(found, Read)
    again = direct(encode(found.touchpoint))
    assert isinstance(again, Touchpoint)
    assert say(again).words.endswith("value 1,500 JPY")
    first = direct(msgspec.json.encode({**ORDER, "value": 1250, "currency": "EUR"}))
    assert isinstance(first, Touchpoint)
    value = Replay(Rules(Blueprint(currency="EUR"))).run([first, again]).journeys["s-9"].value
    assert (value.spend, value.currency, value.foreign) == (1250, "EUR", {"JPY": 1500})


@pytest.mark.parametrize("money", [{}, {"value": None}, {"value": 0}])
def test_unknown_and_nothing_are_two_things_at_both_doors(money: dict[str, Any]) -> None:
    """Mutant caught: 0 for an amount that is not told."""
    value = msgspec.json.encode({**ORDER, **money})
    front, back = read(value, logged_at=AT + 1000), direct(value)
    assert isinstance(front, Read)
    assert isinstance(back, Touchpoint)
    assert front.touchpoint == back
    assert getattr(back, "value", 1) == money.get("value")
    assert Replay().run([back]).journeys["s-9"].value.unpriced == (money.get("value") is None)
