"""Told stories of what customers are worth; figures worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.control import ModelPublished, WorthPublished
from schemas.control.models import CadenceModel
from schemas.control.worth import Worth
from schemas.outputs.insights import TiersSettled
from schemas.outputs.transitions import TierEntered
from streams.customer.value.equity import equity
from streams.customer.value.past import past_value
from streams.customer.value.scale import step_of
from streams.customer.value.tiers import CUSTOMERS, KEY, PAST, tier_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.story import START, story
from streams.totals import all_insights
from tests.streams.customer.value.told import by_step, counts, played, purchases

DAY = 86_400_000
WEEKLY = CadenceModel(family="mbg_nbd", parameters=(2.0, 14.0, 0.5, 5.0), customers=900, purchases=9000, log_likelihood=-3e4)
KNOWN = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)


def test_a_customer_stands_on_one_step_and_moves() -> None:
    """An order and its receipt are one purchase; a refund takes the customer down. Mutant caught: moves that leave a count behind."""
    replay = played("""
    0   web   order_placed   /pay  order=o1 value=5000
    1h  store purchase_made  till  receipt=r1 order=o1 value=5000
    8d  store purchase_made  till  receipt=r2 value=3000
    9d  web   order_refunded /back order=o1 value=5000
    """)
    assert by_step(replay, CUSTOMERS) == {step_of(3_000): 1}
    assert by_step(replay, PAST) == {step_of(3_000): 3_000}
    assert (counts(replay, *KEY)["days"], counts(replay, *KEY)["moves"]) == (2, 3)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("0 store purchase_made till receipt=r1 value=1000 margin=300", 300),
        ("0 store purchase_made till receipt=r1 value=1000 margin=300\n1d store purchase_made till receipt=r2 value=1000", 600),
        ("0 store purchase_made till receipt=r1 value=1000 margin=300\n1d web order_refunded /b order=r1 value=500", 150),
        ("0 store purchase_made till receipt=r1 value=1000\n1d web order_refunded /b order=r1 value=1500", -500),
        ("0 web page_viewed / page=/", 0),
    ],
)
def test_past_value_is_the_margin_where_it_is_told(text: str, worth: int) -> None:
    """Mutants caught: spend beside a margin; a refund taken from the margin in full; a loss that is cut off."""
    assert past_value(played(text).journeys["c1"]) == worth


def test_who_is_nobodys_customer_is_not_counted() -> None:
    """A bot, one of ours at a till, somebody who has not told who they are. Mutants caught: any of the three counted; moves of nobody."""
    ours = Rules(Blueprint(bots=("bot-1",), staff=("till-test",)))
    told = """
    0   store purchase_made till receipt=r1 value=1000 customer=bot-1
    1s  store purchase_made till receipt=r2 value=1000 source=till-test
    2s  store purchase_made till receipt=r3 value=1000 customer=anon:1
    """
    assert counts(played(told, rules=ours), *KEY) == {}
    then = told + "3s web signed_in /in customer=c7 anonymous=anon:1"
    assert by_step(played(then, rules=ours), PAST) == {step_of(1_000): 1_000}


def test_what_one_of_ours_books_for_a_counted_customer_is_theirs() -> None:
    """The customer stands where their journey says. Mutant caught: a count taken back from where it never was."""
    told = (
        purchases(1)
        + "\n1d store purchase_made till receipt=x1 value=9000 source=till-test\n2d store purchase_made till receipt=x2 value=1"
    )
    replay = played(told, rules=Rules(Blueprint(staff=("till-test",))))
    assert by_step(replay, PAST) == {step_of(10_001): 10_001}


def test_equity_is_past_and_what_is_ahead_by_what_the_log_published() -> None:
    """Mutants caught: a horizon of another length; the model not asked; all customers' mean left out; what is ahead added twice."""
    rules, text = Rules(Blueprint(worth_days=182)), purchases(10)
    replay = played(text, rules=rules)
    journey, at = replay.journeys["c1"], START + 64 * DAY
    assert equity(journey, replay.rules, None, at) == (10_000, None)
    replay.apply(ModelPublished(name="cadence", version=1, cadence=WEEKLY))
    half = equity(journey, replay.rules, None, at)
    year = equity(journey, Rules().with_models(replay.rules.models), None, at)
    assert half.expected is not None
    assert year.expected is not None
    assert half.expected < year.expected < 2 * half.expected
    assert half.total == 10_000 + half.expected
    dear = equity(journey, replay.rules, Worth(customers=900, top=1, middle=1, a_day=2_300.0), at)
    assert dear.expected == pytest.approx(half.expected * (3 * 2_300 + 10_000) / 13 / 1_000, abs=2)


def test_where_tiers_begin_comes_by_the_log_and_an_older_word_changes_nothing() -> None:
    """Mutants caught: the older version taken; another version's number used."""
    replay = played(purchases(1))
    assert tier_of(50_000, replay.partition.worth) == ""
    for version in (2, 1):
        replay.apply(WorthPublished(version=version, worth=Worth(customers=version, top=50_000 * version, middle=1, a_day=1.0)))
    assert (replay.partition.worth and replay.partition.worth.customers, tier_of(99_999, replay.partition.worth)) == (2, "middle")


def test_every_tier_has_its_customers() -> None:
    """A hundred customers who each buy for another sum: a fifth at the top, near a half above the middle, and what they bring adds up."""
    text = "\n".join(f"{each}s store purchase_made till receipt=r value={100 + 10 * each * each} customer=c{each}" for each in range(100))
    (found,) = (one for one in all_insights(played(text).partition.aggregates.rows) if isinstance(one, TiersSettled))
    tiers = found.tiers
    assert Counter({name: tier.customers.count for name, tier in tiers.items()}).total() == 100
    assert 17 <= tiers["top"].customers.count <= 23
    assert 27 <= tiers["middle"].customers.count <= 33
    assert sum(tier.brings for tier in tiers.values()) == pytest.approx(1.0, abs=2e-4)
    assert tiers["top"].brings > 0.4


def test_who_comes_to_another_tier_by_their_own_doing_is_told_of() -> None:
    """Up by a purchase, down by a refund, up as two ids become one; a border that moves past somebody says nothing.

    Mutants caught: told with every purchase; told by nobody's tiers; the other id's tier taken for the one that was left.
    """
    replay = played("0 store purchase_made till receipt=r0 value=1000")
    replay.apply(WorthPublished(version=1, worth=KNOWN))
    replay.run(
        story("""
    1d  store purchase_made  till  receipt=r1 value=8000   id=b1
    2d  store purchase_made  till  receipt=r2 value=2000   id=b2
    3d  web   order_refunded /back order=r2   value=5000   id=b3
    4d  store purchase_made  till  receipt=s1 value=80000  id=b4 customer=c2
    5d  web   identity_linked /in  other=c2                id=b5
    6d  store purchase_made  till  receipt=r3 value=10     id=b6
    """)
    )
    replay.apply(WorthPublished(version=2, worth=Worth(customers=900, top=10**9, middle=10**8, a_day=1.0)))
    replay.run(story("7d store purchase_made till receipt=r4 value=10 id=b7"))
    told = [(each.customer, each.left, each.tier, each.past) for each in replay.emissions if isinstance(each, TierEntered)]
    assert told == [
        ("c1", "base", "middle", 9_000), ("c1", "middle", "base", 6_000), ("c2", "", "top", 80_000), ("c1", "base", "top", 86_000),
    ]  # fmt: skip
