"""Segment: track, page, screen, identify and alias calls, one a message or several as a `batch`. RudderStack sends the same.

The touchpoint's id is `messageId`; its customer is `userId`, before sign-in `anonymousId` as `anon:<id>`; its time is `timestamp`. The
event of a track call is read by the Segment specs, or as one of our own kinds. The specs are ecommerce v2, mobile, email, live chat and B2B
SaaS. An identify call that names a device and a customer is a sign-in. An alias call links two ids: the earlier one may be a customer's or
a device's, and the call does not say which, so it is two links. Calls that hold traits alone are passed by. Source: Segment spec, common
fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import Foreign, parse_json, to_touchpoint
from schemas.foreign.event import anonymous_id, customer_id, normalize_keys, normalize_name
from schemas.foreign.linking import aliased, signed_in
from schemas.foreign.passing import RUDDERSTACKS_CATEGORY, SEGMENT_CALLS, passed, unless_passed
from schemas.foreign.values import path, text, timestamp_ms
from schemas.inputs import snowplow
from schemas.reading import Found, Headers, Rejected
from schemas.reading.batches import Several
from schemas.reading.diagnosis import unknown_kind
from schemas.reading.limits import check_count
from schemas.reading.placeholders import first_nameable

_HEAD = b'"messageId":"m1","userId":"c7","anonymousId":"5f2c","timestamp":"2025-10-27T09:01:00.000Z"'
_PAGE = b'"context":{"page":{"path":"/tents","url":"https://shop.example/tents?q=x","referrer":"https://shop.example/"}}'

examples: tuple[tuple[Headers, bytes], ...] = (
    ((), b'{"type":"page",' + _HEAD + b"," + _PAGE + b',"name":"Tents","properties":{"path":"/tents","title":"Tents"}}'),
    (
        (),
        b'{"type":"track","event":"Order Completed",' + _HEAD + b"," + _PAGE + b',"properties":{"order_id":"o1","total":149.00,'
        b'"discount":5,"coupon":"SPRING","currency":"EUR","products":[{"product_id":"p-dome","quantity":2,"category":"tents"}]}}',
    ),
    ((), b'{"type":"screen","name":"cart",' + _HEAD + b',"context":{"os":{"name":"iOS"},"app":{"version":"7.2.0"}}}'),
    ((), b'{"type":"identify",' + _HEAD + b',"traits":{"plan":"team"}}'),
    ((), b'{"type":"alias","messageId":"m1","userId":"c7","previousId":"c-old","timestamp":"2025-10-27T09:01:00.000Z"}'),
    (
        (),
        b'{"sentAt":"2025-10-27T09:02:00Z","batch":[{"type":"page",' + _HEAD + b"," + _PAGE + b'},{"type":"track","event":"[Amplitude] '
        b'Rage Click","messageId":"m2","anonymousId":"5f2c","timestamp":"2025-10-27T09:01:09.000Z","properties":{"[Amplitude] Click '
        b'Count":5,"[Amplitude] Duration":800,"[Amplitude] Element ID":"pay","[Amplitude] Element Tag":"button"}}]}',
    ),
)

_SHOWN = ("page", "screen")  # calls that tell what page or screen was shown
_APPS = ("ios", "ipados", "android", "tvos", "watchos")


def matches(_headers: Headers, value: bytes) -> bool:
    """Return whether the value has the fields of a Segment call and is of no other format that shares one."""
    call = b'"messageId"' in value or (b'"batch"' in value and b'"sentAt"' in value)
    call = call or (b'"type"' in value and (b'"anonymousId"' in value or b'"userId"' in value))
    return call and not snowplow.matches((), value)


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found | Several:
    """Return the touchpoint in this call, or those of the batch.

    >>> found = read(examples[1][1], ())
    >>> found.order, found.value, found.items, found.place
    ('o1', 14900, 2, '/tents')
    >>> [each.customer for each in read(examples[5][1], ())]
    ['c7', 'anon:5f2c']
    """
    message = parse_json(value)
    if isinstance(message, Rejected):
        return message
    if isinstance(message, dict) and isinstance(batch := message.get("batch"), list):
        context = message.get("context")
        shared = context if isinstance(context, dict) else {}
        return check_count(len(batch)) or [_one(each, shared, conventions) for each in batch]
    return _one(message, {}, conventions)


def _one(message: Any, shared: dict[str, Any], conventions: Conventions) -> Found | list[Found]:
    if not isinstance(message, dict):
        return Rejected("wrong_type", "a Segment call is no JSON object")
    call = message.get("type")
    if not isinstance(call, str):
        return Rejected("missing_field", "type of a Segment call")
    reader = _CALLS.get(call)
    if reader is None:
        return passed(call) if call in SEGMENT_CALLS else unknown_kind(call)
    context = message.get("context")
    if not isinstance(context, dict):
        context = {}
    return reader(message, shared | context if shared else context, conventions)


def _track(message: dict[str, Any], context: dict[str, Any], conventions: Conventions) -> Found:
    name = text(message.get("event"))
    if name is None:
        return Rejected("missing_field", "event of a Segment track call")
    event = _foreign(message, context, normalize_name(name), normalize_keys(message.get("properties")))
    return unless_passed(to_touchpoint(event, conventions), event, name)


def _page_or_screen(message: dict[str, Any], context: dict[str, Any], conventions: Conventions) -> Found:
    if message.get("category") == RUDDERSTACKS_CATEGORY:
        return passed(text(message.get("name")) or message["type"])
    said = normalize_keys(message.get("properties"))
    said.setdefault("category", message.get("category"))
    event = _foreign(message, context, message["type"], said)
    return unless_passed(to_touchpoint(event, conventions), event, message["type"])


def _identify(message: dict[str, Any], context: dict[str, Any], conventions: Conventions) -> Found:
    """Return the sign-in of a device's customer. A call that names one id alone sends traits, and traits are no event."""
    device = anonymous_id(message.get("anonymousId"))
    if not customer_id(message.get("userId")) or not device:
        return passed("identify")
    return to_touchpoint(_linking(message, context, signed_in(device)), conventions)


def _alias(message: dict[str, Any], context: dict[str, Any], conventions: Conventions) -> Found | list[Found]:
    """Return the links of an alias call: to the earlier customer, and to the earlier device of the same id."""
    for word in ("userId", "previousId"):
        if not customer_id(message.get(word)):
            return Rejected("missing_field", f"{word} of a Segment alias call, which links two ids")
    device = message["previousId"] == message.get("anonymousId")
    event = _linking(message, context, {})
    return [to_touchpoint(each, conventions) for each in aliased(event, message["previousId"], device=device)]


_CALLS: dict[str, Callable[[dict[str, Any], dict[str, Any], Conventions], Found | list[Found]]] = {
    "track": _track,
    "page": _page_or_screen,
    "screen": _page_or_screen,
    "identify": _identify,
    "alias": _alias,
}


def _linking(message: dict[str, Any], context: dict[str, Any], properties: dict[str, Any]) -> Foreign:
    """Return a link of the customer whom the call names. A device's id is no stand-in for that name."""
    event = _foreign(message, context, "identity_linked", properties)
    return msgspec.structs.replace(event, customer=customer_id(message["userId"]))


def _foreign(message: dict[str, Any], context: dict[str, Any], name: str, said: dict[str, Any]) -> Foreign:
    """Return the event. `said` are its properties; those of a page or screen call tell the page, those of others a product or a link."""
    page, app, account, zone = context.get("page"), context.get("app"), context.get("groupId"), context.get("timezone")
    if not isinstance(page, dict):
        page = {}
    url, referrer, where = page.get("url"), page.get("referrer"), None
    if (call := message["type"]) in _SHOWN:
        url, referrer, where = said.get("url") or url, said.get("referrer") or referrer, path(said.get("path"))
    where = where or path(page.get("path")) or path(url)
    if call in _SHOWN and (shown := text(message.get("name"))):
        where = shown if call == "screen" else where or shown
    device = anonymous_id(message.get("anonymousId"))
    return Foreign(
        "segment",
        name,
        message.get("messageId"),
        first_nameable(customer_id(message.get("userId")), device),
        timestamp_ms(message.get("timestamp") or message.get("originalTimestamp")),
        said,
        anonymous=device,
        channel=_channel(message, context, page),
        page=where or "",
        url=url,
        referrer=referrer,
        account="" if account is None else text(account) or "",
        app_version=text(app.get("version")) or "" if isinstance(app, dict) else "",
        zone="" if zone is None else text(zone) or "",
    )


def _channel(message: dict[str, Any], context: dict[str, Any], page: dict[str, Any]) -> str:
    """Return where it happened: what the SDK says of itself, or what only one kind of SDK sends."""
    said, system = message.get("channel"), context.get("os")
    if said == "mobile" or message["type"] == "screen":
        return "app"
    if isinstance(system, dict) and (text(system.get("name")) or "").lower() in _APPS:
        return "app"
    return "web" if page or said in ("browser", "client", "web") else ""
