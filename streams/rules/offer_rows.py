"""The rows of offers and contact policies in a blueprint. Each row is checked when it is created."""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.outputs.offers import Family
from schemas.touchpoints import BY_KIND
from streams.state import OFFERS_KEPT

PURCHASES = ("order_placed", "purchase_made")  # touchpoint kinds


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the catalogue. Raises ValueError with every fault at once."""

    name: str  # unique; on every decision and offer
    version: int = 1  # raise it when the offer itself changes
    family: Family  # change the basket, repair what went wrong, or an incentive
    lever: Literal["financial", "social", "structural"]  # what binds the customer: money, people, or how things are arranged
    realm: Literal["", "entertainment", "education", "aesthetics", "escape"] = ""  # of experience, if it is one
    channels: tuple[str, ...]  # in order of preference
    audience: str = "true"  # rule over the journey (streams.rules.audience.language)
    phases: tuple[str, ...] = ()  # phases in which it applies; empty: all
    resolves: tuple[str, ...] = ()  # frictions it repairs (service recovery only); "*": any
    # touchpoint kinds that reach what it is for: a pending one is then withdrawn. A purchase is always a goal of a promotion
    goals: tuple[str, ...] = ()
    propensity: float = 0.1  # prior chance of acceptance, 0..1
    value: float = 0.0  # expected margin saved, minor units
    cost: float = 0.0  # minor units
    cooldown_days: float = 30  # days without it after the customer declined it
    valid_hours: float = 72  # how long the customer may take it
    habituation: float = 0.5  # share of its effect that a repeat keeps
    rest_days: float = 60  # days after which an earlier one counts only half against its effect
    least_freshness: float = 0.2  # below this share of its effect it counts as a habit and is not made
    purposes: tuple[str, ...] = ("marketing",)  # consents it needs; empty for service
    owner: str = "retention"  # who is responsible for it
    wording: str = ""  # key of the text; empty: the name

    def __post_init__(self) -> None:
        """Raise ValueError for a row that could not work."""
        faults = [text for wrong, text in self._checks() if wrong]
        if faults:
            raise ValueError(f"offer {self.name!r}: {'; '.join(faults)}")

    def _checks(self) -> tuple[tuple[bool, str], ...]:
        repairs = self.family == "service_recovery"
        return (
            (not self.name, "it has no name"),
            (not self.channels or len(set(self.channels)) != len(self.channels), "channels must be named, each once"),
            (repairs != bool(self.resolves), "service recovery, and nothing else, names the frictions it resolves"),
            (not repairs and not self.purposes, "without a purpose it needs no consent; only service may"),
            (not set(self.goals) <= set(BY_KIND), f"goals are touchpoint kinds, not {', '.join(sorted(set(self.goals) - set(BY_KIND)))}"),
            (not 0 < self.propensity <= 1, "propensity lies in (0, 1]"),
            (not self.value > self.cost, "value must exceed cost, or it is better not made"),
            (not (self.valid_hours > 0 and self.rest_days > 0 and self.cooldown_days >= 0), "durations must be positive"),
            (not (0 < self.habituation <= 1 and 0 <= self.least_freshness <= 1), "habituation lies in (0, 1], least_freshness in [0, 1]"),
        )


def goals_of(offers: tuple[Offer, ...]) -> dict[str, frozenset[str]]:
    """Return per touchpoint kind the names of the offers whose goal it reaches. Purchases are there for every promotion.

    >>> sorted(goals_of((Offer(name="pause", family="basket_change", lever="social", channels=("web",), value=9,
    ...                        goals=("account_paused",)),)))
    ['account_paused', 'order_placed', 'purchase_made']
    """
    found: dict[str, frozenset[str]] = dict.fromkeys(PURCHASES, frozenset())
    for offer in offers:
        for kind in offer.goals:
            found[kind] = found.get(kind, frozenset()) | {offer.name}
    return found


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A cap: at most `limit` offers to one customer within `days`. The scope may count channels, families or offers apart."""

    limit: int  # offers
    days: float  # within so many
    scope: Literal["all", "channel", "family", "offer"]  # what is counted together
    only: str = ""  # this channel, family or offer only; empty: each one by itself
    spares: tuple[Family, ...] = ()  # families that are counted, but never held back by it

    def __post_init__(self) -> None:
        """Raise ValueError for a policy that needs more memory than the OFFERS_KEPT offers of a journey."""
        if not 0 <= self.limit <= OFFERS_KEPT or not self.days > 0 or (self.scope == "all" and self.only):
            raise ValueError(f"policy {self.limit} in {self.days:g} days: 0 to {OFFERS_KEPT} in more than 0 days; `only` needs a scope")


# Values (cents of margin) and propensities are our priors for a grocer with a webshop. A company sets its own, and learning corrects them.
CATALOGUE: tuple[Offer, ...] = (
    # Basket changes: staying costs the customer less.
    Offer(
        name="own_brand_basket", family="basket_change", lever="structural", channels=("app", "email"),
        phases=("relationship", "retention"), audience="purchases >= 3 and band != 'calm'",
        propensity=0.12, value=600, cost=50, wording="same_basket_for_less",
    ),
    Offer(
        name="refill_box", family="basket_change", lever="structural", channels=("app", "email"), phases=("relationship",),
        audience="purchases >= 5 and typical_gap_days < 15 and count(buying, days=28) > 0 and band == 'watch'",
        propensity=0.06, value=900, cost=100,
    ),
    Offer(
        name="smaller_plan_or_pause", family="basket_change", lever="structural", channels=("web", "app", "email"),
        audience="count(subscription_started) > count(subscription_cancelled)", propensity=0.2, value=1500, cost=300, valid_hours=168,
        goals=("subscription_downgraded", "subscription_renewed", "account_paused"),
    ),
    # Service recovery. It is service and not advertising, so it needs no consent, except where it reminds of an unfinished purchase.
    Offer(
        name="delivery_apology", family="service_recovery", lever="social", channels=("app", "sms", "email", "web"), purposes=(),
        resolves=("delivery_late", "delivery_failed", "scan_gap", "where_is_my_order"), owner="delivery", propensity=0.4, value=700,
        cost=200, valid_hours=24,
    ),
    Offer(
        name="payment_help", family="service_recovery", lever="structural", channels=("web", "app", "sms", "email"), purposes=(),
        resolves=("payment_failed", "payment_retries"), owner="payments", propensity=0.5, value=800, cost=20, valid_hours=24,
    ),
    Offer(  # a customer who complains wants an answer within 48 hours, and from a person
        name="complaint_follow_up", family="service_recovery", lever="social", channels=("call", "email"), purposes=(), owner="service",
        resolves=("complaint_opened", "complaint_overdue", "low_satisfaction", "detractor", "negative_review"),
        propensity=0.5, value=1200, cost=400, valid_hours=48,
    ),
    Offer(
        name="call_back", family="service_recovery", lever="social", channels=("call", "app", "email"), purposes=(), owner="service",
        resolves=("contact_unsolved", "queue_abandoned", "unanswered_message", "repeat_contact", "immediate_callback",
                  "channel_escalation", "transferred",
                  "repeated_information", "high_effort", "sign_in_loop"), propensity=0.45, value=700, cost=250, valid_hours=24,
    ),
    Offer(  # a reminder of a cart counts as advertising where ePrivacy applies
        name="checkout_help", family="service_recovery", lever="structural", channels=("web", "app", "email"), purposes=("marketing",),
        resolves=("cart_abandoned", "checkout_abandoned", "form_abandoned", "coupon_denied", "validation_loop", "failed_request"),
        owner="shop", propensity=0.15, value=500, cost=10, valid_hours=24,
    ),
    # Incentives for customers who may leave. They come last: they cost most and teach customers to wait for them.
    Offer(
        name="comeback_voucher", family="incentive", lever="financial", channels=("email", "post"), phases=("retention",),
        audience="purchases >= 2 and (gaps_since_purchase > 2 or days_since_purchase > 60)",
        propensity=0.08, value=1500, cost=500, valid_hours=336, cooldown_days=60,
    ),
    Offer(
        name="free_delivery", family="incentive", lever="financial", channels=("app", "email", "sms"),
        phases=("acquisition", "relationship"), audience="count(cart_updated) > 0 and (purchases == 0 or band != 'calm')",
        propensity=0.1, value=600, cost=350,
    ),
    Offer(
        name="status_gift", family="incentive", lever="social", channels=("store", "app", "email"), phases=("relationship", "retention"),
        audience="rung in ('loyal', 'advocate') and band != 'calm'", propensity=0.2, value=1200, cost=300, valid_hours=336,
    ),
    Offer(  # an experience of the education realm: learning together binds more than a price
        name="tasting_evening", family="incentive", lever="social", realm="education", channels=("email", "post"), phases=("relationship",),
        audience="purchases >= 4 and coupon_share < 0.5 and band == 'watch'", propensity=0.05, value=2000, cost=600, valid_hours=336,
        rest_days=120,
    ),
)  # fmt: skip
# Seven-day windows are common practice in contact policies. The numbers are [ours], on the careful side.
POLICIES: tuple[Policy, ...] = (
    # A repair is counted by every policy. It is held back only by those of service, never by advertising.
    Policy(limit=1, days=7, scope="channel", only="email", spares=("service_recovery",)),
    Policy(limit=1, days=7, scope="channel", only="sms", spares=("service_recovery",)),
    Policy(limit=2, days=7, scope="all", spares=("service_recovery",)),
    Policy(limit=2, days=7, scope="family", only="service_recovery"),
    Policy(limit=2, days=30, scope="family", only="incentive"),
    Policy(limit=1, days=14, scope="offer"),
)
