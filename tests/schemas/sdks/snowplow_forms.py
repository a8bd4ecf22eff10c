"""The forms in which one Snowplow event travels: a tracker's payload, plain or base64, and the enriched event, as JSON or as columns."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.schemas.sdks.templates import Event, as_json, at_text

_IGLU = "iglu:com.snowplowanalytics.snowplow"
# Tracker's word -> the enriched event's. Source: snowplow/snowplow-scala-analytics-sdk Event.scala and its specification EventSpec.scala.
_ENRICHED = {
    "aid": "app_id", "p": "platform", "eid": "event_id", "tna": "name_tracker", "tv": "v_tracker", "uid": "user_id",
    "duid": "domain_userid",
    "tnuid": "network_userid", "url": "page_url", "page": "page_title", "refr": "page_referrer", "se_ca": "se_category",
    "se_ac": "se_action", "tr_id": "tr_orderid", "tr_tt": "tr_total", "tr_cu": "tr_currency", "tz": "os_timezone", "ti_id": "ti_orderid",
}  # fmt: skip
_NAMES = {"pv": "page_view", "pp": "page_ping", "se": "struct", "tr": "transaction", "ti": "transaction_item", "ue": "unstruct"}
# The columns that hold something, by their place. Source: the same.
_PLACES = {
    "app_id": 0, "platform": 1, "collector_tstamp": 3, "dvce_created_tstamp": 4, "event": 5, "event_id": 6, "name_tracker": 8,
    "v_tracker": 9,
    "user_id": 12, "domain_userid": 15, "network_userid": 17, "page_url": 29, "page_title": 30, "page_referrer": 31, "contexts": 52,
    "se_category": 53, "se_action": 54, "unstruct_event": 58, "tr_orderid": 59, "tr_total": 61, "ti_orderid": 67, "os_timezone": 100,
    "tr_currency": 108,
    "derived_tstamp": 124, "event_vendor": 125, "event_name": 126,
}  # fmt: skip


def described(schema: str, content: object) -> Event:
    """Return self-describing JSON."""
    return {"schema": schema, "data": content}


def payload(events: list[Event], coded: tuple[bool, ...]) -> bytes:
    """Return a tracker's POST of these events. `coded`: for each, whether its JSON is base64, as trackers do by default."""
    sent = [_sent(event, base=base) for event, base in zip(events, coded, strict=True)]
    return as_json(described(f"{_IGLU}/payload_data/jsonschema/1-0-4", sent))


def _sent(event: Event, *, base: bool) -> Event:
    flat = {name: content for name, content in event.items() if name not in ("number", "ue", "co") and content is not None}
    parts = {"ue": ("unstruct_event/jsonschema/1-0-0", "ue_px", "ue_pr"), "co": ("contexts/jsonschema/1-0-0", "cx", "co")}
    for name, (schema, coded, plain) in parts.items():
        if event.get(name):
            inside = as_json(described(f"{_IGLU}/{schema}", event[name]))
            flat[coded if base else plain] = base64.urlsafe_b64encode(inside).decode().rstrip("=") if base else inside.decode()
    return flat


def enriched(event: Event) -> Event:
    """Return the enriched event, as the analytics SDKs turn it into JSON: absent values are null, entities stand under flat names."""
    found: dict[str, Any] = dict.fromkeys(_PLACES)
    found |= {_ENRICHED.get(name, name): content for name, content in event.items() if name in _ENRICHED}
    found |= {"event": _NAMES[event["e"]], "event_name": _name(event), "event_vendor": _vendor(event)}
    created = at_text(event["number"])
    return found | {"dvce_created_tstamp": created, "derived_tstamp": created, "collector_tstamp": at_text(event["number"] + 1)}


def enriched_json(event: Event) -> bytes:
    """Return the enriched event as JSON."""
    found = enriched(event)
    del found["contexts"], found["unstruct_event"]
    if event.get("ue"):
        found[f"unstruct_event_{_flat(event['ue']['schema'])}"] = event["ue"]["data"]
    for entity in event.get("co") or ():
        content = {"_schema_version": "1-0-0"} | entity["data"]
        found.setdefault(f"contexts_{_flat(entity['schema'])}", []).append(content)
    return as_json(found)


def enriched_columns(event: Event) -> bytes:
    """Return the enriched event as 131 columns between tabs. A time has a blank and no zone there."""
    found = enriched(event)
    for name in ("dvce_created_tstamp", "derived_tstamp", "collector_tstamp"):
        found[name] = found[name].replace("T", " ").removesuffix("Z")
    if event.get("ue"):
        found["unstruct_event"] = json.dumps(described(f"{_IGLU}/unstruct_event/jsonschema/1-0-0", event["ue"]))
    if event.get("co"):
        found["contexts"] = json.dumps(described(f"{_IGLU}/contexts/jsonschema/1-0-0", event["co"]))
    cells = [""] * 131
    for name, place in _PLACES.items():
        cells[place] = "" if found[name] is None else str(found[name])
    return "\t".join(cells).encode()


def _flat(schema: str) -> str:
    vendor, name, _, version = schema.removeprefix("iglu:").split("/")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return f"{vendor.replace('.', '_')}_{snake}_{version[0]}"


def _name(event: Event) -> str:
    return str(event["ue"]["schema"].split("/")[1]) if event.get("ue") else {"se": "event"}.get(event["e"], _NAMES[event["e"]])


def _vendor(event: Event) -> str:
    return str(event["ue"]["schema"].removeprefix("iglu:").split("/")[0]) if event.get("ue") else "com.snowplowanalytics.snowplow"
