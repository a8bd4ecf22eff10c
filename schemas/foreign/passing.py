"""Events that a format knows and that hold nothing for a journey: they are passed by and counted under their name. They are no faults.

The tables of names (`ROWS`) come first. A name is passed by only where none of them reads it. Names that every specification lists are in
`schemas.foreign.passed`; here is what a format says by its form.

Sources: Segment spec (identify, group). PostHog's SDKs: names that begin with `$` are reserved for PostHog's own events. Snowplow tracker
protocol: its own events carry its own vendor, those of its plugins the vendor of what they watch. RudderStack's JavaScript SDK.
"""

from __future__ import annotations

from schemas.foreign.event import Foreign, normalize_name
from schemas.reading import Found, Passed, Rejected

MAX_NAME = 64  # characters of a name under which an event is counted

SEGMENT_CALLS = frozenset({"group", "merge", "delete"})  # merge: RudderStack's; delete: Segment's object API
SNOWPLOWS_VENDORS = ("com.snowplowanalytics.", "com_snowplowanalytics_")
# Snowplow's trackers and their plugins also write events of these vendors: what a video player, a notification or a window does.
TRACKERS_VENDORS = (*SNOWPLOWS_VENDORS, "com.vimeo.", "com_vimeo_", "com.youtube.", "com_youtube_", "com.apple.", "com_apple_")
RUDDERSTACKS_CATEGORY = "RudderJS-Initiated"  # of a page call by which RudderStack's SDK tests for a blocker: no page was shown
_SHOWN = frozenset({"page", "screen", "pageview", "pageleave", "page_view", "screen_view"})  # calls of an SDK that may name no page


def passed(name: str) -> Passed:
    """Return the event as passed by, under its name as the sender writes it."""
    return Passed(name[:MAX_NAME])


def unless_passed(found: Found, event: Foreign, written: str, *, reserved: bool = False) -> Found:
    """Return what was found, or that the event is passed by if its own format knows it and no kind of ours is meant by it.

    `written` is the name as it was sent. `reserved` says that the format keeps names of this form for itself.
    """
    if isinstance(found, Passed):
        return passed(written)
    if not isinstance(found, Rejected):
        return found
    if found.reason == "unknown_kind" and reserved:
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
