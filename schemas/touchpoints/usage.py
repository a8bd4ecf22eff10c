"""Touchpoints of product use: what is used, and by how many."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Moment, Ref, Words


class FeatureUsed(Touchpoint, frozen=True, kw_only=True):
    """The customer used a feature."""

    activity = "using"
    actor = "customer"
    effort = -1
    examples = (
        '{"kind":"feature_used","id":"e81","customer":"c7","at":1761560460000,"channel":"app","feature":"route_planned","core":true,'
        '"units":3}',
    )

    feature: Words  # its stable name
    core: bool = False  # part of what the product is bought for
    units: Count = 1  # how often, added up by the sender
    area: Words = ""  # feature group or category
    seat: Ref = ""  # pseudonymous number of the person who used it


class QuotaReached(Touchpoint, frozen=True, kw_only=True):
    """The customer reached a limit of their plan."""

    activity = "using"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"quota_reached","id":"e82","customer":"c7","at":1761560520000,"channel":"app","quota":"storage","used_percent":100}',
    )

    quota: Ref  # name of the limit
    used_percent: Count = 100  # % of the limit that is used


class MilestoneReached(Touchpoint, frozen=True, kw_only=True):
    """The customer completed a step of getting started."""

    activity = "using"
    actor = "customer"
    effort = -1
    examples = ('{"kind":"milestone_reached","id":"e83","customer":"c7","at":1761560580000,"channel":"app","milestone":"first_project"}',)

    milestone: Words  # its stable name


class SeatsCounted(Touchpoint, frozen=True, kw_only=True):
    """The seats in use were counted."""

    activity = "using"
    actor = "others"
    examples = ('{"kind":"seats_counted","id":"e84","customer":"c7","at":1761560640000,"channel":"app","used":18,"bought":25}',)

    used: Count  # seats in use
    bought: Count = 0  # seats paid for; 0: unknown


class MainContactSet(Touchpoint, frozen=True, kw_only=True):
    """The account's main contact was named."""

    activity = "belonging"
    actor = "others"
    examples = ('{"kind":"main_contact_set","id":"e85","customer":"c7","at":1761560700000,"channel":"app","contact_person":"u-81"}',)

    contact_person: Ref  # pseudonymous number of the person, not the name


class ChampionChanged(Touchpoint, frozen=True, kw_only=True):
    """The person who stood for us at the customer's left or changed their role."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"champion_changed","id":"e86","customer":"c7","at":1761560760000,"channel":"app","left":true}',)

    contact_person: Ref = ""  # pseudonymous number of the new person; empty: nobody yet
    left: bool = True  # true: the former one left the company; false: they changed their role


class ReviewMeetingHeld(Touchpoint, frozen=True, kw_only=True):
    """A review meeting took place."""

    activity = "belonging"
    actor = "customer"
    examples = ('{"kind":"review_meeting_held","id":"e103","customer":"c7","at":1761561780000,"channel":"app","meeting":"g2"}',)

    meeting: Ref = ""  # meeting number


class ReviewMeetingMissed(Touchpoint, frozen=True, kw_only=True):
    """The customer skipped a review meeting."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"review_meeting_missed","id":"e87","customer":"c7","at":1761560820000,"channel":"app","meeting":"g1"}',)

    meeting: Ref = ""  # meeting number


class ExpansionRefused(Touchpoint, frozen=True, kw_only=True):
    """The customer refused a larger plan, or more seats."""

    activity = "belonging"
    actor = "customer"
    examples = (
        '{"kind":"expansion_refused","id":"e88","customer":"c7","at":1761560880000,"channel":"app","subscription":"a1","reason":"budget"}',
    )

    subscription: Ref = ""  # subscription number
    reason: Words = ""  # price, budget, no_need, ...


class AccountPaused(Touchpoint, frozen=True, kw_only=True):
    """The customer paused the account. Silence is then agreed."""

    activity = "using"
    actor = "customer"
    examples = ('{"kind":"account_paused","id":"e89","customer":"c7","at":1761560940000,"channel":"app","until":1764000000000}',)

    until: Moment | None = None  # end of the pause, ms UTC; none: open
