"""Generated courses of a relationship: triggers, outcomes, consents, frictions and silences, in any order and rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import strategies as st

from schemas.touchpoints import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PaymentFailed
from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.messaging import Unsubscribed
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferDelivered, OfferExpired, OfferRefusedByChannel, OfferSeen
from streams.moment import Emission
from streams.replay import Replay
from tests.streams.offers.cases import DAY, HOUR, NOON, offers_of

REPORTS = {
    "delivered": OfferDelivered,
    "seen": OfferSeen,
    "accepted": OfferAccepted,
    "declined": OfferDeclined,
    "expired": OfferExpired,
    "refused": OfferRefusedByChannel,
}


class Act(NamedTuple):
    """One thing that happens, `after` ms later than the one before (or, when late, `late` ms before the newest)."""

    what: str
    after: int
    which: int = 0  # of the offers made so far, from the newest
    late: int = 0


def acts(*, reports: bool = True, consents: bool = True) -> st.SearchStrategy[list[Act]]:
    """Return up to 40 acts; times cluster around nothing, minutes and days, so that windows are met at their edges."""
    kinds = ["friction", "order", "friction", "order", *(REPORTS if reports else ()), *(("grant", "withdraw", "unsubscribe") if consents else ())]
    gaps = st.sampled_from([0, 0, 1, 60_000, HOUR, 5 * HOUR, DAY, DAY - 1, 3 * DAY, 7 * DAY, 7 * DAY - 1])
    late = st.sampled_from([0, 0, 0, 0, HOUR, 2 * DAY])
    return st.lists(st.builds(Act, st.sampled_from(kinds), gaps, st.integers(0, 3), late), max_size=40)


def play(replay: Replay, course: list[Act], *, grant: bool = True) -> Iterator[tuple[Touchpoint, list[Emission]]]:
    """Apply the acts to one customer and yield each touchpoint with what it made; waking by its own clock as decide does."""
    now, made = NOON, []
    opening = [Act("grant", 0)] if grant else []
    for number, act in enumerate([*opening, *course]):
        now += act.after
        touchpoint = _touchpoint(act, f"e{number}", now - act.late, [offer.id for offer in made])
        if touchpoint is not None:
            emitted = replay.apply(touchpoint)
            made += offers_of(emitted)
            yield touchpoint, emitted


def _touchpoint(act: Act, id: str, at: int, made: list[str]) -> Touchpoint | None:
    common = {"id": id, "customer": "c1", "at": at, "channel": "email"}
    if act.what == "friction":
        return PaymentFailed(**common, payment=id, place=f"/pay{act.which}")
    if act.what == "order":
        return OrderPlaced(**common, order=id)
    if act.what in ("grant", "withdraw"):
        state = "granted" if act.what == "grant" else "withdrawn"
        return ConsentChanged(**common, purpose="marketing", state=state, for_channel="sms" if act.which == 3 else "")
    if act.what == "unsubscribe":
        return Unsubscribed(**common)
    if act.which < len(made):
        return REPORTS[act.what](**common, offer=made[-1 - act.which])
    return None
