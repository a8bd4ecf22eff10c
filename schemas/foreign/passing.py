"""Events that a format knows and that hold nothing for a journey: they are passed by and counted under their name. They are no faults.

The tables of names (`ROWS`) come first. A name is passed by only where none of them reads it.

Sources: Segment spec (identify, group; mobile, ecommerce v2, B2B SaaS, video, A/B testing). PostHog's SDKs: names that begin with `$` are
reserved for PostHog's own events; surveys. Snowplow tracker protocol: its own events carry its own vendor.
"""

from __future__ import annotations

from schemas.foreign.event import Foreign, normalize_name
from schemas.reading import Found, Passed, Rejected

MAX_NAME = 64  # characters of a name under which an event is counted

SEGMENT_CALLS = frozenset({"group", "merge", "delete"})  # merge: RudderStack's; delete: Segment's object API
SEGMENT = frozenset(
    {
        *("application_backgrounded", "application_foregrounded", "deep_link_opened", "deep_link_clicked", "install_attributed"),
        *("push_notification_dismissed", "push_notification_received", "push_notification_deep_link_opened"),
        *("promotion_viewed", "viewed_promotion", "coupon_entered", "coupon_removed", "product_shared", "cart_shared"),
        *("product_added_to_wishlist", "product_removed_from_wishlist", "signed_out", "invite_sent"),
        *("account_added_user", "account_removed_user", "experiment_viewed", "viewed_experiment"),
        *("video_playback_started", "video_playback_paused", "video_playback_interrupted", "video_playback_buffer_started"),
        *("video_playback_buffer_completed", "video_playback_seek_started", "video_playback_seek_completed", "video_playback_resumed"),
        *("video_playback_completed", "video_playback_exited", "video_content_started", "video_content_playing"),
        *("video_content_completed", "video_ad_started", "video_ad_playing", "video_ad_completed", "video_ad_skipped"),
        *("video_quality_updated", "video_ad_clicked", "video_playback_failed"),
    }
)
POSTHOG = frozenset(
    {
        *("survey_shown", "survey_sent", "survey_dismissed", "survey_abandoned"),
        *("application_installed", "application_updated", "application_backgrounded", "application_became_active", "deep_link_opened"),
    }
)
SNOWPLOW = frozenset({"page_ping", "transaction_item", "ad_impression"})
SNOWPLOWS_VENDORS = ("com.snowplowanalytics.", "com_snowplowanalytics_")
_SHOWN = frozenset({"page", "screen", "pageview", "pageleave", "page_view", "screen_view"})  # calls of an SDK that may name no page


def passed(name: str) -> Passed:
    """Return the event as passed by, under its name as the sender writes it."""
    return Passed(name[:MAX_NAME])


def unless_passed(found: Found, event: Foreign, written: str, known: frozenset[str], *, reserved: bool = False) -> Found:
    """Return what was found, or that the event is passed by if its own format knows it and no kind of ours is meant by it.

    `written` is the name as it was sent. `reserved` says that the format keeps names of this form for itself.
    """
    if not isinstance(found, Rejected):
        return found
    if found.reason == "unknown_kind" and (reserved or event.name in known):
        return passed(written)
    if found.reason == "missing_field" and event.name in _SHOWN and not event.page:
        return passed(f"{written} without a page")
    return found


def is_reserved_by_posthog(written: str) -> bool:
    """Return whether PostHog keeps this name for its own events.

    >>> is_reserved_by_posthog("$feature_flag_called"), is_reserved_by_posthog("Feature Used")
    (True, False)
    """
    return written.startswith("$") and normalize_name(written) != ""
