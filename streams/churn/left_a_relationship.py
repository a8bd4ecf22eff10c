"""Customers who end what bound them to us."""

from __future__ import annotations

from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.loyalty import LoyaltyJoined, LoyaltyLeft
from schemas.touchpoints.membership import AccountCreated, AccountDeleted
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey


@pattern(
    "left_a_relationship",
    on=(AccountDeleted, LoyaltyLeft, ConsentChanged),
    closes=after(days=90),
    closed_by=(closing(AccountCreated), closing(LoyaltyJoined)),
    limits={"loyalty_strength": 0.6, "consent_strength": 0.3},
    severity=4,
    risk=Risk("relationship", weight=2.5, half_life_days=90),
)
def left_a_relationship(_journey: Journey, left: AccountDeleted | LoyaltyLeft | ConsentChanged, limits: Limits) -> Found | None:
    """The customer deleted their account, left the loyalty programme, or took their consent to marketing back.

    **Definition**: an account deleted, in full; a programme left at `loyalty_strength`; marketing consent withdrawn at `consent_strength`.
    **Default**: the first; 0.6 and 0.3.
    **Source**: [ours]; weight 2.5 and half-life 90 days are priors.
    **Guard**: a consent never given is not taken back: `denied` is an answer, `withdrawn` a change of mind. (That no offer may follow is
    the consent rules' doing, not this signal's.)

    >>> from streams.replay import signals_of
    >>> signals_of("0 web account_deleted /account")
    ['left_a_relationship']
    >>> signals_of("0 web consent_changed - purpose=marketing state=denied")
    []
    """
    if isinstance(left, AccountDeleted):
        return Found([left.id], "Deleted the account", 5)
    if isinstance(left, LoyaltyLeft):
        return Found([left.id], "Left the loyalty programme", strength=limits["loyalty_strength"])
    if left.purpose != "marketing" or left.state != "withdrawn":
        return None
    return Found([left.id], "Took back the consent to marketing", 3, limits["consent_strength"])
