"""Told stories of what customers are worth, of who was won for good, and of who is lost; figures worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.control import ModelPublished, WorthPublished
from schemas.insights import TiersSettled
from schemas.models import CadenceModel
from schemas.transitions import TierEntered
from schemas.worth import Worth
from streams.blueprint import Blueprint
from streams.insights.cells import Cell
from streams.insights.totals import insights
from streams.replay import Replay
from streams.rules import Rules
from streams.story import START, offset, story
from streams.worth.cohorts import quarter_of
from streams.worth.equity import equity
from streams.worth.past import past
from streams.worth.scale import step_of
from streams.worth.tiers import CUSTOMERS, KEY, PAST, tier_of
from streams.worth.winback import lost

DAY = 86_400_000
WEEKLY = CadenceModel(family="mbg_nbd", parameters=(2.0, 14.0, 0.5, 5.0), customers=900, purchases=9000, log_likelihood=-3e4)
KNOWN = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)


def played(text: str, until: str | None = None, rules: Rules | None = None) -> Replay:
    return Replay(rules).run(story(text), None if until is None else START + offset(until))


def counts(replay: Replay, *key: str) -> dict[str, int]:
    """What a cell says, without what has come to nothing."""
    cell = replay.partition.cells.rows.get(key, Cell())
    return {name: count for name, count in cell.counts.items() if count}


def by_step(replay: Replay, prefix: str) -> dict[int, int]:
    """The same of customers, or of what they brought, by step."""
    return {int(name[len(prefix) :]): count for name, count in counts(replay, *KEY).items() if name.startswith(prefix)}


def purchases(number: int, every: str = "7d", more: str = "", first: int = 0) -> str:
    """So many receipts of 10.00, at even distances."""
    step = offset(every)
    return "\n".join(f"{each * step}ms store purchase_made till receipt=r{each} value=1000 {more}" for each in range(first, first + number))


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
    assert past(played(text).journeys["c1"]) == worth


def test_who_is_nobodys_customer_is_not_counted() -> None:
    """A bot, one of ours at a till, somebody who has not told who they are. Mutants caught: any of the three counted."""
    ours = Rules(Blueprint(bots=("bot-1",), staff=("till-test",)))
    told = """
    0   store purchase_made till receipt=r1 value=1000 customer=bot-1
    1s  store purchase_made till receipt=r2 value=1000 source=till-test
    2s  store purchase_made till receipt=r3 value=1000 customer=anon:1
    """
    assert by_step(played(told, rules=ours), CUSTOMERS) == {}
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


def test_a_bargain_buyer_is_followed_from_the_first_time_on() -> None:
    """Three coupons make a motive, the fifth purchase the loyal rung. Mutants caught: won by the motive; the quarter of the winning."""
    quarter = str(quarter_of(START))
    assert counts(played(purchases(4, "20d", "coupons=1")), "motive", quarter, "bargain") == {"customers": 1}
    replay = played(purchases(6, "20d", "coupons=1"))
    assert {key: counts(replay, *key) for key in replay.partition.cells.rows if key[0] == "motive"} == {
        ("motive", quarter, "bargain"): {"customers": 1, "won": 1}
    }


def test_who_was_loyal_before_is_counted_apart() -> None:
    """Mutant caught: their next visit counted as won."""
    replay = played(purchases(5) + "\n" + purchases(6, "7d", "coupons=1", first=5))
    assert counts(replay, "motive", str(quarter_of(START)), "bargain") == {"customers": 1, "already": 1}


def test_both_ids_of_a_customer_are_followed_as_one() -> None:
    """Two cards of one household, each of a bargain buyer, turn out to be one. Mutants caught: counted twice; the later quarter kept."""
    late = "\n".join(f"{each}d store purchase_made till receipt=y{each} value=900 coupons=1 customer=c2" for each in (100, 101, 102))
    apart, one = (purchases(3, "1d", "coupons=1") + "\n" + late + more for more in ("", "\n103d web identity_linked /in other=c2"))
    first, second = (str(quarter_of(START + days * DAY)) for days in (0, 100))
    found = [[counts(played(text), "motive", quarter, "bargain") for quarter in (first, second)] for text in (apart, one)]
    assert found == [[{"customers": 1}, {"customers": 1}], [{"customers": 1, "won": 1}, {}]]


def test_equity_is_past_and_what_is_ahead_by_what_the_log_published() -> None:
    """Mutants caught: a horizon of another length; the model not asked; all customers' mean left out; what is ahead added twice."""
    rules, text = Rules(Blueprint(worth_days=182)), purchases(10)
    replay = played(text, rules=rules)
    journey, at = replay.journeys["c1"], START + 64 * DAY
    assert equity(journey, replay.rules, None, at) == (10_000, None)
    replay.apply(ModelPublished(name="cadence", version=1, cadence=WEEKLY))
    half = equity(journey, replay.rules, None, at)
    year = equity(journey, Rules().judging_by(replay.rules.models), None, at)
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


GONE = {
    "calm": purchases(4),
    "lapsed": purchases(4),
    "nothing": "0 web page_viewed / page=/\n1d web page_viewed / page=/\n2d web page_viewed / page=/",
}


def test_who_is_lost_has_brought_something_and_gone() -> None:
    """Mutants caught: who is only watched; who is at high risk left out; who brought nothing; who asked to be left alone; any tier."""
    told = {name: played(text, "120d" if name != "calm" else "22d") for name, text in GONE.items()}
    told["left alone"] = played(purchases(4) + "\n22d web erasure_requested", "120d")
    found = {name: lost("c1", each.journeys["c1"], each.rules, each.partition) for name, each in told.items()}
    assert {name: one is not None for name, one in found.items()} == dict.fromkeys(told, False) | {"lapsed": True}
    assert found["lapsed"] is not None
    calm = told["calm"].journeys["c1"]
    for band in ("high", "critical", "watch"):
        calm.band = band
        assert (lost("c1", calm, told["calm"].rules, told["calm"].partition) is not None) == (band != "watch")
    assert found["lapsed"].because[0].signal == "dormant"
    known = told["lapsed"]
    known.partition.worth = KNOWN
    again = lost("c1", known.journeys["c1"], known.rules, known.partition)
    assert again is not None
    assert (again.past, again.tier, again.since[:10]) == (4_000, "base", "2026-01-26")
    assert lost("anon:1", known.journeys["c1"], known.rules, known.partition) is None


def test_every_tier_has_its_customers() -> None:
    """A hundred customers who each buy for another sum: a fifth at the top, near a half above the middle, and what they bring adds up."""
    text = "\n".join(f"{each}s store purchase_made till receipt=r value={100 + 10 * each * each} customer=c{each}" for each in range(100))
    (found,) = (one for one in insights(played(text).partition.cells.rows) if isinstance(one, TiersSettled))
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
