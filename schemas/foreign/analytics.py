"""The names that GA4 recommends or collects by itself, those of video players, and names that are in wide use without a specification.

Sources: GA4, recommended events and automatically collected events. Segment spec, video. Snowplow, consent and mobile plugins.
"""

from __future__ import annotations

from schemas.foreign.commerce import CART, PAID, coupons, product_or_first
from schemas.foreign.event import Foreign
from schemas.foreign.lifecycle import VERSION
from schemas.foreign.picks import (
    Pick,
    Row,
    anonymous,
    categories,
    count,
    currency,
    either,
    fixed,
    length,
    millis,
    money,
    page,
    page_path,
    pieces,
    ref,
)  # fmt: skip

_ORDER = ref("transaction_id", "order_id", "order")
_LIST = either(ref("item_list_id", "item_list_name"), page, fixed("list"))
_FILM = either(ref("asset_id", "content_asset_id", "video_url", "title", "video_title", "session_id"), fixed("video"))
_VIDEO: dict[str, Pick] = {"content": _FILM, "experience": fixed("entertainment"), "topic": ref("genre", "video_provider")}
_STATES = {
    "allow_all": "granted", "allow_selected": "granted", "implicit_consent": "granted", "deny_all": "denied", "withdrawn": "withdrawn",
    "expired": "withdrawn",
}  # fmt: skip


def _state(event: Foreign) -> object:
    """Return what the customer said in a consent banner. A banner that still waits says nothing."""
    return _STATES.get(str(event.properties.get("event_type")))


def _waits(event: Foreign) -> object:
    return _state(event) is None


# Consent to tracking is a purpose of its own: a banner's "allow all" is no consent to be written to.
_TRACKING = fixed("tracking")

ROWS = (
    # GA4, retail. Amounts come in the major unit; the products are listed as `items`.
    Row("product_viewed", ("view_item",), {"product": product_or_first("item_id"), "price": money("price", "value"), "currency": currency}),
    Row("page_viewed", ("view_item_list",), {"page": _LIST, "page_type": fixed("list")}),
    Row("page_viewed", ("view_cart",), {"page": fixed("cart"), "page_type": fixed("cart")}),
    Row("clicked", ("select_item",), {"target": product_or_first("item_id"), "element": fixed("link"), "page": page}),
    Row(
        "clicked",
        ("select_promotion",),
        {"target": either(ref("promotion_id", "promotion_name", "creative_name"), fixed("promotion")), "element": fixed("link")},
    ),
    Row(
        "clicked",
        ("select_content",),
        {"target": either(ref("content_id", "item_id", "content_type"), fixed("content")), "page": page},
    ),
    Row(
        "cart_updated", ("remove_from_cart",), {"cart": CART, "items": count("cart_quantity"), "currency": currency, "removed": fixed(True)}
    ),
    Row(
        "checkout_started",
        ("begin_checkout",),
        {"cart": CART, "items": pieces, "value": money("value", "total", "revenue"), "currency": currency},
    ),
    Row("form_submitted", ("add_payment_info",), {"form": fixed("payment"), "page": page}),
    Row("form_submitted", ("add_shipping_info",), {"form": fixed("shipping"), "page": page}),
    Row(
        "order_placed",
        ("purchase",),
        {
            "order": _ORDER,
            "value": money("value", "total", "revenue"),
            "items": pieces,
            "coupons": coupons,
            "currency": currency,
            "categories": categories,
        },
    ),
    Row("order_refunded", ("refund",), {"order": _ORDER, "value": money("value", "total", "revenue"), "currency": currency}),
    Row("products_searched", ("search", "view_search_results"), {"results": count("results"), "query_length": length("search_term")}),
    # GA4, sign-in, forms and apps.
    Row("signed_in", ("login", "logged_in", "user_signed_in", "user_logged_in"), {"anonymous": anonymous, "method": ref("method")}),
    Row("account_created", ("sign_up", "signup", "user_signed_up", "user_registered", "registered"), {"plan": ref("plan", "plan_name")}),
    Row("milestone_reached", ("tutorial_complete",), {"milestone": either(ref("tutorial_id", "tutorial_name"), fixed("tutorial"))}),
    Row("form_started", ("form_start",), {"form": either(ref("form_id", "form_name"), page, fixed("form")), "page": page}),
    Row("form_submitted", ("form_submit",), {"form": either(ref("form_id", "form_name"), page, fixed("form")), "page": page}),
    Row("scrolled", ("scroll",), {"page": either(page, page_path("page_location")), "depth_percent": count("percent_scrolled")}),
    Row(
        "clicked",
        ("click",),
        {"target": either(ref("link_id", "link_domain"), page_path("link_url")), "element": fixed("link"), "page": page},
    ),
    Row("app_opened", ("first_open",), {"updated": fixed(True)}),
    Row("app_opened", ("app_update",), {"updated": fixed(True)}),
    Row("app_uninstalled", ("app_remove",), {}),
    Row("app_crashed", ("app_exception",), {"screen": page}),
    Row("message_delivered", ("notification_receive",), {"message": ref("message_id", "message_name"), "channel": fixed("push")}),
    Row("message_clicked", ("notification_open",), {"message": ref("message_id", "message_name"), "channel": fixed("push")}),
    # Of the events of a film one is read: when its content begins.
    Row("content_viewed", ("video_content_started", "video_start"), {**_VIDEO, "viewed_ms": millis("viewed_ms")}),
    # Snowplow.
    Row("app_opened", ("application_foreground",), {"app_version": VERSION}),
    Row("app_opened", ("application_install",), {"app_version": VERSION, "updated": fixed(True)}),
    Row("consent_changed", ("consent_preferences",), {"purpose": _TRACKING, "state": _state}, empty=_waits),
    Row("consent_changed", ("consent_granted",), {"purpose": _TRACKING, "state": fixed("granted")}),
    Row("consent_changed", ("consent_withdrawn",), {"purpose": _TRACKING, "state": fixed("withdrawn")}),
    # RudderStack, Shopify source.
    Row("form_submitted", ("checkout_address_info_submitted",), {"form": fixed("address"), "page": page}),
    Row("form_submitted", ("checkout_contact_info_submitted",), {"form": fixed("contact"), "page": page}),
    Row("form_submitted", ("checkout_shipping_info_submitted",), {"form": fixed("shipping"), "page": page}),
    Row("form_submitted", ("payment_info_submitted",), {"form": fixed("payment"), "page": page}),
    Row("cart_updated", ("cart_update",), {"cart": CART, "items": pieces, "value": PAID, "currency": currency}),
)
