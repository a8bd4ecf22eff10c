"""Every event that a public specification names is read as a kind of ours, or passed by: none is refused as unknown."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.foreign import NAMES
from schemas.foreign.event import normalize_name
from schemas.foreign.own import OWN
from schemas.foreign.passed import BY_SPECIFICATION, PASSED
from schemas.reading import Passed, Rejected
from tests.schemas.inputs.sent import as_json, call, captured, described, payload, said, track, tracked
from tests.schemas.samples import outcome, rejected

SPECIFICATIONS: dict[str, str] = {
    "Segment spec, ecommerce v2 (also RudderStack's and PostHog's)": """
        Products Searched, Product List Viewed, Product List Filtered, Promotion Viewed, Promotion Clicked, Product Clicked, Product Viewed,
        Product Added, Product Removed, Cart Viewed, Checkout Started, Checkout Step Viewed, Checkout Step Completed, Payment Info Entered,
        Order Completed, Order Updated, Order Refunded, Order Cancelled, Coupon Entered, Coupon Applied, Coupon Denied, Coupon Removed,
        Product Added to Wishlist, Product Removed from Wishlist, Wishlist Product Added to Cart, Product Shared, Cart Shared,
        Product Reviewed""",
    "Segment spec, mobile": """
        Application Installed, Application Opened, Application Backgrounded, Application Foregrounded, Application Updated,
        Application Uninstalled, Application Crashed, Install Attributed, Push Notification Received, Push Notification Tapped,
        Push Notification Bounced, Deep Link Opened, Deep Link Clicked""",
    "Segment spec, email": """
        Email Delivered, Email Opened, Email Link Clicked, Email Bounced, Email Marked as Spam, Unsubscribed""",
    "Segment spec, live chat": """
        Live Chat Conversation Started, Live Chat Message Sent, Live Chat Message Received, Live Chat Conversation Ended""",
    "Segment spec, B2B SaaS": """
        Account Created, Account Deleted, Account Added User, Account Removed User, Signed Up, Signed In, Signed Out, Invite Sent,
        Trial Started, Trial Ended""",
    "Segment spec, A/B testing": "Experiment Viewed",
    "Segment spec, video": """
        Video Playback Started, Video Playback Paused, Video Playback Interrupted, Video Playback Buffer Started,
        Video Playback Buffer Completed, Video Playback Seek Started, Video Playback Seek Completed, Video Playback Resumed,
        Video Playback Completed, Video Playback Exited, Video Content Started, Video Content Playing, Video Content Completed,
        Video Ad Started, Video Ad Playing, Video Ad Completed, Video Quality Updated""",
    "RudderStack, Shopify source": """
        Cart Viewed, Checkout Address Info Submitted, Checkout Contact Info Submitted, Checkout Shipping Info Submitted,
        Payment Info Submitted, Checkout Started, Product List Viewed, Product Added, Product Removed, Product Viewed, Products Searched,
        Order Completed, Checkout Updated, Checkouts Delete, Fulfillments Create, Fulfillments Update, Fulfillment Orders Split,
        Order Created, Order Updated, Orders Delete, Orders Edited, Order Cancelled, Orders Fulfilled, Orders Paid,
        Orders Partially Fulfilled, Cart Update""",
    "GA4, recommended events": """
        ad_impression, earn_virtual_currency, generate_lead, join_group, login, purchase, refund, search, select_content, share, sign_up,
        spend_virtual_currency, tutorial_begin, tutorial_complete, add_payment_info, add_shipping_info, add_to_cart, add_to_wishlist,
        begin_checkout, remove_from_cart, select_item, select_promotion, view_cart, view_item, view_item_list, view_promotion,
        qualify_lead, disqualify_lead, working_lead, close_convert_lead, close_unconvert_lead, level_end, level_start, level_up,
        post_score, unlock_achievement, exception, screen_view, page_view""",
    "GA4, automatically collected events": """
        ad_click, ad_exposure, ad_query, ad_reward, adunit_exposure, app_clear_data, app_exception, app_remove, app_store_refund,
        app_store_subscription_cancel, app_store_subscription_convert, app_store_subscription_renew, app_update, campaign_details, click,
        dynamic_link_app_open, dynamic_link_app_update, dynamic_link_first_open, file_download, firebase_campaign, first_open,
        first_visit, form_start, form_submit, in_app_purchase, notification_dismiss, notification_foreground, notification_open,
        notification_receive, os_update, scroll, session_start, user_engagement, video_complete, video_progress, video_start,
        view_search_results""",
    "Snowplow, trackers and their plugins": """
        page_view, page_ping, transaction_item, link_click, screen_view, screen_end, site_search, submit_form, change_form, focus_form,
        button_click, add_to_cart, remove_from_cart, social_interaction, timing, user_timing, consent_preferences, consent_granted,
        consent_withdrawn, cmp_visible, application_error, application_foreground, application_background, application_install,
        message_notification, deep_link_received, web_vitals, list_item_view, file_download, ad_impression, ad_click, ad_conversion,
        play_event, pause_event, end_event, percent_progress_event, media_player_event, buffer_start_event, quality_change_event""",
    "names in wide use": "Button Clicked, Logged In, Logged Out, User Signed Up, Order Placed, Subscription Started, Payment Failed",
}
EVENTS = [(source, name) for source, names in SPECIFICATIONS.items() for name in (each.strip() for each in names.split(","))]


@pytest.mark.parametrize(("source", "name"), EVENTS)
def test_every_event_of_a_specification_is_read_or_passed_by(source: str, name: str) -> None:
    """Mutant: a row or a passed name removed, so that a sender who follows the specification fills the rejections."""
    written = normalize_name(name)
    assert (written in NAMES or written in OWN) != (written in PASSED), source
    for value in (as_json(track(name)), as_json(captured(name))):
        found = outcome(value)
        assert not isinstance(found, Rejected) or found.reason == "missing_field", found
        passed = found.name if isinstance(found, Passed) else ""  # a view that names no page holds nothing either
        assert bool(passed) == (written in PASSED or passed == "consent_preferences" or passed.endswith(" without a page"))


@pytest.mark.parametrize("name", sorted({*NAMES, *OWN, *PASSED}))
def test_no_name_of_a_table_is_unknown(name: str) -> None:
    """Mutant: a name that stands in a table and is never looked up there."""
    found = outcome(as_json(track(name)))
    assert not isinstance(found, Rejected) or found.reason != "unknown_kind"


def test_a_passed_name_stands_once_as_it_is_looked_up() -> None:
    """Mutants: a name passed by that a table reads, whose row is then dead; a name as its sender writes it, which is never found."""
    names = [name for names in BY_SPECIFICATION.values() for name in names]
    assert len(names) == len(set(names))
    assert [name for name in names if normalize_name(name) != name or name in NAMES or name in OWN] == []


ITEMS = [{"item_id": "p1", "item_category": "tents", "quantity": 2}, {"item_id": "p2"}]
READ: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "purchase",
        {"transaction_id": "o1", "value": 149, "currency": "EUR", "coupon": "SPRING", "items": ITEMS},
        {
            "kind": "order_placed", "order": "o1", "value": 14900, "currency": "EUR", "coupons": 1, "items": 3, "categories": ("tents",),
        },
    ),
    ("refund", {"transaction_id": "o1", "value": 9.5}, {"kind": "order_refunded", "order": "o1", "value": 950}),
    ("view_item", {"value": 12, "items": ITEMS}, {"kind": "product_viewed", "product": "p1", "price": 1200}),
    ("begin_checkout", {"value": 12, "items": ITEMS}, {"kind": "checkout_started", "cart": "cart", "items": 3, "value": 1200}),
    ("remove_from_cart", {"items": ITEMS}, {"kind": "cart_updated", "cart": "cart", "removed": True}),
    ("login", {"method": "link"}, {"kind": "signed_in", "anonymous": "anon:5f2c", "method": "link"}),
    ("Logged In", {}, {"kind": "signed_in", "anonymous": "anon:5f2c"}),
    ("User Signed Up", {"plan": "team"}, {"kind": "account_created", "plan": "team"}),
    ("search", {"search_term": "tent"}, {"kind": "products_searched", "query_length": 4}),
    ("Button Clicked", {"button_id": "pay"}, {"kind": "clicked", "target": "pay"}),
    ("video_start", {"video_title": "How to pitch"}, {"kind": "content_viewed", "content": "How to pitch", "experience": "entertainment"}),
    ("Products Searched", {"query": "tent"}, {"kind": "products_searched", "query_length": 4}),
    ("Product Removed", {"cart_id": "k1"}, {"kind": "cart_updated", "cart": "k1", "removed": True}),
    ("Product Removed", {"cart_id": "k1", "cart_value": 0}, {"kind": "cart_updated", "cart": "k1", "items": 0, "removed": True}),
    ("Order Created", {"order_id": "o1", "total": 3}, {"kind": "order_placed", "order": "o1", "value": 300}),
)  # fmt: skip


@pytest.mark.parametrize(("event", "properties", "wanted"), READ)
def test_names_in_wide_use_are_read_as_the_kinds_that_they_mean(event: str, properties: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Mutants: GA4's `items` not counted; a search without results taken for one that found nothing."""
    found = said(track(event, **properties))
    assert {name: held for name, held in found.items() if name != "value" or held} == wanted


def test_what_was_not_told_is_not_zero() -> None:
    """Mutant: `results` or `items` that are not sent read as 0, so that each search found nothing and each cart is empty."""
    assert said(track("Products Searched", query="tent")).get("results") is None
    assert said(track("Product Removed", cart_id="k1")).get("items") is None
    assert said(track("Product Removed", cart_id="k1", cart_value=0))["items"] == 0


@pytest.mark.parametrize("word", ["deliveryId", "message_id", "sg_message_id", "email_id", "delivery_id", "messageId"])
def test_a_mail_tool_may_number_its_messages_by_its_own_word(word: str) -> None:
    """Mutant: one tool's word for all of them."""
    assert said(track("Email Opened", **{word: "e7"})) == {"kind": "message_opened", "message": "e7", "channel": "email"}


@pytest.mark.parametrize(
    ("event_type", "state"),
    [("allow_all", "granted"), ("allow_selected", "granted"), ("deny_all", "denied"), ("withdrawn", "withdrawn"), ("expired", "withdrawn")],
)
def test_a_consent_banner_of_snowplow_is_a_consent_to_tracking(event_type: str, state: str) -> None:
    """Mutants: a banner's consent taken for one to be written to; a banner that still waits taken for an answer."""
    assert said(snowplow("consent_preferences", event_type=event_type))["state"] == state
    assert said(snowplow("consent_preferences", event_type=event_type))["purpose"] == "tracking"
    found = outcome(snowplow("consent_preferences", event_type="pending"))
    assert getattr(found, "passed", None) == ("consent_preferences",)


def snowplow(name: str, **content: object) -> bytes:
    """Return a self-describing event of Snowplow's own, as a tracker sends it."""
    event = described("com.snowplowanalytics.snowplow/unstruct_event", described(f"com.snowplowanalytics.snowplow/{name}", content))
    return payload(tracked("ue", ue_pr=as_json(event).decode()))


MISSING: tuple[tuple[str, dict[str, Any], Rejected], ...] = (
    ("Order Completed", {"total": 20}, Rejected("missing_field", "order_id (our order); also read: order, transaction_id")),
    (
        "Order Completed",
        {"order_id": 98765432109876543210},
        Rejected("out_of_range", "order_id is a number too long to be kept exactly; send it as text"),
    ),
    ("Order Completed", {"order_id": 4711.0}, Rejected("wrong_type", "order_id is a number with a decimal point; send it as text")),
    ("Order Completed", {"order_id": ["o1"]}, Rejected("wrong_type", "order_id is a list, which is not read here")),
    ("Order Completed", {"order_id": "x" * 257}, Rejected("too_long_text", "order_id (our order): Expected `str` of length <= 256")),
    ("Product Clicked", {}, Rejected("missing_field", "product_id (our target); also read: product, sku, item_id, variant")),
    ("Order Placed", {}, Rejected("missing_field", "order; also read: order_id")),
)


@pytest.mark.parametrize(("event", "properties", "wanted"), MISSING)
def test_a_refusal_names_the_senders_word_and_ours(event: str, properties: dict[str, Any], wanted: Rejected) -> None:
    """Mutants: our field alone named; a value that is there called missing."""
    assert rejected(as_json(track(event, **properties))) == wanted


def test_the_envelope_is_named_in_the_senders_words_too() -> None:
    """Mutant: `id` said to be absent to a sender who writes messageId."""
    assert rejected(as_json(call("track", messageId=None, event="Cart Viewed"))).detail == "messageId (our id)"
    assert rejected(as_json(track("Cart Viewed") | {"messageId": 7})).detail == "messageId (our id): Expected `str`, got `int`"


def test_an_optional_field_that_does_not_fit_is_left_out_and_told() -> None:
    """Mutant: the whole order refused for its coupon."""
    found = outcome(as_json(track("Order Completed", order_id="o1", cart_id="k" * 300, total=3)))
    assert (found.touchpoint.value, found.touchpoint.cart) == (300, "")  # type: ignore[union-attr]
    assert found.unread == (Rejected("too_long_text", "cart_id (our cart): Expected `str` of length <= 256"),)  # type: ignore[union-attr]
