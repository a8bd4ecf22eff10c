"""Points, programmes, and an app kept or removed."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Ref


class LoyaltyJoined(Touchpoint, frozen=True, kw_only=True):
    """The loyalty programme was joined."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    examples = (
        '{"kind":"loyalty_joined","id":"e77","customer":"c7","at":1761560220000,"channel":"app","programme":"trail","tier":"green"}',
    )

    programme: Ref = ""  # which
    tier: Ref = ""  # first tier


class LoyaltyLeft(Touchpoint, frozen=True, kw_only=True):
    """The loyalty programme was left."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"loyalty_left","id":"e78","customer":"c7","at":1761560280000,"channel":"app","programme":"trail"}',)

    programme: Ref = ""  # which


class PointsRedeemed(Touchpoint, frozen=True, kw_only=True):
    """Points were spent."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    examples = (
        '{"kind":"points_redeemed","id":"e79","customer":"c7","at":1761560340000,"channel":"app","points":500,"left":120,'
        '"programme":"trail"}',
    )

    points: Count  # spent
    left: Count | None = None  # still there; none: unknown
    programme: Ref = ""  # which
    order: Ref = ""  # order number


class AppUninstalled(Touchpoint, frozen=True, kw_only=True):
    """The app was removed."""

    activity = "belonging"
    actor = "leaver"
    examples = ('{"kind":"app_uninstalled","id":"e80","customer":"c7","at":1761560400000,"channel":"app","app_version":"7.2.0"}',)

    app_version: Ref = ""  # as the app stated it
    device: Ref = ""  # pseudonymous device number
