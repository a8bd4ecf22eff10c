"""Told stories of who was won for good, and of who is lost."""

from __future__ import annotations

from msgspec.structs import replace

from agents.tools.reports.overview.winback import ranked
from schemas.control.worth import Worth
from streams.customer.value.cohorts import quarter_of
from streams.customer.value.winback import lost_customer
from streams.story import START
from tests.streams.customer.value.told import counts, played, purchases

DAY = 86_400_000
KNOWN = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)

GONE = {
    "calm": purchases(4),
    "lapsed": purchases(4),
    "nothing": "0 web page_viewed / page=/\n1d web page_viewed / page=/\n2d web page_viewed / page=/",
}


def test_a_bargain_buyer_is_followed_from_the_first_time_on() -> None:
    """Three coupons make a motive, the fifth purchase the loyal rung. Mutants caught: won by the motive; the quarter of the winning."""
    quarter = str(quarter_of(START))
    assert counts(played(purchases(4, "20d", "coupons=1")), "motive", quarter, "bargain") == {"customers": 1}
    replay = played(purchases(6, "20d", "coupons=1"))
    assert {key: counts(replay, *key) for key in replay.partition.aggregates.rows if key[0] == "motive"} == {
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


def test_who_is_lost_has_brought_something_and_gone() -> None:
    """Mutants caught: who is only watched; who is at high risk left out; who brought nothing; who asked to be left alone; any tier;
    who was here today.
    """
    told = {name: played(text, "120d" if name != "calm" else "22d") for name, text in GONE.items()}
    told["left alone"] = played(purchases(4) + "\n22d web erasure_requested", "120d")
    found = {name: lost_customer("c1", each.journeys["c1"], each.rules, each.partition) for name, each in told.items()}
    assert {name: one is not None for name, one in found.items()} == dict.fromkeys(told, False) | {"lapsed": True}
    assert found["lapsed"] is not None
    calm = told["calm"].journeys["c1"]
    calm.band = "critical"
    assert lost_customer("c1", calm, told["calm"].rules, told["calm"].partition) is None  # they bought a day ago
    calm.acted_at -= 8 * DAY
    for band in ("high", "critical", "watch"):
        calm.band = band
        assert (lost_customer("c1", calm, told["calm"].rules, told["calm"].partition) is not None) == (band != "watch")
    assert found["lapsed"].because[0].signal == "dormant"
    known = told["lapsed"]
    known.partition.worth = KNOWN
    again = lost_customer("c1", known.journeys["c1"], known.rules, known.partition)
    assert again is not None
    assert (again.past, again.tier, again.since[:10]) == (4_000, "base", "2026-01-26")
    assert lost_customer("anon:1", known.journeys["c1"], known.rules, known.partition) is None


def test_margin_and_turnover_are_told_apart_and_a_risk_says_why_its_band_is_lower() -> None:
    """Mutants: turnover is called margin; a list where 20.00 of margin stands below 36.00 of turnover; a band without its reason."""
    told = {name: played(purchases(4, "7d", more), "400d") for name, more in (("c1", ""), ("c2", "margin=500"), ("c3", "margin=100"))}
    found = [lost_customer("c1", each.journeys["c1"], each.rules, each.partition) for each in told.values()]
    lost = [replace(one, customer=name) for name, one in zip(told, found, strict=True) if one is not None]
    assert [one.counted for one in lost] == ["turnover", "margin", "margin"]
    assert [one.customer for one in ranked(lost)] == ["c2", "c3", "c1"]
    assert {(one.band, one.held_back) for one in lost if one.risk >= 0.5} == {("watch", "two_families")}
