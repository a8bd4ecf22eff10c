"""Segment calls: what the specs name becomes the kind it is, for whom and when it was, and nothing more than that leaves."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.reading import Passed, Reason
from schemas.writing import encode
from tests.schemas.inputs.sent import AT_MS, as_json, call, one, said, track
from tests.schemas.samples import outcome, rejected, touchpoints

GAMES = [{"product_id": "p1", "quantity": 1, "category": "Games"}, {"productId": "p2", "quantity": 2, "category": "Games"}, {"sku": "s3"}]
PAID = {"order_id": "o1", "total": 27.5, "revenue": 25.0, "discount": 2.5, "coupon": "hasbros", "currency": "usd", "products": GAMES}
MAIL = {"email_id": "e7", "campaign_name": "New", "campaign_id": "123"}
CHAT = {"conversation_id": "t1", "message_id": "g1", "message_body": "But my stapler..."}

SHOPPED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("Products Searched", {"query": "blue roses", "results": 0}, {"kind": "products_searched", "results": 0, "query_length": 10}),
    (
        "Product List Filtered",
        {"filters": [{"type": "price"}], "products": GAMES},
        {"kind": "products_searched", "results": 3, "filters": 1},
    ),
    ("Product List Viewed", {"list_id": "hot"}, {"kind": "page_viewed", "page": "hot", "page_type": "list"}),
    ("Cart Viewed", {"cart_id": "k1"}, {"kind": "page_viewed", "page": "cart", "page_type": "cart", "matter": "k1"}),
    ("Checkout Step Viewed", {"step": 2}, {"kind": "page_viewed", "page": "checkout/2", "page_type": "checkout"}),
    ("Checkout Step Completed", {"step": 2}, {"kind": "form_submitted", "form": "checkout/2"}),
    ("Payment Info Entered", {}, {"kind": "form_submitted", "form": "payment"}),
    ("Product Clicked", {"product_id": "p1"}, {"kind": "clicked", "target": "p1", "element": "link"}),
    ("Promotion Clicked", {"promotion_id": "promo_1"}, {"kind": "clicked", "target": "promo_1", "element": "link"}),
    (
        "Product Viewed",
        {"product_id": "p1", "price": 18.99, "currency": "usd", "category": "Games"},
        {"kind": "product_viewed", "product": "p1", "price": 1899, "currency": "USD", "category": "Games"},
    ),
    ("Viewed Product", {"sku": "G-32", "price": "1500", "currency": "JPY"}, {"kind": "product_viewed", "product": "G-32", "price": 1500}),
    ("Product Added", {"cart_id": "k1", "quantity": 2}, {"kind": "cart_updated", "cart": "k1", "items": 2}),
    ("Product Added", {}, {"kind": "cart_updated", "cart": "cart", "items": 1}),
    ("Product Removed", {"cart_id": "k1", "products": []}, {"kind": "cart_updated", "cart": "k1", "items": 0, "removed": True}),
    (
        "Checkout Started",
        {**PAID, "cart_id": "k1", "value": 30},
        {"kind": "checkout_started", "cart": "k1", "items": 4, "value": 3000, "currency": "USD"},
    ),
    (
        "Order Completed",
        PAID,
        {
            "kind": "order_placed", "order": "o1", "items": 4, "value": 2750, "discount": 250, "coupons": 1, "currency": "USD",
            "categories": ("Games",),
        },
    ),
    ("Completed Order", {"orderId": "o1", "revenue": 25}, {"kind": "order_placed", "order": "o1", "value": 2500}),
    ("Order Updated", {"order_id": "o1", "total": 30}, {"kind": "order_changed", "order": "o1", "value": 3000}),
    ("Order Cancelled", {"order_id": "o1", "total": 30}, {"kind": "order_cancelled", "order": "o1", "value": 3000}),
    ("Order Refunded", {"order_id": "o1", "total": 30}, {"kind": "order_refunded", "order": "o1", "value": 3000}),
    (
        "Coupon Applied",
        {"cart_id": "k1", "coupon_id": "may", "discount": 23.32},
        {"kind": "coupon_applied", "code": "may", "cart": "k1", "discount": 2332},
    ),
    (
        "Coupon Denied",
        {"cart_id": "k1", "coupon": "may", "reason": "Coupon expired"},
        {"kind": "coupon_denied", "code": "may", "cart": "k1", "reason": "expired"},
    ),
    (
        "Product Reviewed",
        {"product_id": "p1", "review_id": "v1", "rating": "4", "review_body": "I love it"},
        {"kind": "review_posted", "review": "v1", "product": "p1", "stars": 4.0, "length": 9},
    ),
)  # fmt: skip
LIVED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("Application Opened", {"version": "7.2"}, {"kind": "app_opened", "app_version": "7.2"}),
    ("Application Installed", {"version": "7.2"}, {"kind": "app_opened", "app_version": "7.2", "updated": True}),
    ("Application Crashed", {}, {"kind": "app_crashed"}),
    ("Application Uninstalled", {}, {"kind": "app_uninstalled"}),
    (
        "Push Notification Tapped",
        {"campaign": {"name": "Referral"}},
        {"kind": "message_clicked", "message": "Referral/20388", "campaign": "Referral", "channel": "push"},
    ),
    ("Email Delivered", MAIL, {"kind": "message_delivered", "message": "e7", "campaign": "New", "channel": "email"}),
    ("Email Opened", MAIL, {"kind": "message_opened", "message": "e7", "campaign": "New", "channel": "email"}),
    (
        "Email Link Clicked",
        {**MAIL, "link_url": "https://shop.example/tents?who=ann"},
        {"kind": "message_clicked", "message": "e7", "campaign": "New", "channel": "email", "target": "/tents"},
    ),
    ("Email Bounced", MAIL, {"kind": "message_bounced", "message": "e7", "campaign": "New", "channel": "email"}),
    ("Email Marked as Spam", MAIL, {"kind": "marked_as_spam", "message": "e7", "campaign": "New", "channel": "email"}),
    ("Unsubscribed", {"list_id": "1425"}, {"kind": "unsubscribed", "list": "1425", "channel": "email"}),
    ("Signed Up", {"plan": "team"}, {"kind": "account_created", "plan": "team"}),
    ("Signed In", {"username": "ann"}, {"kind": "signed_in", "anonymous": "anon:5f2c"}),
    (
        "Trial Started",
        {"trial_end_date": "2018-09-20T04:09:47Z", "trial_plan_name": "Business"},
        {"kind": "trial_started", "trial": "Business", "ends": 1_537_416_587_000, "plan": "Business"},
    ),
    ("Live Chat Conversation Started", CHAT, {"kind": "contact_opened", "contact": "t1", "channel": "chat"}),
    (
        "Live Chat Conversation Ended",
        {**CHAT, "conversation_duration": 203},
        {"kind": "contact_closed", "contact": "t1", "channel": "chat", "handled_ms": 203_000},
    ),
    (
        "Live Chat Message Sent",
        CHAT,
        {"kind": "message_received", "contact": "t1", "thread": "t1", "message": "g1", "channel": "chat", "length": 17},
    ),
    ("Live Chat Message Received", CHAT, {"kind": "message_answered", "contact": "t1", "thread": "t1", "channel": "chat"}),
)


@pytest.mark.parametrize(("event", "properties", "wanted"), SHOPPED + LIVED)
def test_a_track_is_read_as_its_spec_says(event: str, properties: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Mutants: amounts left in the major unit, pieces counted as lines, a property of the spec not found."""
    found = said(track(event, **properties))
    assert found == ({"currency": "JPY"} if properties.get("currency") == "JPY" else {}) | wanted


def test_an_event_keeps_its_id_its_customer_and_its_time() -> None:
    found = one(track("Cart Viewed"))
    assert (found.id, found.source, found.customer, found.at) == ("m1", "segment", "c7", AT_MS)


@pytest.mark.parametrize(
    ("fields", "customer"),
    [
        ({}, "c7"),
        ({"userId": 97980}, "97980"),
        ({"userId": None}, "anon:5f2c"),
        ({"userId": ""}, "anon:5f2c"),
        ({"userId": " undefined"}, "anon:5f2c"),
    ],
)
def test_the_strongest_id_names_the_customer(fields: dict[str, Any], customer: str) -> None:
    """Mutants: the device preferred to the person; a device's id that could be taken for a person's."""
    assert one(track("Cart Viewed") | fields).customer == customer


TIMES = ("2025-10-27T10:01:00.000+01:00", "2025-10-27T10:01:00+0100", "2025-10-27T09:01:00", AT_MS)
ROWS_OF_TABLES = ("2025-10-27 09:01:00.000+00:00", "2025-10-27 10:01:00+01", "2025-10-27 09:01:00Z", "2025-10-27 09:01:00 +0000")


@pytest.mark.parametrize("at", [*TIMES, *ROWS_OF_TABLES, "2025-10-27 09:01:00 UTC"])
def test_a_time_may_be_written_in_any_form_of_iso_8601(at: object) -> None:
    """Mutants: a zone passed over; a blank in place of the T, or an offset of hours alone, refused."""
    assert one(track("Cart Viewed") | {"timestamp": at}).at == AT_MS


CONTEXT = {"page": {"path": "/pay", "url": "https://shop.example/pay", "referrer": "https://shop.example/cart?x=1"}}


def test_pages_and_screens_are_where_the_customer_was() -> None:
    """Mutants: a query in a place; the page before taken from another site; a screen called by its path."""
    page = call("page", context=CONTEXT, category="Checkout")
    assert said(page) == {"kind": "page_viewed", "page": "/pay", "page_type": "checkout", "came_from": "/cart", "channel": "web"}
    assert one(page).place == "/pay"
    abroad = {"path": "/pay", "url": "https://shop.example/pay", "referrer": "https://search.example/?q=tents"}
    assert said(call("page", properties=abroad)) == {"kind": "page_viewed", "page": "/pay"}
    assert said(call("screen", name="cart")) == {"kind": "screen_viewed", "screen": "cart", "channel": "app"}


def test_an_identify_is_a_sign_in_on_the_device() -> None:
    """Mutant: a browser's sign-in taken for the company's own word, so that a device's whole history goes to whoever signed in."""
    linked = {"kind": "identity_linked", "other": "anon:5f2c", "sign_in": True}
    assert said(call("identify", traits={"email": "ann@example.org"})) == linked
    assert said(call("alias", previousId="5f2c")) == linked
    assert said(call("alias", previousId="anon:5f2c", anonymousId=None)) == linked


def test_an_alias_is_two_links_because_the_earlier_id_may_be_a_customers_or_a_devices() -> None:
    """Mutants: one link, to an id that nobody has; one id for both links, so that the second counts as a repetition."""
    found = touchpoints(as_json(call("alias", previousId="c-old")))
    assert [(each.id, each.other, each.sign_in, each.alias) for each in found] == [  # type: ignore[attr-defined]
        ("m1", "c-old", False, True),
        ("m1/anon", "anon:c-old", True, False),
    ]


PASSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("identify", call("identify", anonymousId=None, traits={"plan": "team"})),
    ("identify", call("identify", userId=None, traits={"plan": "team"})),
    ("group", call("group", groupId="g1")),
    ("Promotion Viewed", track("Promotion Viewed", promotion_id="p1")),
    ("Video Playback Started", track("Video Playback Started", session_id="s1")),
    ("page without a page", call("page")),
)


@pytest.mark.parametrize(("name", "message"), PASSED)
def test_calls_that_hold_nothing_for_a_journey_are_passed_by(name: str, message: dict[str, Any]) -> None:
    """Mutant: what every server-side SDK sends by default kept as rejections, in which a real fault is not found."""
    assert outcome(as_json(message)) == Passed(name)


def test_a_products_page_is_not_where_the_customer_was() -> None:
    """Mutant: `properties.url` of a track call taken for the page."""
    assert (
        one(track("Product Added", product_id="p1", url="https://s.example/p/p1", path="/p/p1", referrer="https://s.example/q")).place == ""
    )
    assert one(call("page", properties={"url": "https://s.example/p/p1"})).place == "/p/p1"


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_time_does_not_hide_the_other(empty: object) -> None:
    """Mutant: `get` with a default, which takes the null."""
    message = track("Cart Viewed") | {"timestamp": empty, "originalTimestamp": "2025-10-27T09:01:00Z"}
    assert one(message).at == AT_MS


REFUSED: tuple[tuple[Reason, dict[str, Any]], ...] = (
    ("unknown_kind", track("Moon Landed")),
    ("unknown_kind", call("grouped", groupId="g1")),
    ("unsigned_control", track("Tick", due=1)),
    ("missing_field", track("Cart Viewed") | {"messageId": None}),
    ("missing_field", call("track", messageId=None, event="Cart Viewed")),
    ("missing_field", call("track", timestamp=None, event="Cart Viewed")),
    ("missing_field", call("track")),
    ("missing_field", track("Order Completed", total=3)),
    ("missing_field", call("alias")),
    ("missing_field", call("alias", userId=None, previousId="c-old")),
    ("blocked_customer", call("alias", previousId="undefined")),
    ("blocked_customer", call("identify", anonymousId="undefined")),
    ("blocked_customer", call("identify", userId="undefined")),
    ("missing_field", {"messageId": "m1", "userId": "c7"}),
    ("no_customer", call("track", event="Cart Viewed", userId=None, anonymousId=None)),
    ("blocked_customer", track("Cart Viewed") | {"userId": "null", "anonymousId": None}),
    ("blocked_customer", call("track", event="Cart Viewed", userId=None, anonymousId="00000000-0000-0000-0000-000000000000")),
    ("bad_time", track("Cart Viewed") | {"timestamp": "yesterday"}),
    ("wrong_type", track("Cart Viewed") | {"messageId": 7}),
    ("too_long_text", track("Coupon Applied", coupon_id="x" * 257)),
)


@pytest.mark.parametrize(("reason", "message"), REFUSED)
def test_what_is_not_understood_is_kept_with_its_reason(reason: Reason, message: dict[str, Any]) -> None:
    """Mutants: a kind made up for what none of ours is; an id or a time invented where the sender gave none."""
    assert rejected(as_json(message)).reason == reason


@pytest.mark.parametrize(
    "message",
    [
        track("Products Searched", query="ann@example.org", results=1),
        track("Signed Up", email="ann@example.org", first_name="ann@example.org", plan="team"),
        track("Live Chat Message Sent", conversation_id="t1", message_id="g1", message_body="I am ann@example.org"),
        call("identify", traits={"email": "ann@example.org"}, context={"ip": "ann@example.org"}),
        call("page", properties={"url": "https://shop.example/?mail=ann@example.org", "title": "ann@example.org"}),
    ],
)
def test_words_and_addresses_stay_with_the_sender(message: dict[str, Any]) -> None:
    """Mutant: unknown properties passed on."""
    assert b"@" not in encode(one(message))
