"""PostHog's SDKs for the web, for React Native and for Node."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.schemas.sdks.shop import SHOPS
from tests.schemas.sdks.templates import BROWSER, SHOP, Event, Sdk, Template, as_json, at_ms, at_text, customer, device, identity

_WIRE = "PostHog/posthog-js packages/browser/src/__tests__/__snapshots__/posthog-core.wire-envelope.test.ts.snap"
_IDENTIFY = "PostHog/posthog-js packages/browser/src/__tests__/__snapshots__/posthog-core.identify.test.ts.snap"
_CLICKS = "PostHog/posthog-js packages/browser/src/__tests__/autocapture.test.ts, extensions/dead-clicks-autocapture.test.ts"
_VITALS = "PostHog/posthog-js packages/browser/src/__tests__/extensions/web-vitals.test.ts"
_ERRORS = "PostHog/posthog-js packages/browser/src/__tests__/posthog-exceptions.test.ts"
_FLAGS = "PostHog/posthog-js packages/browser/src/__tests__/featureflags.test.ts"
_ASKED = "PostHog/posthog-js packages/browser/src/posthog-product-tours-types.ts, packages/browser-common/src/types/surveys.ts"
_NATIVE = "PostHog/posthog-js packages/react-native/src/posthog-rn.ts"
_NODE = "PostHog/posthog-js packages/core/src/posthog-core-stateless.ts, packages/node/src/client.ts"
_SPEC = "PostHog/posthog-js packages/browser/src/posthog-core.ts; the names: PostHog's ecommerce spec, which is Segment's"

_FLAG_NAMES = {f"$feature/flag-{each}": each % 2 == 0 for each in range(30)}
_ADS = (
    "gclid",
    "gad_source",
    "fbclid",
    "msclkid",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "_kx",
    "li_fat_id",
)


def captured(number: int, event: str, **properties: object) -> Event:
    """Return an event as the web SDK captures it: the person's id stands among the properties alone. Every third visitor is identified."""
    named = number % 3 == 0
    own: Event = {
        "$os": "Linux", "$browser": "Chrome", "$device_type": "Desktop", "$timezone": "Europe/Berlin", "$timezone_offset": -60,
        "$current_url": f"{SHOP}/pay?step=2#card", "$host": "shop.example", "$pathname": "/pay", "$raw_user_agent": BROWSER,
        "$browser_version": 141, "$browser_language": "de-DE", "$browser_language_prefix": "de", "$screen_height": 1117,
        "$screen_width": 1728, "$viewport_height": 768, "$viewport_width": 1024, "$lib": "web", "$lib_version": "1.402.0",
        "$insert_id": "k3kvd", "$time": at_ms(number) / 1000, "distinct_id": customer(number) if named else device(number),
        "$device_id": device(number), "$is_identified": named, "$process_person_profile": named, "$referrer": f"{SHOP}/cart",
        "$referring_domain": "shop.example", "$session_id": identity("session", number), "$window_id": identity("window", number),
        "$session_entry_url": f"{SHOP}/", "$session_entry_referrer": "$direct", "$configured_session_timeout_ms": 1_800_000,
        "$autocapture_disabled_server_side": False, "$web_vitals_enabled_server_side": True, "$recording_status": "active",
        "$active_feature_flags": [name.removeprefix("$feature/") for name, on in _FLAG_NAMES.items() if on], "token": "k",
        "$feature_flag_payloads": {}, "$lib_rate_limit_remaining_tokens": 99, "$config_defaults": "2025-05-24",
    } | _FLAG_NAMES | dict.fromkeys(_ADS)  # fmt: skip
    return {
        "uuid": identity("posthog", number),
        "event": event,
        "properties": own | properties,
        "timestamp": at_text(number),
        "offset": 812,
    }


def _web(event: str, **properties: object) -> Callable[[int], Event]:
    return lambda number: captured(number, event, **properties)


def _bought(name: str) -> Callable[[int], Event]:
    return lambda number: captured(number, name, **SHOPS[name](number))


def _identify(number: int) -> Event:
    once = {"$initial_referrer": "$direct", "$initial_current_url": f"{SHOP}/", "$initial_gclid": None}
    event = captured(number, "$identify", **{"$anon_distinct_id": device(number), "$is_identified": True, "distinct_id": customer(number)})
    return event | {"$set": {"plan": "team"}, "$set_once": once}


def _person(number: int) -> Event:
    return captured(number, "$set", **{"$set": {"plan": "team"}, "$set_once": {}})


def _alias(number: int) -> Event:
    return captured(number, "$create_alias", alias=customer(number), distinct_id=device(number), **{"$is_identified": False})


def _native(event: str, **properties: object) -> Callable[[int], Event]:
    def make(number: int) -> Event:
        own = {
            "$lib": "posthog-react-native", "$lib_version": "4.14.0", "$app_build": "720", "$app_name": "Shop", "$app_version": "7.2.0",
            "$app_namespace": "example.shop", "$device_manufacturer": "Apple", "$device_name": "iPhone", "$device_type": "Mobile",
            "$os_name": "iOS", "$os_version": "18.1", "$locale": "de-DE", "$timezone": "Europe/Berlin", "$screen_height": 852,
            "$screen_width": 393, "$session_id": identity("session", number), "$is_identified": False, "$process_person_profile": False,
        }  # fmt: skip
        return {
            "distinct_id": device(number),
            "event": event,
            "properties": own | properties,
            "timestamp": at_text(number),
            "uuid": identity("native", number),
        }

    return make


def _node(event: str, person: Callable[[int], str], /, **properties: object) -> Callable[[int], Event]:
    own = {"$lib": "posthog-node", "$lib_version": "5.11.0", "$is_server": True, "$geoip_disable": True, "$groups": {"company": "g1"}}
    return lambda number: {
        "distinct_id": person(number), "event": event, "properties": own | properties, "timestamp": at_text(number),
        "uuid": identity("node", number),
    }  # fmt: skip


def packed(events: Sequence[Event]) -> Sequence[bytes]:
    """Return the record: the SDK sends a batch even of one event."""
    return [as_json({"api_key": "k", "batch": list(events), "sent_at": at_text(10_000)})]


_BUTTON = [
    {
        "tag_name": "button",
        "classes": ["btn", "wide"],
        "attr__class": "btn wide",
        "attr__id": "pay",
        "$el_text": "Pay",
        "nth_child": 1,
        "nth_of_type": 1,
    },
    {"tag_name": "div", "nth_child": 2, "nth_of_type": 1},
]
_PRESSED: Event = {"$event_type": "click", "$ce_version": 1, "$elements": _BUTTON, "$el_text": "Pay"}
_CHAIN = 'button.btn.wide:attr__class="btn wide"attr__id="pay"nth-child="1"nth-of-type="1"text="Pay";div:nth-child="2"nth-of-type="1"'
_TRACE = [
    {
        "type": "TypeError",
        "value": "x is null",
        "mechanism": {"handled": False, "synthetic": False},
        "stacktrace": {"frames": [], "type": "raw"},
    }
]
_DEAD = {
    "$dead_click_scroll_delay_ms": None,
    "$dead_click_mutation_delay_ms": None,
    "$dead_click_absolute_delay_ms": 2780,
    "$dead_click_absolute_timeout": True,
}
_THROWN: Event = {"$exception_list": _TRACE, "$exception_level": "error"}
_LEFT = {"$prev_pageview_duration": 3.141, "$prev_pageview_pathname": "/pay", "$prev_pageview_max_scroll": 0}
_FLAG = {"$feature_flag": "flag-1", "$feature_flag_response": True, "$feature_flag_payload": None}
_HEAT = {"$heatmap_data": {f"{SHOP}/pay": [{"x": 1, "y": 2, "target_fixed": False, "type": "click"}]}}
_GROUP: Event = {"$group_type": "company", "$group_key": "g1", "$group_set": {}}
_BOUGHT = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Order Refunded")
_COOKIELESS = "PostHog/posthog-js packages/browser/src/__tests__/cookieless.test.ts: in this mode every visitor has one id"
_ONE_FOR_ALL = {"distinct_id": "$posthog_cookieless", "$device_id": None, "$cookieless_mode": True}
_PASSED = ("survey shown", "survey sent", "survey dismissed", "survey abandoned", "product tour shown", "product tour step completed")


def _vitals(lcp: float, inp: float) -> Event:
    return {f"$web_vitals_{name}_value": value for name, value in (("LCP", lcp), ("INP", inp), ("CLS", 0.01), ("FCP", 123.45))} | {
        "$web_vitals_LCP_event": {"name": "LCP", "value": lcp, "$current_url": f"{SHOP}/pay", "timestamp": 1_761_555_660_000}
    }


SDK = Sdk(
    "PostHog",
    (
        Template(_WIRE, _web("$pageview", title="Pay", navigation_type="pushState")),
        Template(_WIRE, _web("$pageleave", **_LEFT)),
        Template(_CLICKS, _web("$autocapture", **_PRESSED)),
        Template(_CLICKS, _web("$autocapture", **{"$event_type": "click", "$elements_chain": _CHAIN, "$external_click_url": "https://pay.example/"})),
        Template(_CLICKS, _web("$autocapture", **{"$event_type": "submit", "$elements": [{"tag_name": "form", "attr__id": "address"}]})),
        Template(_CLICKS, _web("$autocapture", **{"$event_type": "change", "$elements": [{"tag_name": "input", "attr__name": "city"}]})),
        Template(_CLICKS, _web("$rageclick", **_PRESSED)),
        Template(_CLICKS, _web("$dead_click", **_PRESSED, **_DEAD)),
        Template(_CLICKS, _web("$copy_autocapture", **{"$event_type": "copy", "$selected_content": "", "$copy_type": "copy"})),
        Template(_VITALS, _web("$web_vitals", **_vitals(123.45, 12.5))),
        Template(_VITALS, _web("$web_vitals", **_vitals(4123.45, 312.5))),
        Template(_ERRORS, _web("$exception", **_THROWN, **{"$exception_types": ["TypeError"]})),
        Template(_IDENTIFY, _identify),
        Template(_IDENTIFY, _person),
        Template(_IDENTIFY, _alias),
        Template(_IDENTIFY, _web("$groupidentify", **_GROUP)),
        Template(_FLAGS, _web("$feature_flag_called", **_FLAG)),
        Template(_FLAGS, _web("$feature_enrollment_update", **{"$feature_flag": "flag-1", "$feature_enrollment": True})),
        Template(_WIRE, _web("$opt_in")),
        Template(_WIRE, _web("$$heatmap", **_HEAT)),
        *(Template(_ASKED, _web(name, **{"$survey_id": "s1", "$survey_response": "5"})) for name in _PASSED),
        *(Template(_SPEC, _bought(name)) for name in _BOUGHT),
        Template(_NATIVE, _native("Application Installed")),
        Template(_NATIVE, _native("Application Updated", previous_version="7.1.0", previous_build="710")),
        Template(_NATIVE, _native("Application Opened", url="shop://cart")),
        Template(_NATIVE, _native("Application Became Active")),
        Template(_NATIVE, _native("Application Backgrounded")),
        Template(_NATIVE, _native("$screen", **{"$screen_name": "Cart"})),
        Template(_NODE, _node("Order Completed", customer, **SHOPS["Order Completed"](7))),
        Template(_NODE, _node("$identify", customer, **{"$set": {"plan": "team"}, "$anon_distinct_id": None})),
        Template(_NODE, _node("$groupidentify", lambda _: "$company_g1", **_GROUP)),
        Template(_NODE, _node("$exception", customer, **_THROWN)),
    ),
    packed,
    (("blocked_customer", Template(_COOKIELESS, _web("$pageview", **_ONE_FOR_ALL))),),
)  # fmt: skip
