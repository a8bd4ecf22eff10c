"""What a subscriber finds on the wire: every field of the contract, an id a record, and a currency with every amount."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from schemas.outputs import Output
from schemas.outputs.about import NO_CURRENCY, Amount, Reference
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import CATALOGUE, POLICIES
from streams.rules.texts import TEXTS
from streams.story import START, story
from tests.streams.offers.cases import DAY, HOUR, NOON, offers_of, repair, told
from tests.streams.offers.courses import Act, acts, play, rules


def on_the_wire(output: Output) -> dict[str, Any]:
    """Return the record as a subscriber reads it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(output))
    return found


def missing(kind: type[Any], record: Any) -> set[str]:
    """Return the fields of the contract that a record, or a struct inside it, does not carry."""
    wanted = {field.encode_name for field in msgspec.structs.fields(kind)}
    return wanted - set(record)


@settings(max_examples=30)
@given(acts(causes=True))
def test_every_record_carries_all_fields_and_an_id_of_its_own(course: list[Act]) -> None:
    """Mutants caught: `omit_defaults` on `Output`; the second revision of a decision published under the id of the first."""
    replay = Replay(rules(POLICIES, quiet_hours=(20, 14)))
    for _ in play(replay, course):
        pass
    replay.pass_time(NOON + 100 * DAY)
    ids: set[tuple[str, str]] = set()
    for output in replay.emissions:
        if isinstance(output, Output):
            record = on_the_wire(output)
            assert not missing(type(output), record)
            for made, candidate in zip(getattr(output, "candidates", ()), record.get("candidates", ()), strict=True):
                assert not missing(type(made), candidate)
            assert (output.topic, output.id) not in ids
            ids.add((output.topic, output.id))


LATE = """
0   email profile_changed
1m  web   order_placed      /pay order=o1 value=8900 currency=EUR
2m  web   delivery_promised /pay order=o1 by=1767603600000
"""


def late_parcel(language: str = "", **blueprint: Any) -> OfferMade:
    """Return the apology for an order that is an hour late, to a customer who reads this language."""
    touchpoints = story(LATE)
    touchpoints[0] = msgspec.structs.replace(touchpoints[0], reached_by=("email",), language=language)
    [made] = offers_of(Replay(Rules(Blueprint(holdout=0.0, **blueprint))).run(touchpoints, START + 3 * HOUR).emissions)
    return made


def test_an_offer_says_what_it_is_about() -> None:
    """Mutants caught: `about` not kept with the deadline; `minutes_late` since the offer and not since the promise."""
    made = late_parcel()
    assert made.about == (Reference("order", "o1"),)
    assert made.minutes_late == 0
    assert made.text == "Your order o1 is late. We are sorry, and we are looking after it."
    assert (made.wording, made.language) == ("delivery_apology", "en")


@pytest.mark.parametrize(
    ("language", "text"), [("de-AT", "Bestellung o1 kommt später."), ("fr", "Sorry about o1."), ("", "Sorry about o1.")]
)
def test_the_text_is_in_the_language_of_the_customer(language: str, text: str) -> None:
    """Their own, else that of its region's language, else the company's. Mutant caught: the region is not taken off."""
    texts = {
        "delivery_apology": {"de": ("Bestellung {order} kommt später.", "Sie kommt später."), "en": ("Sorry about {order}.", "Sorry.")}
    }
    assert late_parcel(language, texts=texts).text == text


def test_a_text_without_what_it_needs_is_not_used() -> None:
    """No invoice is known. Mutant caught: a variable that is unknown is left empty."""
    texts = {"delivery_apology": {"en": ("Invoice {invoice}", "Sorry.")}}
    assert late_parcel(texts=texts).text == "Sorry."


@pytest.mark.parametrize(("currency", "amount"), [("EUR", Amount(8900, "EUR")), ("", Amount(8900, NO_CURRENCY))])
def test_every_amount_has_a_currency(currency: str, amount: Amount) -> None:
    """Of the blueprint, else of the purchases, else XXX: nobody named one. Mutant caught: the event's empty currency published."""
    replay = told("0 web payment_failed /pay payment=z1 order=o1 amount=8900", offers=(repair(),), currency=currency)
    [made] = offers_of(replay.emissions)
    [opened] = [e for e in replay.emissions if isinstance(e, FrictionOpened)]
    assert (opened.amount, made.amount, made.currency) == (amount, amount, amount.currency)
    assert opened.about == made.about == (Reference("order", "o1"), Reference("payment", "z1"))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"k": {"en": ("{ordr}", "x")}}, "no variable ordr"),
        ({"k": {"en": ("{order}",)}}, "no variables"),
        ({"k": {"en": ()}}, "no variables"),
    ],
)
def test_a_wrong_text_is_refused_when_the_blueprint_is_loaded(texts: dict[str, Any], says: str) -> None:
    """Mutant caught: `check_texts` not called."""
    with pytest.raises(ValueError, match=says):
        Blueprint(texts=texts)


def test_every_offer_of_the_catalogue_has_a_text() -> None:
    """In the default language."""
    assert all(TEXTS[offer.wording or offer.name]["en"] for offer in CATALOGUE)
