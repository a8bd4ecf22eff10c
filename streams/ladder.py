"""The ladder of loyalty: rungs are climbed by purchases and praise, and lost by silence, measured in the customer's own rhythm.

A purchase is an order, a receipt, or a period of a subscription. Whoever has slipped is loyal again after two purchases that came in time.
Referrals would be evidence for an advocate as well; no kind of touchpoint tells of them yet.
"""

from __future__ import annotations

from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.membership import SubscriptionRenewed, SubscriptionStarted
from schemas.transitions import RungEntered
from schemas.vocabulary import CUSTOMERS
from streams.moment import Moment
from streams.state import Journey, Standing
from streams.worth import cohorts

REPEAT, LOYAL, REGAINED = 2, 5, 2  # purchases from which a customer counts as repeat, as loyal, as loyal again [ours]
BUYING = (OrderPlaced, PurchaseMade, SubscriptionStarted, SubscriptionRenewed)
SLIPS: dict[str, dict[str, str]] = {
    "purchase_overdue": {"loyal": "repeat", "advocate": "loyal"},
    "detractor_or_drop": {"advocate": "loyal"},
    "dormant": dict.fromkeys(CUSTOMERS, "lapsed"),
    "cancelled": dict.fromkeys(CUSTOMERS, "lapsed"),
}


def bought(journey: Journey) -> int:
    """Purchases so far, periods of subscriptions among them."""
    kinds = journey.kinds
    return journey.cadence.count + kinds.get("subscription_started", 0) + kinds.get("subscription_renewed", 0)


def slip(moment: Moment, cue: str) -> None:
    """The rung that this churn signal lets the customer slip to, if any; the signal is the evidence."""
    if to := SLIPS.get(cue, {}).get(moment.journey.rung.name):
        moment.journey.slipped = bought(moment.journey)
        _enter_rung(moment, to, moment.id(f"churn:{cue}"))


def climb(moment: Moment, evidence: str, cue: str) -> None:
    """The rung after this purchase or praise. A subscription that renewed itself has won nobody back."""
    journey = moment.journey
    rung, count = journey.rung.name, bought(journey)
    if cue == "praised":
        to = "advocate" if rung == "loyal" else rung
    elif rung == "lapsed":
        to = rung if cue == "renewed_by_itself" else "won_back"
    elif count >= LOYAL:
        to = rung if rung == "advocate" or count - journey.slipped < REGAINED else "loyal"
    else:
        to = "repeat" if count >= REPEAT else "first_time" if count else rung
    _enter_rung(moment, to, evidence)


def _enter_rung(moment: Moment, to: str, evidence: str) -> None:
    rung = moment.journey.rung
    if to == rung.name:
        return
    moment.stirred = True
    moment.out.append(
        RungEntered(
            **moment.head(f"rung:{to}"),
            rung=to, left=rung.name, evidence=(evidence,), dwell_s=max(0, moment.at - rung.since) // 1000,
        )
    )  # fmt: skip
    moment.journey.rung = Standing(to, moment.at, rung.name)
    if to in cohorts.LOYAL:
        cohorts.settle(moment)
