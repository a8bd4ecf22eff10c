"""Customers who delete their account, leave the loyalty programme or withdraw consent."""

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
    """The customer deleted their account, left the loyalty programme, or withdrew their consent to marketing.

    **Definition**: A deleted account has full strength. A left programme has `loyalty_strength`. A withdrawn marketing consent has
    `consent_strength`.
    **Default**: The first. 0.6 and 0.3.
    **Source**: [ours]. Weight 2.5 and half-life 90 days are priors.
    **Guard**: A consent never given cannot be withdrawn: `denied` is an answer, `withdrawn` a change of mind. The consent rules stop
    further offers, this signal does not.

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
