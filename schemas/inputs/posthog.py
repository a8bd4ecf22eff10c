"""PostHog: captured events, one a message or several as a `batch` or a list.

The touchpoint's id is `uuid` (older SDKs: `$insert_id`); its customer is `distinct_id`, as `anon:<id>` while the SDK says that nobody is
identified; its time is `timestamp` (or `$time`). The SDK's own events are read: autocapture, page views and leaves, rage and dead clicks.
Other events are read by PostHog's ecommerce and mobile specs, or as one of our own kinds. `$identify` and `$create_alias` link two ids.
Source: PostHog capture API.
"""

from __future__ import annotations

from typing import Any

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import Foreign, parse_json, to_touchpoint
from schemas.foreign.event import anonymous_id, customer_id, normalize_keys, normalize_name
from schemas.foreign.selfdescribing import decode_json
from schemas.foreign.values import host, path, text, timestamp_ms, whole
from schemas.inputs import snowplow
from schemas.reading import Found, Headers, Rejected

_HEAD = b'"uuid":"0199f3c1-7b1e-7000-8000-000000000001","distinct_id":"c7","timestamp":"2025-10-27T09:01:00.000Z"'
_LIB = b'"$lib":"web","$current_url":"https://shop.example/pay?step=2","$pathname":"/pay","$referrer":"https://shop.example/cart","$device_id":"5f2c"'

examples: tuple[tuple[Headers, bytes], ...] = (
    ((), b'{"event":"$pageview",' + _HEAD + b',"properties":{' + _LIB + b',"$is_identified":true}}'),
    (
        (),
        b'{"event":"$autocapture",' + _HEAD + b',"properties":{' + _LIB + b',"$event_type":"click","$elements_chain":'
        b'"button.btn.primary:attr__class=\\"btn primary\\"attr_id=\\"pay\\"nth-child=\\"1\\"text=\\"Pay\\";div:nth-child=\\"2\\""}}',
    ),
    ((), b'{"event":"$rageclick",' + _HEAD + b',"properties":{' + _LIB + b',"$elements":[{"tag_name":"button","attr__id":"pay"}]}}'),
    (
        (),
        b'{"event":"$dead_click",' + _HEAD + b',"properties":{' + _LIB + b',"$elements":[{"tag_name":"button","attr__id":"pay"}],'
        b'"$dead_click_absolute_delay_ms":2750,"$dead_click_absolute_timeout":true}}',
    ),
    ((), b'{"event":"$identify",' + _HEAD + b',"properties":{"$anon_distinct_id":"5f2c"},"$set":{"plan":"team"}}'),
    (
        (),
        b'{"api_key":"k","historical_migration":false,"batch":[{"event":"Product Viewed",' + _HEAD + b',"properties":{"product_id":'
        b'"p-dome","price":129,"currency":"EUR"}},{"event":"$screen","uuid":"0199f3c1-7b1e-7000-8000-000000000002","distinct_id":"5f2c",'
        b'"timestamp":"2025-10-27T09:01:05.000Z","properties":{"$lib":"posthog-ios","$screen_name":"cart","$is_identified":false}}]}',
    ),
)

_LINKS = {"identify": "anon_distinct_id", "create_alias": "alias", "merge_dangerously": "alias"}
_GOOD = {
    "web_vitals_lcp_value": 2500,
    "web_vitals_inp_value": 200,
}  # ms: a page within these limits is good, not slow. Source: Core Web Vitals
_APPS = ("posthog-ios", "posthog-android", "posthog-react-native", "posthog-flutter")


def matches(_headers: Headers, value: bytes) -> bool:
    """Return whether the value has the fields of a PostHog event and is of no other format that shares one."""
    return b'"distinct_id"' in value and b'"messageId"' not in value and not snowplow.matches((), value)


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found | list[Found]:
    """Return the touchpoint in this event, or those of the batch.

    >>> read(examples[1][1], ()).target, read(examples[3][1], ()).watched_ms
    ('pay', 2750)
    >>> [each.customer for each in read(examples[5][1], ())]
    ['c7', 'anon:5f2c']
    """
    message = parse_json(value)
    if isinstance(message, Rejected):
        return message
    batch = message.get("batch") if isinstance(message, dict) else message
    return [_one(each, conventions) for each in batch] if isinstance(batch, list) else _one(message, conventions)


def _one(message: Any, conventions: Conventions) -> Found:
    if not isinstance(message, dict):
        return Rejected("wrong_type", "a PostHog event is no JSON object")
    written = text(message.get("event"))
    if written is None:
        return Rejected("missing_field", "event of a PostHog event")
    said = normalize_keys(decode_json(message.get("properties"), None))
    name = normalize_name(written)
    if written.startswith("$") and name in _LINKS:
        return _link(message, said, _LINKS[name], conventions)
    if written == "$autocapture":
        name = f"autocapture_{text(said.get('event_type')) or ''}"
    elif written == "$web_vitals" and any((whole(said.get(measure)) or 0) > good for measure, good in _GOOD.items()):
        name = "page_slowed"
    return to_touchpoint(_foreign(message, said, name), conventions)


def _link(message: dict[str, Any], said: dict[str, Any], word: str, conventions: Conventions) -> Found:
    other = said.get(word)
    if not customer_id(other):
        return Rejected("missing_field", f"the other id (${word}) of a PostHog event that links two")
    linked = {"other": anonymous_id(other) if word == "anon_distinct_id" else customer_id(other)}
    return to_touchpoint(_foreign(message, said | {"is_identified": True}, "identity_linked", linked), conventions)


def _foreign(message: dict[str, Any], said: dict[str, Any], name: str, properties: dict[str, Any] | None = None) -> Foreign:
    person = message.get("distinct_id", said.get("distinct_id"))
    device = said.get("device_id")
    nobody = said.get("is_identified") is False or (device is not None and device == person and said.get("is_identified") is not True)
    url, referrer = said.get("current_url"), said.get("referrer")
    at = message.get("timestamp")
    screen = text(said.get("screen_name"))
    return Foreign(
        "posthog",
        name,
        message.get("uuid", said.get("insert_id")),
        (anonymous_id(person) or None) if nobody else customer_id(person),
        timestamp_ms(at) if at is not None else whole(said.get("time"), 1000),
        said if properties is None else properties,
        anonymous=anonymous_id(device),
        channel="app" if screen or said.get("lib") in _APPS else "web" if said.get("lib") == "web" or url else "",
        page=screen or path(said.get("pathname")) or path(url) or "",
        came_from=path(referrer) or "" if host(referrer) and host(referrer) == host(url) else "",
        app_version=text(said.get("app_version")) or "",
    )
