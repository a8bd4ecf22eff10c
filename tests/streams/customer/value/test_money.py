"""Laws of money: no two currencies are added, what is unknown adds nothing, and the order of amounts makes no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outputs.insights import PurchasesUnpriced, TiersSettled
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.customer.value.past import past_value
from streams.customer.value.spending import in_one_currency
from streams.customer.value.thresholds import LEAST, describe_tiers, measure_worth
from streams.identity import merging
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.audience.facts import FACTS
from streams.rules.blueprint import Blueprint
from streams.state import CURRENCIES, Journey
from streams.state.priced import priced_purchases
from streams.story import START, story
from streams.totals import all_insights

DAY = 86_400_000
RATES = {"USD": 0.92, "JPY": 0.0061}
EUROS = Rules(Blueprint(currency="EUR", rates=RATES))
NONE_NAMED = Rules()
CODES = ("", "EUR", "USD", "JPY", "GBP", "KWD", "usd")
Told = tuple[str, str, int | None]  # what, currency, amount
worths = st.one_of(st.none(), st.integers(0, 10**9))
courses = st.lists(st.tuples(st.sampled_from(["order", "till", "refund"]), st.sampled_from(CODES), worths), max_size=20)


def touchpoints(course: Sequence[Told], customer: str = "c1", start: int = 0) -> list[Touchpoint]:
    """Purchases and refunds, one a day."""
    made = list[Touchpoint]()
    for number, (what, code, worth) in enumerate(course, start):
        head: dict[str, Any] = {"id": f"{customer}-{number}", "customer": customer, "at": START + number * DAY, "channel": "web"}
        ref = f"{customer}-o{number}"
        if what == "order":
            made.append(OrderPlaced(**head, order=ref, value=worth, discount=worth, currency=code))
        elif what == "till":
            made.append(PurchaseMade(**head, receipt=ref, value=worth, currency=code))
        else:
            made.append(OrderRefunded(**head, order=ref, value=worth, currency=code))
    return made


def journey_of(course: Sequence[Told], rules: Rules) -> Journey:
    return Replay(rules).run(touchpoints(course)).journeys.get("c1", Journey())


def expected(course: list[Told], rules: Rules) -> tuple[int, int, dict[str, int], int]:
    """Spend, refunds, what is kept apart, and the unpriced purchases: told one by one, without any code under test but `convert`."""
    spend, refunded, apart, unpriced = 0, 0, Counter[str](), 0
    own = rules.blueprint.currency or next((code.upper() for _, code, _ in course if code), "")
    for what, code, worth in course:
        named = code.upper()
        home = worth if worth is None or named in ("", own) else rules.exchange.convert(worth, named)
        if what != "refund":
            unpriced += home is None
            spend += home or 0
        else:
            refunded += home or 0
        if home is None and worth:
            apart[named] += worth if what != "refund" else -worth
    return spend, refunded, {code: amount for code, amount in apart.items() if amount}, unpriced


@settings(max_examples=200)
@given(courses, st.sampled_from([EUROS, NONE_NAMED]))
def test_no_two_currencies_are_added(course: list[Told], rules: Rules) -> None:
    """The spend is the sum of the company's own and what was converted; per currency, the rest is kept apart.

    Mutants caught: an amount without a rate added as it is; one told as unknown that counts as 0; capitals that make a second currency;
    a refund in dollars taken off euros.
    """
    value = journey_of(course, rules).value
    assert (value.spend, value.refunded, value.foreign, value.unpriced) == expected(course, rules)


@settings(max_examples=100)
@given(courses, st.integers(0, 2**32))
def test_the_order_of_amounts_makes_no_difference(course: list[Told], dice: int) -> None:
    """Mutants caught: a sum that is converted in place of each amount; a rest that is carried over."""
    other = course.copy()
    Random(dice).shuffle(other)
    one, two = journey_of(course, EUROS).value, journey_of(other, EUROS).value
    assert one == two


@settings(max_examples=100)
@given(courses)
def test_an_unknown_amount_is_as_one_that_is_absent(course: list[Told]) -> None:
    """The bytes of the state are equal whether an event says null or nothing. Mutant caught: a default other than unknown."""
    made = touchpoints([(what, code, None) for what, code, _ in course])
    bare = [msgspec.convert(_without_money(each), type(each)) for each in made]
    assert Replay(EUROS).run(made).states() == Replay(EUROS).run(bare).states()


def _without_money(touchpoint: Touchpoint) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(touchpoint)
    return {name: told for name, told in said.items() if name not in ("value", "discount", "kind")}


@settings(max_examples=100)
@given(courses)
def test_averages_are_of_purchases_whose_value_is_known(course: list[Told]) -> None:
    """Purchases of unknown value among the others move no average. Mutant caught: a mean over all purchases."""
    known: list[Told] = [
        each for each in course if each[0] != "refund" and each[2] is not None and EUROS.exchange.convert(1, each[1].upper())
    ]
    if not known:
        return
    alone, among = journey_of(known, EUROS), journey_of([("order", "", None), *known, ("till", "GBP", 700)], EUROS)
    assert priced_purchases(among) == priced_purchases(alone) == len(known)
    assert past_value(among) == past_value(alone)
    assert FACTS["spend_per_purchase"].take(among, START) == FACTS["spend_per_purchase"].take(alone, START)


@settings(max_examples=150)
@given(courses, courses, st.sampled_from([EUROS, NONE_NAMED]))
def test_of_two_journeys_either_may_take_in_the_other(mine: list[Told], theirs: list[Told], rules: Rules) -> None:
    """Also where the two began with different currencies, and no currency ends in another one's sum.

    Mutants caught: the absorbing journey's currency wins; sums of two currencies; the other journey changed on the way.
    """
    merged = []
    for first, then in ((("c1", mine), ("c2", theirs)), (("c2", theirs), ("c1", mine))):
        replay = Replay(rules)
        for name, course in (first, then):
            replay.run(touchpoints(course, name, 0 if name == "c1" else 1))
        one, other = (replay.journeys.get(name, rules.codec.new()) for name, _ in (first, then))
        before = rules.codec.encode(other)
        merging.absorb(one, other, rules)
        assert rules.codec.encode(other) == before
        merged.append(one)
    assert merged[0].value == merged[1].value
    assert merged[0].periods == merged[1].periods
    assert _per_currency(merged[0]) == _sums(expected(mine, rules), expected(theirs, rules), mine, theirs, rules)


def _per_currency(journey: Journey) -> dict[str, int]:
    value = journey.value
    found = Counter({value.currency: value.spend - value.refunded})
    found.update(value.foreign)
    return {code: amount for code, amount in found.items() if amount}


def _sums(one: Any, other: Any, mine: list[Told], theirs: list[Told], rules: Rules) -> dict[str, int]:
    """What both have, per currency. An amount that names none is of the currency of its journey or, if that has none, of the other's."""
    owns = [rules.blueprint.currency or next((code.upper() for _, code, _ in course if code), "") for course in (mine, theirs)]
    found = Counter[str]()
    for (spend, refunded, apart, _), own, others in zip((one, other), owns, reversed(owns), strict=True):
        found[own or others] += spend - refunded
        found.update(apart)
    return {code: amount for code, amount in found.items() if amount}


@settings(max_examples=60)
@given(courses)
def test_a_company_that_names_its_currency_later_adds_nothing_up(course: list[Told]) -> None:
    """A blueprint with another currency comes into force: what was in the old one is converted as a whole, or kept apart.

    Mutant caught: old sums taken for the new currency.
    """
    replay = Replay(NONE_NAMED).run(touchpoints(course))
    journey = replay.journeys.get("c1", NONE_NAMED.codec.new())
    pounds = Rules(Blueprint(currency="GBP"))
    one, _ = in_one_currency(journey, Journey(), pounds.exchange)
    assert _per_currency(journey) == _per_currency(one)
    assert one.value.currency in ("", "GBP")


def test_currencies_kept_apart_are_bounded() -> None:
    """Mutant caught: a journey that grows with every code a sender makes up."""
    made = [("order", f"A{chr(65 + number)}A", 100) for number in range(CURRENCIES + 3)]
    journey = journey_of(made, EUROS)
    assert (len(journey.value.foreign), journey.dropped, journey.value.unpriced) == (CURRENCIES, 3, CURRENCIES + 3)


@pytest.mark.parametrize(
    ("told", "spend", "apart"),
    [
        ("currency=EUR value=1250", 1250, {}),
        ("currency=USD value=1000", 920, {}),
        ("currency=JPY value=1500", 915, {}),
        ("currency=GBP value=700", 0, {"GBP": 700}),
        ("currency=EUR", 0, {}),
    ],
)
def test_examples_of_an_exchange(told: str, spend: int, apart: dict[str, int]) -> None:
    """1,500 yen at 0.0061 are 9.15 euros. Mutant caught: digits of one currency for all."""
    journey = Replay(EUROS).run(story(f"0 web order_placed order=o1 {told}")).journeys["c1"]
    assert (journey.value.spend, journey.value.foreign, journey.cadence.count) == (spend, apart, 1)


def test_a_plan_price_is_in_the_same_currency() -> None:
    """Converted by its rate; unknown without one. Mutant caught: pounds that stand for euros."""
    plan = "subscription_started - subscription=a1"
    prices = [
        Replay(EUROS).run(story(f"0 web {plan} value=1000 currency={code}")).journeys["c1"].plan_price for code in ("EUR", "USD", "GBP")
    ]
    assert prices == [1000, 920, 0]
    later = Replay(EUROS).run(story(f"0 web {plan} value=1000 currency=EUR\n1d web {plan} value=900 currency=GBP"))
    assert later.journeys["c1"].plan_price == 0


def test_tiers_and_moments_hold_one_currency() -> None:
    """A shop in euros with some customers in yen: tiers and the value of a day are of euros. Mutant caught: cents and yen in one sum."""
    events = list[Touchpoint]()
    for number in range(LEAST + 9):
        code = "JPY" if number >= LEAST else "EUR" if number % 3 else ""
        events += story(f"0 web order_placed order=o{number} value=1000 currency={code}", customer=f"c{number}")
    rows = Replay(NONE_NAMED).run(events).partition.aggregates.rows
    worth = measure_worth(rows)
    assert worth is not None
    assert (worth.customers, worth.currency, worth.a_day) == (LEAST, "EUR", 1000.0)
    (settled,) = describe_tiers(rows)
    assert isinstance(settled, TiersSettled)
    assert (settled.past, settled.currency) == (1000 * LEAST, "EUR")


def test_unpriced_purchases_are_told_over_all_customers() -> None:
    """Mutants caught: purchases of our own people counted; a repeated order counted twice."""
    events = story(
        """
        0  web order_placed order=o1 value=700 currency=GBP
        1m web order_placed order=o1 value=700 currency=GBP
        2m web order_placed order=o2
        3m web order_placed order=o3 value=100 currency=EUR
        """
    )
    rows = Replay(EUROS).run(events).partition.aggregates.rows
    told = {each.currency: each.purchases for each in all_insights(rows) if isinstance(each, PurchasesUnpriced)}
    assert told == {"GBP": 1, "": 1}
