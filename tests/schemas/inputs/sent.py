"""Events as SDKs send them, made by hand for the tests of the foreign formats."""

from __future__ import annotations

import json
from typing import Any

from schemas.touchpoints import Touchpoint
from tests.schemas.samples import touchpoints

AT = "2025-10-27T09:01:00.000Z"
AT_MS = 1_761_555_660_000


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def call(type: str, **fields: object) -> dict[str, Any]:
    """Return a Segment call, with these fields put in place of its own; None removes one."""
    return without_none({"type": type, "messageId": "m1", "userId": "c7", "anonymousId": "5f2c", "timestamp": AT} | fields)


def track(event: str, **properties: object) -> dict[str, Any]:
    """Return a Segment track call with these properties."""
    return call("track", event=event, properties=properties)


def captured(event: str, **properties: object) -> dict[str, Any]:
    """Return an event as PostHog's web SDK captures it, with these properties."""
    own = {"$lib": "web", "$current_url": "https://shop.example/pay?card=1", "$device_id": "5f2c"}
    return {"uuid": "u1", "event": event, "distinct_id": "c7", "timestamp": AT, "properties": own | properties}


def tracked(e: str, **fields: object) -> dict[str, Any]:
    """Return an event as a Snowplow tracker sends it; None removes a field."""
    own = {"eid": "s1", "p": "web", "uid": "c7", "duid": "5f2c", "dtm": str(AT_MS), "url": "https://shop.example/tents?q=x"}
    return without_none({"e": e} | own | fields)


def described(schema: str, content: object) -> dict[str, Any]:
    """Return self-describing JSON of version 1-0-0."""
    return {"schema": f"iglu:{schema}/jsonschema/1-0-0", "data": content}


def payload(*events: dict[str, Any]) -> bytes:
    """Return a Snowplow tracker's payload."""
    return as_json(described("com.snowplowanalytics.snowplow/payload_data", list(events)))


def as_json(message: object) -> bytes:
    """Return the message's bytes."""
    return json.dumps(message).encode()


def one(message: object) -> Touchpoint:
    """Return the touchpoint in a message that holds one."""
    (touchpoint,) = touchpoints(message if isinstance(message, bytes) else as_json(message))
    return touchpoint


def said(message: object) -> dict[str, Any]:
    """Return kind and fields of the touchpoint in a message, those left out that are as they are by default or the envelope's."""
    touchpoint = one(message)
    config = touchpoint.__struct_config__
    defaults = dict(zip(reversed(touchpoint.__struct_fields__), reversed(touchpoint.__struct_defaults__), strict=False))
    fields = {name: getattr(touchpoint, name) for name in touchpoint.__struct_fields__}
    own = {name: value for name, value in fields.items() if value != defaults.get(name)}
    return {"kind": config.tag} | {name: value for name, value in own.items() if name not in ("id", "customer", "at", "source", "place")}
