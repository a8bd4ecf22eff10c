"""Laws of the books: caps, the memory behind them, and both arms alike. Each names the mutant that it was seen to catch."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferDelivered, OfferExpired, OfferRefusedByChannel, OfferSeen
from schemas.writing import from_rfc3339
from streams.offers.funnel import decide_offer
from streams.replay import Replay
from streams.rules.offer_rows import POLICIES, Policy
from streams.state import OFFERS_KEPT
from streams.state.ids import chance
from tests.streams.offers.cases import DAY, HOUR, NOON, consenting, ctx, gift, offers_of, ruled
from tests.streams.offers.courses import Act, acts, play, rules

REACHED = (OfferDelivered, OfferSeen, OfferAccepted, OfferDeclined, OfferExpired)  # reports that show that the offer was sent
POLICY = st.builds(
    Policy,
    limit=st.sampled_from([1, 1, 2, 3, 0]),
    days=st.sampled_from([0.5, 1.0, 7.0, 30.0]),
    scope=st.sampled_from(["all", "channel", "family", "offer"]),
    spares=st.sampled_from([(), ("service_recovery",)]),
)


class Made(NamedTuple):
    """An offer as the world saw it."""

    at: int
    offer: OfferMade


def test_a_thousand_simultaneous_triggers_with_a_cap_of_one_give_one_offer() -> None:
    """Mutant caught: `made.at > since` turned into `made.at > since and made.at != at` in caps._count (1,000 offers at once)."""
    law = ruled(gift(least_freshness=0.0), policies=(Policy(limit=1, days=7, scope="all"),))
    journey, made, told = consenting(law), 0, 0
    for number in range(1000):
        one = ctx(law, journey, cause=f"e{number}")
        decide_offer(one)
        made += len(offers_of(one.out))
        told += sum(isinstance(e, DecisionMade) for e in one.out)
    assert (made, told) == (1, 1000)


@settings(max_examples=150)
@given(acts(), st.lists(POLICY, min_size=1, max_size=2).map(tuple))
def test_no_window_ever_holds_more_offers_than_its_policy_allows(course: list[Act], policies: tuple[Policy, ...]) -> None:
    """What counts is what was sent: neither refused nor withdrawn, unless its delivery was reported after all.

    Mutants caught: `>= policy.limit` turned into `>`; a withdrawn offer that was delivered left off the count; repairs that a policy spares
    not counted.
    """
    _, over = offers_and_excess(Replay(rules(policies)), course, policies)
    assert over == []


def offers_and_excess(replay: Replay, course: list[Act], policies: tuple[Policy, ...]) -> tuple[list[Made], list[Made]]:
    """Play the course. Return the offers, and those of them that exceeded a policy when they were made."""
    unsent: set[str] = set()
    made: list[Made] = []
    over: list[Made] = []
    for touchpoint, emitted in play(replay, course):
        woken = sum(getattr(emission, "caused_by", "") == "wake" for emission in emitted)  # they came before the touchpoint
        for number, emission in enumerate(emitted):
            if number == woken:
                _note_report(touchpoint, unsent)
            if isinstance(emission, OfferWithdrawn):
                unsent.add(emission.made)
            elif isinstance(emission, OfferMade):
                new = Made(from_rfc3339(emission.at), emission)
                over += [new] if _exceeds(new, [m for m in made if m.offer.id not in unsent], policies) else []
                made.append(new)
        if woken == len(emitted):
            _note_report(touchpoint, unsent)
    return made, over


def _note_report(touchpoint: Touchpoint, unsent: set[str]) -> None:
    if isinstance(touchpoint, OfferRefusedByChannel):
        unsent.add(touchpoint.offer)
    elif isinstance(touchpoint, REACHED):
        unsent.discard(touchpoint.offer)


def _exceeds(new: Made, before: list[Made], policies: tuple[Policy, ...]) -> bool:
    for policy in policies:
        if new.offer.family in policy.spares or (policy.only and policy.only != getattr(new.offer, policy.scope)):
            continue
        within = [m for m in before if abs(m.at - new.at) < policy.days * DAY and _same(m.offer, new.offer, policy.scope)]
        if len(within) >= policy.limit:
            return True
    return False


def _same(one: OfferMade, other: OfferMade, scope: str) -> bool:
    return scope == "all" or getattr(one, scope) == getattr(other, scope)


@settings(max_examples=40)
@given(acts(), st.integers(45, 90))
def test_the_books_stay_within_their_limit_and_never_forget_what_a_cap_needs(course: list[Act], length: int) -> None:
    """Mutant caught: the oldest offer forgotten although a policy still needs it (16 others push the voucher out of the books)."""
    policies = (Policy(limit=1, days=300.0, scope="offer", only="voucher"),)
    replay = Replay(rules(policies))
    busy = [Act(("order", "delivered", "friction")[i % 3], HOUR) for i in range(length)]
    made, over = offers_and_excess(replay, [*busy, *course], policies)
    assert over == []
    assert len(replay.journey("c1").made) <= OFFERS_KEPT
    assert sum(each.offer.offer != "voucher" for each in made) >= min(OFFERS_KEPT - 1, length // 3 - 1)


@settings(max_examples=40)
@given(acts(reports=False), st.sampled_from(["UTC", "Europe/Rome", "America/New_York", ""]))
def test_both_arms_keep_the_same_books(course: list[Act], zone: str) -> None:
    """Mutants caught: shadows left out of `reserve`; shadows left out of `wake` (never counted as delivered)."""
    books = []
    for share in (0.0, 1.0):
        replay = Replay(rules(POLICIES, holdout=share, quiet_hours=(21, 8)))
        replay.journey("c1").zone = zone
        for _ in play(replay, course):
            pass
        replay.pass_time(NOON + 400 * DAY)
        journey = replay.journey("c1")
        books.append(([msgspec.structs.replace(m, shadow=False) for m in journey.made], journey.deferred, journey.next_wake))
        controls = [m for m in journey.made if m.shadow]
        assert all(m.family != "service_recovery" for m in controls)
        assert len(controls) == (sum(m.family != "service_recovery" for m in journey.made) if share else 0)
    assert books[0] == books[1]


def test_the_holdout_is_stable_and_has_its_share() -> None:
    """Mutants caught: the share compared with `>`; the salt made of the decision's cause."""
    law = ruled(gift(), holdout=0.1)
    held = set()
    for number in range(4000):
        customer = f"c{number}"
        outcomes = set()
        for at in (NOON, NOON + 30 * DAY):
            one = ctx(law, consenting(law), at, customer=customer)
            decide_offer(one)
            outcomes.add(one.out[-1].outcome)  # type: ignore[union-attr]
        assert len(outcomes) == 1
        if outcomes == {"held_out"}:
            held.add(customer)
    assert abs(len(held) / 4000 - 0.1) < 4 * (0.1 * 0.9 / 4000) ** 0.5
    assert held == {f"c{n}" for n in range(4000) if chance("holdout-1", f"c{n}") < 0.1}
