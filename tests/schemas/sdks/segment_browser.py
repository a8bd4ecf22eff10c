"""Segment's analytics.js (analytics-next) in a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.schemas.sdks.shop import SHOPS
from tests.schemas.sdks.templates import BROWSER, SHOP, Event, Sdk, Template, as_json, at_ms, at_text, customer, device, identity

_FACTORY = "segmentio/analytics-next packages/core/src/events/index.ts, packages/browser/src/core/page/add-page-context.ts"
_SENT = "segmentio/analytics-next packages/browser/src/plugins/segmentio/normalize.ts, plugins/env-enrichment/index.ts"
_CONSENT = "segmentio/analytics-next packages/consent/consent-tools/src/domain/analytics/analytics-service.ts"
_SPEC = "segmentio/analytics-next packages/browser/src/core/events/index.ts; the names: Segment spec, ecommerce v2"

_PAGE = {"path": "/tents", "referrer": f"{SHOP}/", "search": "", "title": "Tents", "url": f"{SHOP}/tents"}


def call(number: int, type: str, **fields: object) -> Event:
    """Return a call as the browser's SDK sends it. Every third visitor is signed in."""
    named = number % 3 == 0
    own: Event = {
        "timestamp": at_text(number),
        "integrations": {},
        "type": type,
        "context": {
            "page": dict(_PAGE),
            "userAgent": BROWSER,
            "userAgentData": {"brands": [{"brand": "Chromium", "version": "141"}], "mobile": False, "platform": "Linux"},
            "locale": "de-DE",
            "library": {"name": "analytics.js", "version": "npm:next-1.81.1"},
            "timezone": "Europe/Berlin",
        },
        "messageId": f"ajs-next-{at_ms(number)}-{identity('message', number)}",
        "writeKey": "k",
        "userId": customer(number) if named else None,
        "anonymousId": device(number),
        "sentAt": at_text(number + 1),
        "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []},
    }
    return own | fields


def _track(name: str) -> Callable[[int], Event]:
    return lambda number: call(number, "track", event=name, properties=SHOPS[name](number))


def _page(number: int) -> Event:
    return call(number, "page", properties=dict(_PAGE))


def _named_page(number: int) -> Event:
    properties = _PAGE | {"category": "Docs", "name": "Sizes"}
    return call(number, "page", category="Docs", name="Sizes", properties=properties)


def _landed(number: int) -> Event:
    page = _PAGE | {"referrer": "https://search.example/?q=tent", "search": "?utm_source=mail&utm_campaign=autumn"}
    event = call(number, "page", properties=page)
    event["context"] |= {"page": dict(page), "campaign": {"source": "mail", "name": "autumn"}, "referrer": {"type": "millennial-media"}}
    return event


def _retried(number: int) -> Event:
    return _page(number) | {"_metadata": {"failedInitializations": ["Pixel"], "retryCount": 2, "bundled": [], "unbundled": ["Mail"]}}


def _identify(number: int) -> Event:
    return call(number, "identify", userId=customer(number), traits={"plan": "team", "created_at": None})


def _traits(number: int) -> Event:
    return call(number, "identify", userId=None, traits={"newsletter": True})


def _group(number: int) -> Event:
    return call(number, "group", groupId="g1", traits={"name": "Club", "employees": 12})


def _alias(number: int) -> Event:
    return call(number, "alias", userId=customer(number), previousId=device(number))


def _screen(number: int) -> Event:
    return call(number, "screen", name="Checkout", properties={})


def _consent(number: int) -> Event:
    event = call(number, "track", event="Segment Consent Preference Updated", properties={})
    event["context"]["consent"] = {"categoryPreferences": {"C0001": True, "C0002": False}}
    return event


def _link(number: int) -> Event:
    return call(number, "track", event="Link Clicked", properties={"id": "to-cart", "href": "/cart", "text": None})


def packed(events: Sequence[Event]) -> Sequence[bytes]:
    """Return the records: one event alone, several as the batch that the SDK sends, which says once when it was sent."""
    if len(events) == 1:
        return [as_json(events[0])]
    return [as_json({"writeKey": "k", "batch": [_without_sent(event) for event in events], "sentAt": at_text(10_000)})]


def _without_sent(event: Event) -> Event:
    return {name: content for name, content in event.items() if name != "sentAt"}


def _nobody(number: int) -> Event:
    return call(number, "track", event="Product Viewed", properties=SHOPS["Product Viewed"](number), userId="undefined", anonymousId="null")


SDK = Sdk(
    "Segment analytics.js",
    (
        *(Template(_FACTORY, make) for make in (_page, _named_page, _landed, _identify, _traits, _group, _alias, _screen, _link)),
        Template(_SENT, _retried),
        Template(_CONSENT, _consent),
        *(Template(_SPEC, _track(name)) for name in SHOPS),
    ),
    packed,
    (("blocked_customer", Template("a tag that writes texts for nothing; no SDK does by default", _nobody)),),
)
