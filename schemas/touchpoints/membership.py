"""Touchpoints of membership: accounts, subscriptions, trials and contracts that begin, change and end."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Currency, Moment, Price, Ref, Words


class AccountCreated(Touchpoint, frozen=True, kw_only=True):
    """The customer created an account."""

    activity = "belonging"
    actor = "customer"
    thing = (("account",),)
    frees = ("account_deleted",)
    examples = ('{"kind":"account_created","id":"e67","customer":"c7","at":1761559620000,"channel":"web","account":"q1","plan":"team"}',)

    account: Ref = ""  # account number
    plan: Ref = ""  # chosen plan
    onboarding: bool = True  # its milestones are expected from now on


class AccountDeleted(Touchpoint, frozen=True, kw_only=True):
    """The customer deleted their account."""

    activity = "belonging"
    actor = "leaver"
    thing = (("account",),)
    frees = ("account_created",)
    examples = ('{"kind":"account_deleted","id":"e68","customer":"c7","at":1761559680000,"channel":"web","account":"q1"}',)

    account: Ref = ""  # account number


class SubscriptionStarted(Touchpoint, frozen=True, kw_only=True):
    """A subscription began."""

    activity = "belonging"
    actor = "customer"
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"subscription_started","id":"e69","customer":"c7","at":1761559740000,"channel":"web","subscription":"a1",'
        '"plan":"team","value":1999,"period_days":30}',
    )

    subscription: Ref  # subscription number
    plan: Ref = ""  # plan name
    value: Price | None = None  # price of one period, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    period_days: Count = 0  # days of one period; 0: unknown
    ends: Moment | None = None  # end of the first period, ms UTC; none: open


class SubscriptionRenewed(Touchpoint, frozen=True, kw_only=True):
    """A subscription went into its next period."""

    activity = "belonging"
    actor = "others"
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"subscription_renewed","id":"e70","customer":"c7","at":1761559800000,"channel":"web","subscription":"a1",'
        '"plan":"team","value":1999}',
    )

    subscription: Ref  # subscription number
    plan: Ref = ""  # plan name
    value: Price | None = None  # price of one period, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    ends: Moment | None = None  # end of the new period, ms UTC; none: open
    automatic: bool = True  # true: it renewed itself; false: the customer chose it


class SubscriptionDowngraded(Touchpoint, frozen=True, kw_only=True):
    """The customer took a smaller plan."""

    activity = "belonging"
    actor = "customer"
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"subscription_downgraded","id":"e71","customer":"c7","at":1761559860000,"channel":"web","subscription":"a1",'
        '"plan":"solo","value":999}',
    )

    subscription: Ref  # subscription number
    plan: Ref = ""  # plan name now
    value: Price | None = None  # price of one period now, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own


class SubscriptionUpgraded(Touchpoint, frozen=True, kw_only=True):
    """The customer took a larger plan."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"subscription_upgraded","id":"e72","customer":"c7","at":1761559920000,"channel":"web","subscription":"a1",'
        '"plan":"business","value":4999}',
    )

    subscription: Ref  # subscription number
    plan: Ref = ""  # plan name now
    value: Price | None = None  # price of one period now, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own


class SubscriptionCancelled(Touchpoint, frozen=True, kw_only=True):
    """A subscription was cancelled."""

    activity = "belonging"
    actor = "leaver"
    effort = 1
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"subscription_cancelled","id":"e73","customer":"c7","at":1761559980000,"channel":"web","subscription":"a1",'
        '"ends":1764000000000,"reason":"price"}',
    )

    subscription: Ref  # subscription number
    ends: Moment | None = None  # served until then, ms UTC; none: it ends at once
    reason: Words = ""  # price, service, no_need, payment, ...
    by_customer: bool = True  # true: the customer wished it; false: we did, as after failed payments


class TrialStarted(Touchpoint, frozen=True, kw_only=True):
    """A trial began."""

    activity = "belonging"
    actor = "customer"
    thing = (("trial", "ends"),)
    examples = (
        '{"kind":"trial_started","id":"e74","customer":"c7","at":1761560040000,"channel":"web","trial":"y1","ends":1762765200000,'
        '"plan":"team"}',
    )

    trial: Ref  # trial number
    ends: Moment  # when it is over, ms UTC
    plan: Ref = ""  # plan that is tried


class TrialEnded(Touchpoint, frozen=True, kw_only=True):
    """A trial ended."""

    activity = "belonging"
    actor = "others"
    thing = (("trial",),)
    examples = ('{"kind":"trial_ended","id":"e75","customer":"c7","at":1761560100000,"channel":"web","trial":"y1"}',)

    trial: Ref  # trial number
    converted: bool = False  # a plan follows


class ContractEnds(Touchpoint, frozen=True, kw_only=True):
    """The end of a contract was reported: when it is, and whether the contract renews itself."""

    activity = "belonging"
    actor = "others"
    thing = (("contract", "ends", "at"),)
    examples = (
        '{"kind":"contract_ends","id":"e76","customer":"c7","at":1761560160000,"channel":"web","contract":"n1","ends":1769331600000}',
    )

    contract: Ref  # contract number
    ends: Moment  # the last moment at which it holds, ms UTC
    renews_itself: bool = False  # it goes on unless somebody ends it
    subscription: Ref = ""  # subscription number
