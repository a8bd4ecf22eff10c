"""PostHog: captured events, one a message or several as a `batch` or a list; its own Kafka records, and rows of its batch exports.

The touchpoint's id is `uuid` (older SDKs: `$insert_id`); its customer is `distinct_id`, as `anon:<id>` while the SDK says that nobody is
identified; its time is `timestamp` (or `$time`). The SDK's own events are read: autocapture, page views and leaves, rage and dead clicks.
Its other own events (names that begin with `$`) are passed by. Other events are read by PostHog's ecommerce and mobile specs, or as one of
our own kinds. `$identify` is a sign-in; `$create_alias` and `$merge_dangerously` link two ids. Sources: PostHog capture API. PostHog's
topics events_plugin_ingestion (the event is a text in `data`) and clickhouse_events_json.
"""

from __future__ import annotations

from typing import Any

import msgspec

from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.foreign import Foreign, parse_json, to_touchpoint
from schemas.foreign.event import anonymous_id, customer_id, normalize_keys, normalize_name
from schemas.foreign.linking import aliased, signed_in
from schemas.foreign.passing import is_reserved_by_posthog, passed, unless_passed
from schemas.foreign.selfdescribing import decode_json
from schemas.foreign.values import path, text, timestamp_ms, whole
from schemas.inputs import snowplow
from schemas.reading import Found, Headers, Rejected
from schemas.reading.batches import Several
from schemas.reading.limits import check_count, check_limits
from schemas.reading.placeholders import first_nameable

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

_ALIASES = ("$create_alias", "$merge_dangerously")
_GOOD = {
    "web_vitals_lcp_value": 2500,
    "web_vitals_inp_value": 200,
}  # ms: a page within these limits is good, not slow. Source: Core Web Vitals
_APPS = ("posthog-ios", "posthog-android", "posthog-react-native", "posthog-flutter")


def matches(_headers: Headers, value: bytes) -> bool:
    """Return whether the value has the fields of a PostHog event and is of no other format that shares one."""
    return b'"distinct_id"' in value and b'"messageId"' not in value and not snowplow.matches((), value)


def read(value: bytes, _headers: Headers, conventions: Conventions = NO_CONVENTIONS) -> Found | Several:
    """Return the touchpoint in this event, or those of the batch.

    >>> read(examples[1][1], ()).target, read(examples[3][1], ()).watched_ms
    ('pay', 2750)
    >>> [each.customer for each in read(examples[5][1], ())]
    ['c7', 'anon:5f2c']
    """
    message = parse_json(value)
    if isinstance(message, Rejected):
        return message
    batch = message.get("batch") if isinstance(message, dict) else None
    if isinstance(batch, list):
        return check_count(len(batch)) or [_one(each, conventions) for each in batch]
    return _one(message, conventions)


def _one(message: Any, conventions: Conventions) -> Found | list[Found]:
    if not isinstance(message, dict):
        return Rejected("wrong_type", "a PostHog event is no JSON object")
    if message.get("event") is None and isinstance(message.get("data"), str):
        message = _captured(message, message["data"])
        if isinstance(message, Rejected):
            return message
    written = text(message.get("event"))
    if written is None:
        return Rejected("missing_field", "event of a PostHog event")
    said = normalize_keys(decode_json(message.get("properties"), None))
    for beside in ("elements_chain", "elements"):  # in rows of an export they stand beside the properties
        if message.get(beside):
            said.setdefault(beside, message[beside] if beside == "elements_chain" else decode_json(message[beside], None))
    if written == "$identify":
        return _identify(message, said, conventions)
    if written in _ALIASES:
        return _alias(message, said, conventions)
    event = _foreign(message, said, _name(written, said))
    return unless_passed(to_touchpoint(event, conventions), event, written, reserved=is_reserved_by_posthog(written))


def _captured(record: dict[str, Any], inside: str) -> Any:
    """Return the event in a record of PostHog's own topic. What the event does not say, the record around it does."""
    unfit = check_limits(inside.encode())
    event = unfit or parse_json(inside.encode())
    if not isinstance(event, dict):
        return event if isinstance(event, Rejected) else Rejected("wrong_type", "a PostHog event is no JSON object")
    said = {name: content for name, content in event.items() if content not in (None, "")}
    around = {"uuid": record.get("uuid"), "distinct_id": record.get("distinct_id")}
    own_time = "timestamp" in said or "$time" in (said.get("properties") or ())
    return around | ({} if own_time else {"timestamp": record.get("timestamp") or record.get("now")}) | said


def _name(written: str, said: dict[str, Any]) -> str:
    if written == "$autocapture":
        return f"autocapture_{text(said.get('event_type')) or ''}"
    if written == "$web_vitals" and any((whole(said.get(measure)) or 0) > good for measure, good in _GOOD.items()):
        return "page_slowed"
    return normalize_name(written)


def _identify(message: dict[str, Any], said: dict[str, Any], conventions: Conventions) -> Found:
    """Return the sign-in of a device's customer. A call that names no device sends properties of a person alone."""
    device = said.get("anon_distinct_id")
    if not anonymous_id(device):
        return passed("$identify")
    return to_touchpoint(_linking(message, said, signed_in(device)), conventions)


def _alias(message: dict[str, Any], said: dict[str, Any], conventions: Conventions) -> Found | list[Found]:
    earlier = said.get("alias")
    if not customer_id(earlier):
        return Rejected("missing_field", "alias of a PostHog event that links two ids")
    person = _person(message, said)
    if _is_nobody(person, said) and earlier != person:  # a device's visitor is told to be this customer: it is a sign-in
        event = msgspec.structs.replace(_foreign(message, said, "identity_linked", signed_in(person)), customer=customer_id(earlier))
        return to_touchpoint(event, conventions)
    event = _linking(message, said, {})
    return [to_touchpoint(each, conventions) for each in aliased(event, earlier, device=earlier == said.get("device_id"))]


def _linking(message: dict[str, Any], said: dict[str, Any], properties: dict[str, Any]) -> Foreign:
    """Return a link of the customer whom the event names. A device's id is no stand-in for that name."""
    event = _foreign(message, said, "identity_linked", properties)
    return msgspec.structs.replace(event, customer=customer_id(_person(message, said)))


def _person(message: dict[str, Any], said: dict[str, Any]) -> object:
    found = message.get("distinct_id")
    return said.get("distinct_id") if found in (None, "") else found


def _is_nobody(person: object, said: dict[str, Any]) -> bool:
    """Return whether the id of the person is a device's, as the SDK says or as the device's own id shows."""
    device, identified = said.get("device_id"), said.get("is_identified")
    return identified is False or (device is not None and device == person and identified is not True)


def _foreign(message: dict[str, Any], said: dict[str, Any], name: str, properties: dict[str, Any] | None = None) -> Foreign:
    person, device = _person(message, said), said.get("device_id")
    nobody = _is_nobody(person, said)
    url = said.get("current_url")
    at = message.get("timestamp")
    screen = text(said.get("screen_name"))
    return Foreign(
        "posthog",
        name,
        message.get("uuid") or said.get("insert_id"),
        first_nameable(anonymous_id(person) if nobody else customer_id(person), anonymous_id(device)),
        whole(said.get("time"), 1000) if at in (None, "") else timestamp_ms(at),
        said if properties is None else properties,
        anonymous=anonymous_id(device),
        channel="app" if screen or said.get("lib") in _APPS else "web" if said.get("lib") == "web" or url else "",
        page=screen or path(said.get("pathname")) or path(url) or "",
        url=url,
        referrer=said.get("referrer"),
        app_version=text(said.get("app_version")) or "",
        zone=text(said.get("timezone")) or "",
    )
