"""Generated courses of several customers who look around, buy, send back, praise and turn out to be one; and what must come of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from schemas.control import Broadcast
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import PageViewed
from schemas.touchpoints.commerce import OrderPlaced, ProductViewed, PurchaseMade
from schemas.touchpoints.feedback import ReviewPosted
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from streams.customer.value.past import past_value
from streams.customer.value.scale import step_of
from streams.customer.value.tiers import CUSTOMERS, KEY, PAST, row_of
from streams.decide import Event
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Journey
from streams.state.aggregates import Aggregate, Key
from streams.state.identifiers import is_anonymous
from streams.state.priced import priced_days
from streams.story import START
from tests.laws.strategies import touchpoint

MINUTE, DAY = 60_000, 86_400_000
KINDS = (OrderPlaced, PurchaseMade, PurchaseMade, PurchaseMade, OrderRefunded, ProductViewed, ReviewPosted, PageViewed)
RULES = Rules(Blueprint(bots=("bot*",)))
Act = tuple[str, int, str, str, int, int]  # what, kind, customer, other, seed, minutes since the act before

names = st.sampled_from(["c1", "c2", "c3", "c4", "bot-1", "anon:1", "anon:2", "anon:3"])
kinds = st.integers(0, len(KINDS) - 1)
TWO = st.sampled_from(["c1", "c2"])
gaps = st.sampled_from([1, 20, 60, 1_500, 1_500, 9_000, 60_000])
WAYS = ("any", "any", "coupon", "coupon", "sudden", "sudden", "plain")


def courses(ways: Sequence[str], whose: st.SearchStrategy[str], ends: Sequence[str] = ()) -> st.SearchStrategy[list[Act]]:
    """Any course; half of them of people who keep to one way of buying, so that motives stand out, and in the end turn out to be one."""
    free = st.lists(st.tuples(st.sampled_from([*ways, *ends]), kinds, whose, names, st.integers(0, 400), gaps), max_size=60)
    paced = st.lists(st.tuples(TWO, st.sampled_from([1_500, 1_500, 9_000, 60_000])), max_size=40)
    kept_to = st.builds(_keeping_to, st.sampled_from(ways), st.sampled_from(ways), st.integers(0, 12), paced)
    if not ends:
        return st.one_of(free, kept_to)
    few = st.sampled_from(["c1", "c2", "bot-1", "anon:1"])
    last: st.SearchStrategy[list[Act]] = st.lists(st.tuples(st.sampled_from(ends), st.just(0), few, few, st.just(0), gaps), max_size=4)
    return st.one_of(free, st.builds(list.__add__, kept_to, last))


def _keeping_to(way: str, other: str, change: int, paced: list[tuple[str, int]]) -> list[Act]:
    """Buys in one way, from some moment on in another."""
    return [(way if number < change else other, 1, who, "", number, gap) for number, (who, gap) in enumerate(paced)]


acts = courses(WAYS, names, ("sign", "link"))
apart = courses(WAYS, TWO)


def told(course: Sequence[Act]) -> list[Touchpoint]:
    """The touchpoints of a course."""
    at, made = START, list[Touchpoint]()
    for number, (what, kind, customer, other, seed, minutes) in enumerate(course):
        at += minutes * MINUTE
        if what == "sudden":
            made.append(ProductViewed(id=f"v{number}", customer=customer, at=at, channel="web", product="p1"))
            made.append(OrderPlaced(id=f"e{number}", customer=customer, at=at + 5 * MINUTE, channel="web", order=f"o{number}", value=900))
        elif what in ("coupon", "plain"):
            coupons = int(what == "coupon")
            made.append(
                PurchaseMade(
                    id=f"e{number}", customer=customer, at=at, channel="store", receipt=f"x{number}", value=100 + seed, coupons=coupons
                )
            )
        elif what == "sign":
            made.append(SignedIn(id=f"s{number}", customer=customer, at=at, channel="web", anonymous=other))
        elif what == "link":
            made.append(IdentityLinked(id=f"l{number}", customer=customer, at=at, other=other))
        else:
            made.append(touchpoint(KINDS[kind], at, number, seed, customer))
    return made


def standings(journeys: Mapping[str, Journey]) -> dict[Key, dict[str, int]]:
    """What the rows must say together: brute force over the journeys as they are, a row per currency, without what comes to nothing."""
    found: dict[Key, Counter[str]] = {}
    for journey in (each for name, each in journeys.items() if priced_days(each) and not uncounted(name)):
        step = step_of(past_value(journey))
        row = found.setdefault(row_of(journey.value.currency), Counter())
        row.update({f"{CUSTOMERS}{step}": 1, f"{PAST}{step}": past_value(journey), "days": priced_days(journey)})
        gaps, days = journey.cadence.gaps, round(journey.cadence.gaps * journey.cadence.mean_days)
        row.update({"purchases": journey.cadence.count, "again": gaps > 0, "gaps": gaps, "gap_days": days})
    return {key: {name: count for name, count in row.items() if count} for key, row in found.items()}


def counted(totals: Mapping[Key, Aggregate]) -> dict[Key, dict[str, int]]:
    """What the rows of the tiers say, without what comes to nothing and without the moves."""
    rows = {key: row.counts for key, row in totals.items() if key[0] == KEY[0]}
    told = {key: {name: count for name, count in row.items() if count and name != "moves"} for key, row in rows.items()}
    return {key: row for key, row in told.items() if row}


def in_partitions(touchpoints: Sequence[Touchpoint], of: int) -> list[Replay]:
    """Customers apart in so many partitions, who tell each other over the log what they have to."""
    parts = [Replay(RULES, sent_in_log=True) for _ in range(of)]
    for touchpoint_ in touchpoints:
        coming: deque[Event] = deque([touchpoint_])
        while coming:
            event = coming.popleft()
            part = parts[sum(event.customer.encode()) % of] if not isinstance(event, Broadcast) else parts[0]
            before = len(part.sent)
            part.apply(event, touchpoint_.at)
            coming.extend(part.sent[before:])
    return parts


def uncounted(name: str) -> bool:
    """Whether this is nobody whom we count."""
    return is_anonymous(name) or name.startswith("bot")
