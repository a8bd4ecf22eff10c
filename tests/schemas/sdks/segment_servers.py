"""Segment's libraries for servers and for apps: Python, Node, Go, Ruby, PHP and Swift. All of them send batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.schemas.sdks.shop import SHOPS
from tests.schemas.sdks.templates import Event, Sdk, Template, as_json, at_text, customer, device, identity

_PYTHON = "segmentio/analytics-python segment/analytics/client.py, request.py"
_NODE = "segmentio/analytics-next packages/node/src/app/event-factory.ts, plugins/segmentio/publisher.ts"
_GO = "segmentio/analytics-go fixtures/test-enqueue-*.json"
_RUBY = "segmentio/analytics-ruby lib/segment/analytics/field_parser.rb"
_PHP = "segmentio/analytics-php lib/Client.php"
_SWIFT = "segmentio/analytics-swift Sources/Segment/Types.swift, Plugins/Context.swift, Plugins/Platforms/iOS/iOSLifecycleEvents.swift"


def _python(type: str, **fields: object) -> Callable[[int], Event]:
    own: Event = {"integrations": {}, "anonymousId": None}
    return lambda number: own | {
        "timestamp": at_text(number, zone="+00:00"), "context": {"library": {"name": "analytics-python", "version": "2.3.4"}},
        "type": type, "userId": customer(number), "messageId": identity("python", number),
    } | _filled(fields, number)  # fmt: skip


def _node(type: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: {
        "integrations": {}, "type": type, "userId": customer(number), "timestamp": at_text(number),
        "context": {"library": {"name": "@segment/analytics-node", "version": "2.3.0"}},
        "messageId": f"node-next-{number}-{identity('node', number)}", "_metadata": {"nodeVersion": "22.11.0", "jsRuntime": "node"},
    } | _filled(fields, number)  # fmt: skip


def _go(type: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: {
        "messageId": identity("go", number), "timestamp": at_text(number, "seconds"), "type": type, "userId": customer(number),
    } | _filled(fields, number)  # fmt: skip


def _ruby(type: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: {
        "context": {"library": {"name": "analytics-ruby", "version": "2.5.0"}}, "messageId": identity("ruby", number),
        "timestamp": at_text(number, zone="+00:00"), "userId": number % 40 + 1000, "type": type,
    } | _filled(fields, number)  # fmt: skip


def _php(type: str, **fields: object) -> Callable[[int], Event]:
    return lambda number: {
        "userId": customer(number), "type": type, "timestamp": at_text(number, "seconds", "+00:00"),
        "context": {"library": {"name": "analytics-php", "version": "3.8.1", "consumer": "LibCurl"}}, "messageId": identity("php", number),
    } | _filled(fields, number)  # fmt: skip


def _swift(type: str, **fields: object) -> Callable[[int], Event]:
    def make(number: int) -> Event:
        named = {"userId": customer(number)} if number % 2 else {}
        return {
            "type": type, "anonymousId": device(number), "messageId": identity("swift", number).upper(), "timestamp": at_text(number),
            "context": {
                "library": {"name": "analytics-swift", "version": "1.8.0"},
                "app": {"name": "Shop", "version": "7.2.0", "build": "720", "namespace": "example.shop"},
                "device": {"manufacturer": "Apple", "type": "ios", "model": "iPhone15,2", "name": "", "id": device(number)},
                "os": {"name": "iOS", "version": "18.1"}, "screen": {"width": 393, "height": 852}, "locale": "de-DE",
                "timezone": "Europe/Berlin", "network": {"bluetooth": False, "cellular": True, "wifi": False}, "userAgent": "",
                "instanceId": identity("instance", number),
            },
            "integrations": {}, "_metadata": {"bundled": [], "unbundled": [], "bundledIds": []},
        } | named | _filled(fields, number)  # fmt: skip

    return make


def _filled(fields: dict[str, object], number: int) -> Event:
    return {name: content(number) if callable(content) else content for name, content in fields.items()}


def packed(events: Sequence[Event]) -> Sequence[bytes]:
    """Return the records: these libraries send a batch even of one event. Go writes the library once, beside the batch."""
    go = [event for event in events if "context" not in event]
    others = [event for event in events if "context" in event]
    library = {"library": {"name": "analytics-go", "version": "3.0.0"}}
    sent = [{"batch": go, "messageId": identity("batch", len(go)), "sentAt": at_text(10_000, "seconds"), "context": library}] if go else []
    if others:
        sent.append({"batch": others, "sentAt": at_text(10_000, "microseconds", "+00:00"), "writeKey": "k"})
    return [as_json(each) for each in sent]


_APP = {"version": "7.2.0", "build": "720"}
_SHOPS = ("Order Completed", "Order Refunded", "Product Added", "Checkout Started", "Coupon Applied", "Product Reviewed")
_LIFE: tuple[tuple[str, Event], ...] = (
    ("Application Installed", _APP),
    ("Application Updated", _APP | {"previous_version": "7.1.0", "previous_build": "710"}),
    ("Application Opened", _APP | {"from_background": False, "referring_application": "", "url": ""}),
    ("Application Opened", _APP | {"from_background": True}),
    ("Application Backgrounded", {}),
    ("Application Foregrounded", {}),
)
_EMPTY: Event = {}

SDK = Sdk(
    "Segment servers and apps",
    (
        *(Template(_PYTHON, _python("track", event=name, properties=SHOPS[name])) for name in _SHOPS),
        Template(_PYTHON, _python("identify", traits={"plan": "team"})),
        Template(_PYTHON, _python("group", groupId="g1", traits=_EMPTY)),
        Template(_PYTHON, _python("alias", previousId=device)),
        Template(_PYTHON, _python("page", category=None, name="Tents", properties=_EMPTY)),
        Template(_PYTHON, _python("screen", category=None, name="Cart", properties=_EMPTY)),
        Template(_PYTHON, _python("track", event="Product Viewed", properties={"sku": "DOME-2"}, userId=None, anonymousId=device)),
        *(Template(_NODE, _node("track", event=name, properties=SHOPS[name])) for name in _SHOPS),
        Template(_NODE, _node("identify", traits={"plan": "team"}, anonymousId=device)),
        Template(_NODE, _node("page", properties={"url": "https://shop.example/tents"})),
        Template(_NODE, _node("page", properties=_EMPTY)),
        *(Template(_GO, _go("track", event=name, properties=SHOPS[name])) for name in _SHOPS),
        Template(_GO, _go("alias", previousId=device)),
        Template(_GO, _go("identify")),
        Template(_GO, _go("group", groupId="g1")),
        Template(_GO, _go("page", name="Tents")),
        Template(_GO, _go("screen", name="Cart")),
        *(Template(_RUBY, _ruby("track", event=name, properties=SHOPS[name])) for name in _SHOPS),
        Template(_RUBY, _ruby("page", name="", properties=_EMPTY)),
        Template(_PHP, _php("track", event="Order Completed", properties=SHOPS["Order Completed"])),
        Template(_PHP, _php("identify", traits=_EMPTY)),
        *(Template(_SWIFT, _swift("track", event=name, properties=said)) for name, said in _LIFE),
        Template(_SWIFT, _swift("screen", name="Cart", category="", properties=_EMPTY)),
        Template(_SWIFT, _swift("identify", userId=customer, traits={"plan": "team"})),
    ),
    packed,
)
