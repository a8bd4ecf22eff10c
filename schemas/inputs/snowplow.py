"""Snowplow: what trackers send (`payload_data`, one or several events), and what enrichment makes of it, between tabs or as JSON.

The touchpoint's id is `eid` / `event_id`; its customer is `uid` / `user_id`, before sign-in the device's or browser's id as `anon:<id>`;
its time is the true one if it is set, else the derived one, else the device's. A self-describing event is read by its schema's name:
Snowplow's own (link_click, screen_view, ecommerce actions ...) or one of our own kinds. Events of Snowplow's own vendor that hold nothing
for a journey (page_ping, focus_form ...) are passed by. Sources: Snowplow tracker protocol. Snowplow canonical event model. Analytics SDK.
"""

from __future__ import annotations

import re
from typing import Any

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import Foreign, parse_json, to_touchpoint
from schemas.foreign.enriched import columns_by_name, has_columns
from schemas.foreign.event import anonymous_id, customer_id, normalize_keys, normalize_name
from schemas.foreign.passing import SNOWPLOWS_VENDORS, TRACKERS_VENDORS, unless_passed
from schemas.foreign.selfdescribing import decode_json, entities, name_and_content, unwrap
from schemas.foreign.shopping import ACTION, shop_event
from schemas.foreign.values import path, text, timestamp_ms
from schemas.reading import Found, Headers, Rejected
from schemas.reading.batches import Several
from schemas.reading.limits import check_count
from schemas.reading.placeholders import first_nameable, nameable

_PAYLOAD = b'{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":['
_HEAD = b'"eid":"5a305bf5-32fc-40d9-b0e8-66052f0f2c95","p":"web","aid":"shop","uid":"c7","duid":"5f2c","dtm":"1761555660000"'
_UE = b'\\"schema\\":\\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\\",\\"data\\":'

examples: tuple[tuple[Headers, bytes], ...] = (
    ((), _PAYLOAD + b'{"e":"pv",' + _HEAD + b',"url":"https://shop.example/tents?q=x","refr":"https://shop.example/"}]}'),
    (
        (),
        _PAYLOAD + b'{"e":"ue",' + _HEAD + b',"ue_pr":"{' + _UE + b'{\\"schema\\":\\"iglu:com.acme/form_rejected/jsonschema/1-0-0\\",'
        b'\\"data\\":{\\"form\\":\\"address\\",\\"field\\":\\"postcode\\"}}}"},{"e":"pv","eid":"e2","p":"web","duid":"5f2c",'
        b'"dtm":"1761555661000","url":"https://shop.example/"}]}',
    ),
    (
        (),
        b'{"event":"unstruct","event_name":"snowplow_ecommerce_action","event_id":"5a305bf5-32fc-40d9-b0e8-66052f0f2c95","app_id":"shop","platform":"mob","user_id":"c7",'
        b'"derived_tstamp":"2025-10-27T09:01:00.000Z","collector_tstamp":"2025-10-27T09:01:02.000Z",'
        b'"unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1":{"type":"transaction"},'
        b'"contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1":[{"transaction_id":"o1","revenue":149,"currency":"EUR"}],'
        b'"contexts_com_snowplowanalytics_snowplow_ecommerce_product_1":[{"id":"p-dome","quantity":2,"category":"tents"}]}',
    ),
    (
        (),
        b'{"event":"unstruct","event_id":"e4","platform":"mob","collector_tstamp":"2025-10-27T09:01:02.000Z","contexts":{"schema":'
        b'"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0","data":[{"schema":'
        b'"iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2","data":{"userId":"i-1"}}]},"unstruct_event":{"schema":'
        b'"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0","data":{"schema":'
        b'"iglu:com.snowplowanalytics.mobile/screen_view/jsonschema/1-0-0","data":{"name":"cart"}}}}',
    ),
)

# Our word, the tracker's word, the enriched event's word.
_WORDS = (
    ("event", "e", "event"),
    ("id", "eid", "event_id"),
    ("customer", "uid", "user_id"),
    ("browser", "duid", "domain_userid"),
    ("platform", "p", "platform"),
    ("url", "url", "page_url"),
    ("referrer", "refr", "page_referrer"),
    ("zone", "tz", "os_timezone"),
)
_ORDER = (("order_id", "tr_id", "tr_orderid"), ("total", "tr_tt", "tr_total"), ("currency", "tr_cu", "tr_currency"))
_TIMES = ("true_tstamp", "derived_tstamp", "dvce_created_tstamp", "collector_tstamp")
_EVENTS = {"pv": "page_view", "ue": "unstruct", "se": "struct", "tr": "transaction", "pp": "page_ping", "ti": "transaction_item"}
_CHANNELS = {"web": "web", "mob": "app", "app": "app", "pc": "app"}
_UNSTRUCT = "unstruct_event_"
_CONTEXTS = "contexts_"
_CONTEXT = re.compile(r"contexts_(.+)_\d+")
_SESSION = "com_snowplowanalytics_snowplow_client_session"
_APP = "com_snowplowanalytics_mobile_application"
_SCREEN = "com_snowplowanalytics_mobile_screen"


def matches(_headers: Headers, value: bytes) -> bool:
    """Return whether the value is a tracker's payload or an enriched event."""
    return b"/payload_data/" in value or (b'"event_id"' in value and b'"collector_tstamp"' in value) or has_columns(value)


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found | Several:
    """Return the touchpoint in this event, or those of the payload.

    >>> [each.page for each in read(examples[0][1], ())], [each.customer for each in read(examples[1][1], ())]
    (['/tents'], ['c7', 'anon:5f2c'])
    >>> found = read(examples[2][1], ())
    >>> found.order, found.value, found.items, found.channel
    ('o1', 14900, 2, 'app')
    """
    message = columns_by_name(value) if has_columns(value) else parse_json(value)
    if isinstance(message, Rejected):
        return message
    name, content = name_and_content(message)
    if name.endswith("/payload_data"):
        if not isinstance(content, list):
            return Rejected("wrong_type", "a payload is no list")
        return check_count(len(content)) or [_one(each, conventions) for each in content]
    return _one(message, conventions)


def _one(message: Any, conventions: Conventions) -> Found:
    if not isinstance(message, dict):
        return Rejected("wrong_type", "a Snowplow event is no JSON object")
    get = message.get
    said = {word: get(long) if (found := get(short)) is None else found for word, short, long in _WORDS}
    around = _around(message)
    name, vendor, properties = _name_and_properties(message, said, around)
    if not name:
        return Rejected("missing_field", "what happened: no event type, or a self-describing event that does not")
    event = _foreign(message, said, around, name, properties)
    return unless_passed(to_touchpoint(event, conventions), event, name, reserved=vendor.startswith(TRACKERS_VENDORS))


def _said(message: dict[str, Any], short: str, long: str) -> Any:
    found = message.get(short)
    return message.get(long) if found is None else found


def _around(message: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the entities beside the event, by their schema's flat name (`com_acme_basket`), in every form in which they travel."""
    found: dict[str, list[Any]] = {}
    plain, coded = _said(message, "co", "contexts"), message.get("cx")
    if plain is not None or coded is not None:
        for described, content in entities(decode_json(plain, coded)):
            found.setdefault(re.sub(r"[./]", "_", described), []).append(content)
    for key, contents in message.items():
        if key.startswith(_CONTEXTS) and isinstance(contents, list) and (flat := _CONTEXT.fullmatch(key)):
            found.setdefault(flat[1], []).extend(contents)
    return found


def _name_and_properties(message: dict[str, Any], said: dict[str, Any], around: dict[str, list[Any]]) -> tuple[str, str, dict[str, Any]]:
    """Return the event's name, the vendor of its schema as far as it has one, and its properties."""
    event = text(said["event"]) or ""
    event = _EVENTS.get(event, event)
    if event == "struct":
        return normalize_name(text(_said(message, "se_ac", "se_action")) or ""), "", {}
    if event == "transaction":
        return "order_completed", "", {ours: _said(message, short, long) for ours, short, long in _ORDER}
    if event != "unstruct":
        return normalize_name(event), "", {}
    described, content = name_and_content(unwrap(decode_json(_said(message, "ue_pr", "unstruct_event"), message.get("ue_px"))))
    vendor, _, name = described.rpartition("/")
    name = name or text(message.get("event_name")) or ""
    if content is None:
        key = next((key for key in message if key.startswith(_UNSTRUCT) and message[key] is not None), "")
        content, vendor = message.get(key), vendor or text(message.get("event_vendor")) or key.removeprefix(_UNSTRUCT)
    if name == ACTION:
        name, content = shop_event(content, around)
        return name, SNOWPLOWS_VENDORS[0], content
    name = normalize_name(name)
    if name == "application_error" and text(said["platform"]) == "web":  # a script's error: nothing has crashed
        name = "exception"
    return name, f"{vendor}.", normalize_keys(content)


def _foreign(message: dict[str, Any], said: dict[str, Any], around: dict[str, list[Any]], name: str, properties: dict[str, Any]) -> Foreign:
    at = message.get("ttm") or message.get("dtm") or next((message[time] for time in _TIMES if message.get(time)), None)
    device = _device(message, said, around)
    screen = text(_entity(around, _SCREEN).get("name")) if around else None
    return Foreign(
        "snowplow",
        name,
        said["id"],
        first_nameable(customer_id(said["customer"]), device),
        timestamp_ms(at),
        properties,
        anonymous=device if isinstance(device, str) else "",
        channel=_CHANNELS.get(text(said["platform"]) or "", ""),
        page=screen or path(said["url"]) or "",
        url=said["url"],
        referrer=said["referrer"],
        app_version=(text(_entity(around, _APP).get("version")) or "") if around else "",
        zone=text(said["zone"]) or "",
    )


def _device(message: dict[str, Any], said: dict[str, Any], around: dict[str, list[Any]]) -> object:
    """Return the browser's id; if it can name nobody, the one of the app's session, or of the network."""
    browser = anonymous_id(said["browser"])
    if browser and nameable(browser):
        return browser
    network = anonymous_id(_said(message, "tnuid", "network_userid"))
    return first_nameable(browser, anonymous_id(_entity(around, _SESSION).get("user_id")), network)


def _entity(around: dict[str, list[Any]], name: str) -> dict[str, Any]:
    contents = around.get(name)
    return normalize_keys(contents[0]) if contents else {}
