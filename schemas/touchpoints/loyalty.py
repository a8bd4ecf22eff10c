"""Touchpoints of loyalty programmes, points, and the app removed."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Ref


class LoyaltyJoined(Touchpoint, frozen=True, kw_only=True):
    """The customer joined the loyalty programme."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    examples = (
        '{"kind":"loyalty_joined","id":"e77","customer":"c7","at":1761560220000,"channel":"app","programme":"trail","tier":"green"}',
    )

    programme: Ref = ""  # name of the programme
    tier: Ref = ""  # first tier


class LoyaltyLeft(Touchpoint, frozen=True, kw_only=True):
    """The customer left the loyalty programme."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"loyalty_left","id":"e78","customer":"c7","at":1761560280000,"channel":"app","programme":"trail"}',)

    programme: Ref = ""  # name of the programme


class PointsRedeemed(Touchpoint, frozen=True, kw_only=True):
    """The customer spent loyalty points."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    thing = (("order", "points"),)
    examples = (
        '{"kind":"points_redeemed","id":"e79","customer":"c7","at":1761560340000,"channel":"app","points":500,"left":120,'
        '"programme":"trail"}',
    )

    points: Count  # points spent
    left: Count | None = None  # points still there; none: unknown
    programme: Ref = ""  # name of the programme
    order: Ref = ""  # order number


class AppUninstalled(Touchpoint, frozen=True, kw_only=True):
    """The customer removed the app."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"app_uninstalled","id":"e80","customer":"c7","at":1761560400000,"channel":"app","app_version":"7.2.0"}',)

    app_version: Ref = ""  # as the app stated it
    device: Ref = ""  # pseudonymous device number
