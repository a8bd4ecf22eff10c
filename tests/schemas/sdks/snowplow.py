"""Snowplow's trackers for browsers and for apps, and the enriched events that their payloads become."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.schemas.sdks.snowplow_forms import described, enriched_columns, enriched_json, payload
from tests.schemas.sdks.templates import SHOP, Event, Sdk, Template, at_ms, customer, device, identity

_JS = "snowplow/snowplow-javascript-tracker "
_CORE = _JS + "libraries/tracker-core/src/core.ts, libraries/browser-tracker-core/src/tracker/index.ts"
_SHOP = _JS + "plugins/browser-plugin-snowplow-ecommerce/test/events.test.ts"
_SITE = _JS + "plugins/browser-plugin-site-tracking/test/events.test.ts"
_CONSENT = _JS + "plugins/browser-plugin-enhanced-consent/test/events.test.ts"
_FORMS = (
    _JS
    + "plugins/browser-plugin-form-tracking/test/events.test.ts, browser-plugin-link-click-tracking, browser-plugin-button-click-tracking"
)
_ERRORS = _JS + "plugins/browser-plugin-error-tracking/src/index.ts, browser-plugin-web-vitals/test/__snapshots__"
_MEDIA = _JS + "plugins/browser-plugin-media/test/api.test.ts, browser-plugin-vimeo-tracking/src/schema.ts"
_APPS = "snowplow/snowplow-ios-tracker Sources/Snowplow/Events"
_NATIVE = _JS + "trackers/react-native-tracker/test"

_WEB = "com.snowplowanalytics.snowplow"
_MOBILE = "com.snowplowanalytics.mobile"
_ECOMMERCE = "com.snowplowanalytics.snowplow.ecommerce"


def entity(vendor: str, name: str, version: str = "1-0-0", /, **content: object) -> Event:
    """Return a self-describing event or entity."""
    return described(f"iglu:{vendor}/{name}/jsonschema/{version}", content)


def web(number: int, e: str, **fields: object) -> Event:
    """Return an event of the browser tracker: every value is text. Every third visitor is signed in."""
    page = entity(_WEB, "web_page", id=identity("view", number))
    own: Event = {
        "number": number, "e": e, "eid": identity("snowplow", number), "tv": "js-4.6.8", "tna": "sp", "aid": "shop", "p": "web",
        "cookie": "1", "cs": "UTF-8", "lang": "de-DE", "res": "1728x1117", "cd": "24", "tz": "Europe/Berlin", "dtm": str(at_ms(number)),
        "stm": str(at_ms(number) + 900), "vp": "1024x768", "ds": "1024x3000", "vid": "1", "sid": identity("session", number),
        "duid": device(number), "uid": customer(number) if number % 3 == 0 else None, "url": f"{SHOP}/tents?sort=price", "refr": f"{SHOP}/",
        "co": [page],
    }  # fmt: skip
    return own | fields


def app(number: int, name: str, vendor: str = _MOBILE, version: str = "1-0-0", /, **content: object) -> Event:
    """Return a self-describing event of an app's tracker. The session's entity names the device."""
    session = {
        "userId": device(number), "sessionId": identity("session", number), "sessionIndex": 1, "previousSessionId": None, "eventIndex": 3,
        "storageMechanism": "LOCAL_STORAGE", "firstEventId": identity("snowplow", 0), "firstEventTimestamp": "2025-10-27T09:01:00.000Z",
    }  # fmt: skip
    around = [
        described(f"iglu:{_WEB}/client_session/jsonschema/1-0-2", session),
        entity(_WEB, "mobile_context", "1-0-3", osType="ios", osVersion="18.1", deviceManufacturer="Apple", deviceModel="iPhone15,2"),
        entity(_MOBILE, "application", version="7.2.0", build="720"),
        entity(_MOBILE, "screen", name="Cart", id=identity("screen", number)),
    ]
    return {
        "number": number, "e": "ue", "eid": identity("snowplow", number), "tv": "ios-6.2.0", "tna": "sp", "aid": "shop-app", "p": "mob",
        "res": "393x852", "lang": "de-DE", "dtm": str(at_ms(number)), "stm": str(at_ms(number) + 900), "co": around,
        "uid": customer(number) if number % 3 == 0 else None, "ue": entity(vendor, name, version, **content),
    }  # fmt: skip


def _web(e: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: web(number, e, **fields)


def _own(name: str, version: str = "1-0-0", vendor: str = _WEB, /, **content: object) -> Callable[[int], Event]:
    return lambda number: web(number, "ue", ue=entity(vendor, name, version, **content))


def _app(name: str, vendor: str = _MOBILE, version: str = "1-0-0", /, **content: object) -> Callable[[int], Event]:
    return lambda number: app(number, name, vendor, version, **content)


def _transaction(number: int) -> Event:
    return web(number, "tr", tr_id=f"o{number}", tr_af="Web", tr_tt="172.95", tr_tx="2", tr_sh="3", tr_ci="", tr_cu="EUR")


def _action(kind: str, /, *around: Event, **content: object) -> Callable[[int], Event]:
    def make(number: int) -> Event:
        event = web(number, "ue", ue=entity(_ECOMMERCE, "snowplow_ecommerce_action", "1-0-2", type=kind, **content))
        event["co"] = [*event["co"], *around]
        return event

    return make


_DOME = entity(_ECOMMERCE, "product", id="p-dome", price=12, currency="EUR", category="tents", quantity=2)
_LAMP = entity(_ECOMMERCE, "product", id="p-lamp", price=25.5, currency="EUR", category="lights")
_CART = entity(_ECOMMERCE, "cart", total_value=40, currency="EUR")
_PROMO = entity(_ECOMMERCE, "promotion", id="1234", name="promo_winter", product_ids=["P1234"], type="carousel", position=1)
_SALE = entity(
    _ECOMMERCE, "transaction", transaction_id="T12345", revenue=230, currency="EUR", payment_method="credit_card", total_quantity=3, tax=20,
    shipping=10, discount_code="XMAS2025", discount_amount=25, credit_order=False,
)  # fmt: skip
_REFUND = entity(_ECOMMERCE, "refund", transaction_id="T12345", refund_amount=20, currency="EUR", refund_reason="defect")
_FAILED = entity(_ECOMMERCE, "transaction_error", error_code="E05", error_shortcode="CARD_DECLINE", error_type="hard", resolution="")
_STEP = entity(_ECOMMERCE, "checkout_step", step=1, account_type="guest checkout", billing_full_address="", marketing_opt_in=True)
_LATER = entity(_ECOMMERCE, "checkout_step", step=3, delivery_method="parcel")


def packed(events: Sequence[Event]) -> Sequence[bytes]:
    """Return the records. Several travel in one POST; one travels alone in each of the four forms in turn."""
    if len(events) > 1:
        return [payload(list(events), tuple(event["number"] % 2 == 0 for event in events))]
    form = events[0]["number"] % 4
    return [enriched_json(events[0]) if form == 2 else enriched_columns(events[0]) if form == 3 else payload([events[0]], (form == 1,))]


_CHOSEN: Event = {
    "basisForProcessing": "consent", "consentUrl": f"{SHOP}/consent", "consentVersion": "1.0.0", "consentScopes": ["necessary"],
    "domainsApplied": ["shop.example"], "gdprApplies": True,
}  # fmt: skip
_CHOICES = ("allow_all", "deny_all", "pending", "withdrawn")
_ITEM: Event = {
    "tr_id": "o1",
    "ti_id": "o1",
    "ti_sk": "DOME-2",
    "ti_nm": "Dome",
    "ti_ca": "tents",
    "ti_pr": "129.95",
    "ti_qu": "1",
    "ti_cu": "EUR",
}
_VITALS: Event = {"cls": 0.01, "fcp": 0.01, "fid": 0.01, "inp": 0.01, "lcp": 0.01, "navigationType": "navigation", "ttfb": 0.01}
_THROWN: Event = {"programmingLanguage": "JAVASCRIPT", "message": "x is null", "lineNumber": 3, "lineColumn": 1, "fileName": "a.js"}
_CRASHED: Event = {"message": "gone", "exceptionName": "Gone", "programmingLanguage": "SWIFT", "stackTrace": ""}
_PUSH: Event = {"title": "Sale", "body": "Now", "trigger": "push", "notificationCount": 1, "contentAvailable": True}


def _anonymised(number: int) -> Event:
    event = app(number, "screen_view", name="Cart", id=identity("screen", number)) | {"uid": None}
    event["co"][0]["data"] |= {"userId": "00000000-0000-0000-0000-000000000000"}
    return event


SDK = Sdk(
    "Snowplow",
    (
        Template(_CORE, _web("pv", page="Tents")),
        Template(_CORE, _web("pp", page="Tents", pp_mix="0", pp_max="0", pp_miy="0", pp_may="812")),
        Template(_CORE, _transaction),
        Template(_CORE, _web("ti", **_ITEM)),
        Template(_FORMS, _own("link_click", "1-0-1", targetUrl=f"{SHOP}/cart", elementId="to-cart", elementClasses=["btn"])),
        Template(_FORMS, _own("button_click", label="Pay", id="pay", classes=["btn"], name="pay")),
        Template(_FORMS, _own("focus_form", formId="address", elementId="city", elementType="text", value=None)),
        Template(_FORMS, _own("change_form", formId="address", elementId="city", type="text", elementClasses=[], value=None)),
        Template(_FORMS, _own("submit_form", formId="address", formClasses=[], elements=[{"name": "city", "value": None}])),
        Template(_SITE, _own("site_search", terms=["tent", "dome"], filters={"size": "2"}, pageResults=10, totalResults=100)),
        Template(_SITE, _own("social_interaction", action="like", network="net", target="dome")),
        Template(_SITE, _own("timing", category="load", timing=200, variable="map", label="")),
        *(Template(_CONSENT, _own("consent_preferences", eventType=kind, **_CHOSEN)) for kind in _CHOICES),
        Template(_CONSENT, _own("cmp_visible", elapsedTime=1.5)),
        Template(_ERRORS, _own("application_error", "1-0-1", **_THROWN)),
        Template(_ERRORS, _own("web_vitals", **_VITALS)),
        Template(_MEDIA, _own("play_event", "1-0-0", f"{_WEB}.media")),
        Template(_MEDIA, _own("percent_progress_event", "1-0-0", f"{_WEB}.media", percentProgress=50)),
        Template(_MEDIA, _own("cue_point_event", "1-0-0", "com.vimeo", cuePointId="c1", cuePointTime=3, cuePointData={})),
        Template(_SHOP, _action("product_view", _DOME)),
        Template(_SHOP, _action("list_view", _DOME, _LAMP, name="recommended products")),
        Template(_SHOP, _action("list_click", _DOME, name="recommended products")),
        Template(_SHOP, _action("promo_view", _PROMO)),
        Template(_SHOP, _action("promo_click", _PROMO)),
        Template(_SHOP, _action("add_to_cart", _DOME, _LAMP, _CART)),
        Template(_SHOP, _action("remove_from_cart", _DOME, _CART)),
        Template(_SHOP, _action("checkout_step", _STEP)),
        Template(_SHOP, _action("checkout_step", _LATER)),
        Template(_SHOP, _action("transaction", _SALE, _DOME, _LAMP)),
        Template(_SHOP, _action("refund", _REFUND, _DOME)),
        Template(_SHOP, _action("trns_error", _SALE, _FAILED)),
        Template(_APPS, _app("screen_view", name="Cart", id=identity("screen", 1), type="Default", transitionType=None)),
        Template(_APPS, _app("screen_end")),
        Template(_APPS, _app("list_item_view", index=1, itemsCount=10)),
        Template(_APPS, _app("scroll_changed", yOffset=0, viewHeight=852, contentHeight=3000)),
        Template(_APPS, _app("deep_link_received", url="shop://cart", referrer=None)),
        Template(_APPS, _app("message_notification", **_PUSH)),
        Template(_APPS, _app("application_error", _WEB, "1-0-2", **_CRASHED)),
        Template(_APPS, _app("consent_granted", _WEB, expiry="2026-10-27T09:01:00Z")),
        Template(_APPS, _app("open_window", "com.apple.swiftui", id="w1")),
        Template(_NATIVE, _app("application_install")),
        Template(_NATIVE, _app("application_foreground", _WEB, foregroundIndex=1)),
        Template(_NATIVE, _app("application_background", _WEB, backgroundIndex=1)),
    ),
    packed,
    (("blocked_customer", Template(_APPS + ", anonymous tracking: every device has an id of zeros", _anonymised)),),
)  # fmt: skip
