"""Every page tells money with the digits of its currency, and adds up no two currencies."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tools.mapping.figures import baskets
from agents.tools.mapping.rehearsing import rehearsed
from agents.tools.reports.chronicle.entries import chronicle
from agents.tools.reports.chronicle.folding import summary
from agents.tools.reports.chronicle.printing import standing
from agents.tools.reports.chronicle.wording import say
from agents.tools.reports.overview.tables import moments
from agents.tools.reports.overview.winback import ranked
from agents.tools.reports.overview.worth import tiers, to_win_back
from schemas.currencies import UNUSUAL, in_words
from schemas.outputs.figures import Tier
from schemas.outputs.insights import MomentOfTruthRanked, TiersSettled
from schemas.outputs.offers import OfferMade
from schemas.outputs.transitions import TierEntered
from schemas.touchpoints import BY_KIND, KINDS
from schemas.touchpoints.units import EXACT, MONEY
from streams.customer.value.winback import Lost
from streams.insights.intervals import share_of
from streams.story import story

CODES = ("EUR", "USD", *UNUSUAL)
each_kind = pytest.mark.parametrize("kind", [kind for kind in KINDS if "currency" in kind.__struct_fields__])
prices, codes = st.integers(1, EXACT), st.sampled_from(CODES)


def lost(name: str, past: int, code: str) -> Lost:
    return Lost(
        customer=name, past=past, expected=past, counted="margin", tier="", band="high", held_back="", risk=0.6,
        rung="lapsed", since="2026-01-05", currency=code, because=(),
    )  # fmt: skip


@each_kind
@given(prices, codes)
def test_a_touchpoint_is_told_with_its_digits(kind: type[Any], price: int, code: str) -> None:
    """Every money field of every kind. Mutant caught: a hundred for all currencies."""
    money = {name: price for name in kind.__struct_fields__ if name in MONEY}
    told = msgspec.structs.replace(msgspec.json.decode(kind.examples[0], type=kind), **money, currency=code)
    assert say(told).words.count(in_words(price, code)) >= len(money)


@given(prices, codes)
def test_our_own_records_are_told_with_their_digits(price: int, code: str) -> None:
    """An offer and a tier. Mutant caught: a hundred for all currencies."""
    offer = msgspec.structs.replace(msgspec.json.decode(OfferMade.examples[0], type=OfferMade), expected_value=float(price), currency=code)
    assert any(in_words(price, code) in line for line in say(offer).because)
    tier = TierEntered(id="t", customer="c1", at=offer.at, caused_by="e", rules="r", tier="top", left="", past=price, currency=code)
    assert say(tier).because == (f"has brought {in_words(price, code)}",)


@given(prices, codes)
def test_tables_are_told_with_their_digits(price: int, code: str) -> None:
    """Tiers, moments of truth, the win-back list. Mutant caught: a hundred for all currencies."""
    told = in_words(price, code)
    (row,) = to_win_back([lost("c1", price, code)]).rows
    assert (row.count(told), row.count(f"{told} margin")) == (1, 1)
    share = share_of(40, 100)
    tier = Tier(least=price, customers=share, past=price, brings=1.0)
    assert tiers(TiersSettled(id="t", customers=100, past=price, a_day=1.0, tiers={"top": tier}, currency=code)).rows[0][1] == told
    truth = MomentOfTruthRanked(
        id="m", rank=1, channel="web", place="/pay", friction=share, lapse_with=share, lapse_without=share, difference=0.1, low=0.0,
        high=0.2, clear=True, value=1.0, per_visitor=1.0, at_stake=float(price), currency=code,
    )  # fmt: skip
    assert told in moments([truth], 1).rows[0]


PURCHASES = """
0  web   order_placed  order=o1   value=1250 currency=EUR
1d web   order_placed  order=o2   value=1500 currency=JPY
2d web   order_placed  order=o3   value=250  currency=EUR
3d web   order_placed  order=o4
4d store purchase_made receipt=r1 order=o1 value=1250 currency=EUR
"""


def test_case_09_line_3_is_told_as_yen_and_added_to_nothing() -> None:
    """Mutants caught: 15.00 JPY; euros and yen in one sum; an order and its receipt twice."""
    entries = chronicle(story(PURCHASES), [])
    assert entries[1].saying.words == "order placed (web): order o2, value 1,500 JPY"
    assert summary(entries[:4]) == "4 × order placed, until 2026-01-08, 15.00 EUR and 1,500 JPY together"
    assert list(standing(entries)) == ["bought for 15.00 EUR and 1,500 JPY", "1 purchase of unknown value"]


def test_what_was_paid_back_is_told_beside_what_was_bought() -> None:
    """Mutants caught: a refund that nobody sees above the story; one that is told twice counted twice."""
    refund = "8d store order_refunded order=o1 value=1250 currency=EUR refund=b1"
    entries = chronicle(story(f"{PURCHASES}{refund}\n{refund.replace('8d', '9d')}"), [])
    assert "12.50 EUR paid back" in list(standing(entries))


def test_a_rehearsal_counts_a_purchase_that_is_told_twice_once() -> None:
    """Mutant caught: each row of the file is a purchase, whatever the journeys count."""
    found = rehearsed(story("0 store purchase_made receipt=r1 value=1250\n1d store purchase_made receipt=r1 value=1250")).baskets
    assert (found.purchases, found.spent) == (1, {"": 1250})


def test_a_rehearsal_adds_up_each_currency_for_itself() -> None:
    """Mutant caught: one sum over all."""
    found = baskets(story(PURCHASES))
    assert (found.spent, found.unpriced, found.purchases) == ({"EUR": 2750, "JPY": 1500}, 1, 5)


def test_the_win_back_list_compares_no_two_currencies() -> None:
    """The currency of most customers first, the dearest customer of each first. Mutant caught: 9,000 yen above 80 euros."""
    known = {"c1": (8_000, "EUR"), "c2": (9_000, "JPY"), "c3": (9_500, "EUR")}
    found = ranked(lost(name, past, code) for name, (past, code) in known.items())
    assert [one.customer for one in found] == ["c3", "c1", "c2"]


def test_every_kind_with_money_names_a_currency() -> None:
    """An amount without a currency beside it could not be told. Mutant caught: a new kind that forgets it."""
    forgot = [name for name, kind in BY_KIND.items() if {*MONEY} & {*kind.__struct_fields__} and "currency" not in kind.__struct_fields__]
    assert forgot == []
