"""RudderStack's JavaScript SDK, and the events that its Shopify source makes of a shop's pixel and webhooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.schemas.sdks.shop import SHOPS
from tests.schemas.sdks.templates import BROWSER, SHOP, Event, Sdk, Template, as_json, at_text, customer, device, identity

_FACTORY = "rudderlabs/rudder-sdk-js packages/analytics-js/src/components/eventManager/RudderEventFactory.ts, utilities.ts"
_LIFE = "rudderlabs/rudder-sdk-js packages/analytics-js/src/app/RudderAnalytics.ts, components/core/Analytics.ts"
_PIXEL = "rudderlabs/rudder-transformer src/sources/shopify/webpixelTransformations, test/integrations/sources/shopify/pixelTestScenarios"
_HOOK = "rudderlabs/rudder-transformer src/sources/shopify/webhookTransformations, test/integrations/sources/shopify/webhookTestScenarios"
_ADMIN = "rudderlabs/rudder-transformer src/sources/shopify/tracker/config.js"

_PAGE = {
    "path": "/tents", "referrer": "$direct", "referring_domain": "", "search": "", "title": "Tents", "url": f"{SHOP}/tents",
    "tab_url": f"{SHOP}/tents?sort=price", "initial_referrer": "$direct", "initial_referring_domain": "",
}  # fmt: skip


def call(number: int, type: str, **fields: object) -> Event:
    """Return a call as the SDK sends it: without `timestamp`, and with an empty user's id before sign-in."""
    named = number % 3 == 0
    own: Event = {
        "properties": None,
        "event": None,
        "type": type,
        "channel": "web",
        "context": {
            "traits": {"plan": "team"} if named else {},
            "sessionId": 1_761_555_000_000 + number,
            "sessionStart": True,
            "consentManagement": {"deniedConsentIds": [], "allowedConsentIds": [], "provider": "oneTrust", "resolutionStrategy": "and"},
            "ua-ch": {"brands": [{"brand": "Chromium", "version": "141"}], "mobile": False, "platform": "Linux"},
            "app": {"name": "RudderLabs JavaScript SDK", "namespace": "com.rudderlabs.javascript", "version": "3.21.0"},
            "library": {"name": "RudderLabs JavaScript SDK", "version": "3.21.0", "snippetVersion": "3.0.60"},
            "userAgent": BROWSER,
            "os": {"name": "", "version": ""},
            "locale": "de-DE",
            "screen": {"width": 1728, "height": 1117, "density": 2, "innerWidth": 1362, "innerHeight": 1028},
            "campaign": {},
            "page": dict(_PAGE),
            "timezone": "GMT+0100",
        },
        "originalTimestamp": at_text(number),
        "integrations": {"All": True},
        "messageId": identity("rudder", number),
        "userId": customer(number) if named else "",
        "anonymousId": device(number),
        "sentAt": at_text(number + 1),
    }
    return own | fields


def _track(name: str, properties: Event | None = None) -> Callable[[int], Event]:
    return lambda number: call(number, "track", event=name, properties=SHOPS[name](number) if properties is None else properties)


def _calls(type: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: call(number, type, **fields)


def _identify(number: int) -> Event:
    return call(number, "identify", userId=customer(number))


def _alias(number: int) -> Event:
    return call(number, "alias", userId=customer(number), previousId=device(number))


def _shopify(number: int, topic: str, origin: str, **fields: object) -> Event:
    """Return an event of the Shopify source, with the id and the times that RudderStack's server sets where there are none."""
    return {
        "context": {
            "library": {"eventOrigin": origin, "name": "RudderStack Shopify Cloud", "version": "2.0.0"},
            "integration": {"name": "SHOPIFY"}, "topic": topic, "traits": {},
            "shopifyDetails": {"id": 35_550_298_931_313 + number, "note": None, "line_items": [], "total_price": "1.00"},
        },
        "integrations": {"SHOPIFY": True, "DATA_WAREHOUSE": {"options": {"jsonPaths": ["track.context.shopifyDetails"]}}},
        "type": "track", "anonymousId": device(number), "messageId": f"sh-{identity('shopify', number)}", "timestamp": at_text(number),
        "originalTimestamp": at_text(number), "receivedAt": at_text(number + 1), "rudderId": identity("rudder-id", number),
    } | fields  # fmt: skip


def _pixel(topic: str, **fields: object) -> Callable[[int], Event]:
    def make(number: int) -> Event:
        where = f"/checkouts/cn/{identity('cart', number).replace('-', '')}" if "checkout" in topic or "payment" in topic else "/tents"
        event = _shopify(number, topic, "client", **fields)
        event["context"] |= {"page": {"title": "Shop", "url": SHOP + where, "path": where, "search": ""}, "userAgent": BROWSER}
        return event

    return make


def _hook(topic: str, **fields: object) -> Callable[[int], Event]:
    """Return a webhook's event. A customer's number stands as text, the order's too."""
    return lambda number: _shopify(number, topic, "server", userId=str(7_358_220_173_000 + number % 40), **fields)


_LINE = {"product_id": "7234590834801", "variant": "Dome", "brand": "Own", "category": "tents", "price": 749.95, "quantity": 2, "sku": ""}
_SOLD = {"product_id": "7234590408817", "title": "Dome", "price": 600, "brand": "Own", "quantity": 1}
_CHECKOUT = {
    "products": [_LINE], "checkout_id": "5f0028557a35", "total": 1505.9, "currency": "USD", "discount": 0, "shipping": 6,
    "revenue": 1499.9, "value": 1505.9, "tax": 0,
}  # fmt: skip
_STEPS = ("checkout_address_info", "checkout_contact_info", "checkout_shipping_info")
_ADMINS = ("Order Paid", "Order Fulfilled", "Order Edited", "Fulfillments Create", "Customer Tags Added", "Inventory Levels Updated")


def packed(events: Sequence[Event]) -> Sequence[bytes]:
    """Return the records: one event alone, several as the batch that the SDK sends."""
    return [as_json(events[0])] if len(events) == 1 else [as_json({"batch": list(events), "sentAt": at_text(10_000)})]


SDK = Sdk(
    "RudderStack JavaScript and Shopify",
    (
        Template(_FACTORY, _calls("page", properties=dict(_PAGE))),
        Template(_FACTORY, _calls("page", name="Sizes", category="Docs", properties=_PAGE | {"name": "Sizes", "category": "Docs"})),
        Template(_FACTORY, _identify),
        Template(_FACTORY, _calls("identify", userId="")),
        Template(_FACTORY, _calls("group", groupId="g1", traits={"name": "Club"})),
        Template(_FACTORY, _alias),
        *(Template(_FACTORY, _track(name)) for name in list(SHOPS)[:18]),
        Template(_LIFE, _track("Page Unloaded", {"timeOnPage": 3141})),
        Template(_LIFE, _track("Consent Management Interaction", {})),
        Template(
            _LIFE,
            _calls(
                "page",
                name="ad-block page request",
                category="RudderJS-Initiated",
                properties={"path": "/ad-blocked", "title": "ad-block page request", "category": "RudderJS-Initiated"},
            ),
        ),
        Template(_PIXEL, _pixel("page_viewed", type="page", name="Page View", properties={"path": "/tents", "url": f"{SHOP}/tents"})),
        Template(_PIXEL, _pixel("cart_viewed", event="Cart Viewed", properties={"products": [_LINE], "cart_id": "z2", "total": 1499.9})),
        Template(_PIXEL, _pixel("collection_viewed", event="Product List Viewed", properties={"list_id": "c1", "products": [_LINE]})),
        Template(_PIXEL, _pixel("product_viewed", event="Product Viewed", properties=_LINE | {"currency": "USD"})),
        Template(_PIXEL, _pixel("product_added_to_cart", event="Product Added", properties=_LINE)),
        Template(_PIXEL, _pixel("product_removed_from_cart", event="Product Removed", properties=_LINE)),
        Template(_PIXEL, _pixel("checkout_started", event="Checkout Started", properties=_CHECKOUT)),
        Template(_PIXEL, _pixel("checkout_completed", event="Order Completed", properties=_CHECKOUT | {"order_id": "6033558110257"})),
        *(
            Template(
                _PIXEL, _pixel(f"{step}_submitted", event=f"{step}_submitted".replace("_", " ").title(), properties={"checkout_id": "k"})
            )
            for step in _STEPS
        ),
        Template(_PIXEL, _pixel("payment_info_submitted", event="Payment Info Entered", properties={"checkout_id": "k"})),
        Template(_PIXEL, _pixel("search_submitted", event="Search Submitted", properties={"query": "tent"})),
        Template(
            _HOOK, _hook("checkouts_create", event="Checkout Started Webhook", properties={"order_id": "1", "value": 600, "products": []})
        ),
        Template(_HOOK, _hook("checkouts_update", event="Checkout Updated", properties={"order_id": "1", "products": [_SOLD]})),
        Template(
            _HOOK,
            _hook(
                "orders_create",
                event="Order Created",
                properties={"order_id": "5778", "value": 600, "tax": 0, "currency": "USD", "products": [_SOLD]},
            ),
        ),
        Template(
            _HOOK,
            _hook(
                "orders_updated", event="Order Updated", properties={"order_id": "5778", "tax": 0, "currency": "USD", "products": [_SOLD]}
            ),
        ),
        Template(
            _HOOK, _hook("orders_cancelled", event="Order Cancelled", properties={"order_id": "5778", "value": 600, "currency": "USD"})
        ),
        Template(_HOOK, _hook("carts_update", event="Cart Update", properties={"products": []})),
        Template(_HOOK, _hook("customers_create", type="identify", event=None)),
        *(Template(_ADMIN, _hook("admin", event=name, properties={"products": []})) for name in _ADMINS),
    ),
    packed,
)
