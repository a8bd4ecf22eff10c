"""The names that SDKs give to the showing, leaving and failing of pages and screens.

Sources: Segment spec (page, screen). Trackers of PostHog, Mixpanel, Snowplow and RudderStack for their own events.
"""

from __future__ import annotations

from schemas.foreign.event import Foreign, normalize_name
from schemas.foreign.picks import Row, count, either, fixed, millis, page, ref, seconds
from schemas.foreign.values import came_from, text


def _came_from(event: Foreign) -> object:
    return came_from(event.referrer, event.url) or None


def _type_of(event: Foreign) -> object:
    said = ref("page_type", "category")(event)
    return normalize_name(said) if isinstance(said, str) else None


def _print_of(event: Foreign) -> object:
    """Return the error's fingerprint, else its type. Its message is never read: it may hold what a customer typed."""
    types, listed = event.properties.get("exception_types"), event.properties.get("exception_list")
    if isinstance(types, list) and types:
        return text(types[0])
    first = listed[0] if isinstance(listed, list) and listed else None
    return text(first.get("type")) if isinstance(first, dict) else None


ROWS = (
    Row(
        "page_viewed",
        ("page", "pageview", "page_view", "mp_web_page_view", "auto_page_view", "amplitude_page_viewed"),
        {"page": page, "page_type": _type_of, "came_from": _came_from},
    ),
    Row("screen_viewed", ("screen", "screen_view"), {"screen": either(page, ref("name")), "screen_type": ref("screen_type", "type")}),
    Row(
        "page_left",
        ("pageleave", "mp_page_leave", "page_unloaded"),
        {"page": page, "stayed_ms": either(millis("stayed_ms", "time_on_page"), seconds("prev_pageview_duration"))},
    ),
    Row(
        "page_slowed",
        ("page_slowed",),
        {"page": page, "lcp_ms": millis("lcp_ms", "web_vitals_lcp_value"), "inp_ms": millis("inp_ms", "web_vitals_inp_value")},
    ),
    Row(
        "script_failed",
        ("exception",),
        {"page": either(page, fixed("")), "error": either(ref("exception_fingerprint", "exception_type"), _print_of)},
    ),
    Row(
        "scrolled",
        ("mp_scroll", "auto_page_scroll", "page_scrolled"),
        {"page": page, "depth_percent": count("scroll_percentage", "depth_percent")},
    ),
    Row(
        "cursor_moved",
        ("thrashed_cursor", "amplitude_thrashed_cursor"),
        {
            "page": page,
            "turns": count("turns", "direction_changes", "amplitude_direction_changes"),
            "over_ms": millis("over_ms", "amplitude_duration"),
        },
    ),
)
