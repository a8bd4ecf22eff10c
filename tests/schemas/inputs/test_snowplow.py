"""Snowplow events: from the tracker and from enrichment, in every coding that self-describing events travel in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from schemas.reading import Batch, Passed, Reason
from tests.schemas.inputs.sent import AT_MS, as_json, described, one, payload, said, tracked
from tests.schemas.samples import outcome, rejected

SNOWPLOW = "com.snowplowanalytics.snowplow"
SHOP = f"{SNOWPLOW}.ecommerce"
FORM = described("com.acme/form_rejected", {"form": "address", "field": "postcode", "hint": "?????~~~~>>>>"})
READ = {"kind": "form_rejected", "form": "address", "field": "postcode", "page": "/tents", "channel": "web"}


def coded(stuff: object, *, safe: bool = True) -> str:
    """Return base64 without padding, of the URL-safe alphabet or of the other."""
    encode = base64.urlsafe_b64encode if safe else base64.standard_b64encode
    return encode(json.dumps(stuff).encode()).decode().rstrip("=")


def happened(content: object) -> dict[str, object]:
    """Return a self-describing event as a tracker wraps it."""
    return described(f"{SNOWPLOW}/unstruct_event", content)


def around(*entities: object) -> dict[str, object]:
    """Return entities as a tracker wraps them."""
    return described(f"{SNOWPLOW}/contexts", list(entities))


def enriched(**fields: object) -> dict[str, Any]:
    """Return an enriched event as JSON, with these fields."""
    own = {"event_id": "s1", "platform": "web", "user_id": "c7", "domain_userid": "5f2c", "page_url": "https://shop.example/tents?q=x"}
    return own | {"derived_tstamp": "2025-10-27T09:01:00.000Z", "collector_tstamp": "2025-10-27T09:01:02.000Z"} | fields


def in_columns(**fields: object) -> bytes:
    """Return an enriched event between tabs, as enrichment writes it to a stream: 131 columns, most of them empty."""
    places = {"app_id": 0, "platform": 1, "collector_tstamp": 3, "event": 5, "event_id": 6, "user_id": 12, "domain_userid": 15}
    places |= {"page_url": 29, "contexts": 52, "unstruct_event": 58, "tr_orderid": 59, "tr_total": 61, "tr_currency": 108}
    places |= {"derived_tstamp": 124, "event_name": 126}
    cells = [""] * 131
    for name, given in (enriched(app_id="shop") | fields).items():
        cells[places[name]] = given if isinstance(given, str) else json.dumps(given)
    return "\t".join(cells).encode()


FORMS = (
    in_columns(event="unstruct", event_name="form_rejected", unstruct_event=happened(FORM)),
    in_columns(event="unstruct", unstruct_event=happened(FORM), derived_tstamp="2025-10-27 09:01:00.000") + b"\n",
    payload(tracked("ue", ue_pr=json.dumps(happened(FORM)))),
    payload(tracked("ue", ue_px=coded(happened(FORM)))),
    payload(tracked("ue", ue_px=coded(happened(FORM), safe=False))),
    as_json(enriched(event="unstruct", unstruct_event=happened(FORM))),
    as_json(enriched(event="unstruct", event_name="form_rejected", unstruct_event_com_acme_form_rejected_1=FORM["data"])),
)


@pytest.mark.parametrize("value", FORMS)
def test_a_self_describing_event_reads_the_same_in_every_coding(value: bytes) -> None:
    """Mutants: one alphabet of base64 only; padding that trackers leave out; the wrapper taken for the event."""
    assert {"+", "/"} & set(coded(happened(FORM), safe=False))
    assert said(value) == READ
    assert (one(value).id, one(value).customer, one(value).at) == ("s1", "c7", AT_MS)


PRODUCT = described(f"{SHOP}/product", {"id": "p1", "price": 9.5, "currency": "EUR", "quantity": 2, "category": "tents"})
TRANSACTION = described(f"{SHOP}/transaction", {"transaction_id": "o1", "revenue": 19, "currency": "EUR", "discount_code": "MAY"})
CART = described(f"{SHOP}/cart", {"cart_id": "k1", "total_value": 19, "currency": "EUR"})
FAILURE = described(f"{SHOP}/transaction_error", {"error_code": "E522", "error_type": "hard"})
REFUND = described(f"{SHOP}/refund", {"transaction_id": "o1", "refund_amount": 5, "currency": "EUR"})
STEP_1, STEP_2 = (described(f"{SHOP}/checkout_step", {"step": step}) for step in (1, 2))

ACTIONS: tuple[tuple[str, tuple[object, ...], dict[str, Any]], ...] = (
    ("product_view", (PRODUCT,), {"kind": "product_viewed", "product": "p1", "price": 950, "currency": "EUR", "category": "tents"}),
    ("add_to_cart", (PRODUCT, CART), {"kind": "cart_updated", "cart": "k1", "items": 2, "value": 1900, "currency": "EUR"}),
    ("list_click", (PRODUCT,), {"kind": "clicked", "target": "p1", "element": "link", "page": "/tents"}),
    ("checkout_step", (STEP_1, CART), {"kind": "checkout_started", "cart": "k1", "currency": "EUR"}),
    ("checkout_step", (STEP_2,), {"kind": "form_submitted", "form": "checkout/2", "page": "/tents"}),
    (
        "transaction",
        (PRODUCT, TRANSACTION),
        {"kind": "order_placed", "order": "o1", "items": 2, "value": 1900, "coupons": 1, "currency": "EUR", "categories": ("tents",)},
    ),
    ("refund", (REFUND,), {"kind": "order_refunded", "order": "o1", "value": 500, "currency": "EUR"}),
    (
        "trns_error",
        (FAILURE, TRANSACTION),
        {"kind": "payment_failed", "payment": "o1", "order": "o1", "hard": True, "reason": "E522", "amount": 1900, "currency": "EUR"},
    ),
)


@pytest.mark.parametrize(("action", "entities", "wanted"), ACTIONS)
def test_an_ecommerce_action_says_the_same_from_tracker_and_enrichment(
    action: str, entities: tuple[dict[str, Any], ...], wanted: dict[str, Any]
) -> None:
    """Mutant: entities found in one of their three places only."""
    event = described(f"{SHOP}/snowplow_ecommerce_action", {"type": action})
    from_tracker = payload(tracked("ue", ue_px=coded(happened(event)), cx=coded(around(*entities))))
    flat = {f"contexts_{e['schema'][5:].split('/json')[0].replace('.', '_').replace('/', '_')}_1": [e["data"]] for e in entities}
    from_enrichment = enriched(event="unstruct", event_name="snowplow_ecommerce_action", unstruct_event_x_1=event["data"], **flat)
    between_tabs = in_columns(event="unstruct", unstruct_event=happened(event), contexts=around(*entities))
    assert said(from_tracker) == said(from_enrichment) == said(between_tabs) == wanted | {"channel": "web"}


OWN: tuple[tuple[dict[str, Any] | bytes, dict[str, Any]], ...] = (
    (tracked("pv", refr="https://shop.example/?x=1"), {"kind": "page_viewed", "page": "/tents", "came_from": "/"}),
    (
        tracked("tr", tr_id="o1", tr_tt="19.90", tr_cu="EUR"),
        {"kind": "order_placed", "order": "o1", "value": 1990, "currency": "EUR"},
    ),
    (
        in_columns(event="transaction", tr_orderid="o1", tr_total="19.90", tr_currency="EUR"),
        {"kind": "order_placed", "order": "o1", "value": 1990, "currency": "EUR"},
    ),
    (
        tracked(
            "ue", ue_pr=json.dumps(happened(described(f"{SNOWPLOW}/link_click", {"targetUrl": "https://x.example/a?b", "elementId": ""})))
        ),
        {"kind": "clicked", "target": "/a", "element": "link", "page": "/tents"},
    ),
    (
        tracked("ue", ue_pr=json.dumps(happened(described(f"{SNOWPLOW}/button_click", {"label": "Pay", "id": "pay"})))),
        {"kind": "clicked", "target": "pay", "page": "/tents"},
    ),
    (
        tracked("ue", ue_pr=json.dumps(happened(described(f"{SNOWPLOW}/site_search", {"terms": ["a"], "totalResults": 0})))),
        {"kind": "products_searched", "results": 0, "page": "/tents"},
    ),
    (
        tracked(
            "ue", p="mob", url=None, ue_pr=json.dumps(happened(described("com.snowplowanalytics.mobile/screen_view", {"name": "cart"})))
        ),
        {"kind": "screen_viewed", "screen": "cart", "channel": "app"},
    ),
)


@pytest.mark.parametrize(("event", "wanted"), OWN)
def test_snowplows_own_events_are_read(event: dict[str, Any] | bytes, wanted: dict[str, Any]) -> None:
    """Mutant: the tab-separated form, which enrichment writes by default, refused as no JSON."""
    assert said(event if isinstance(event, bytes) else payload(event)) == {"channel": "web"} | wanted


@pytest.mark.parametrize(
    ("fields", "customer"),
    [({}, "c7"), ({"uid": None}, "anon:5f2c"), ({"uid": None, "duid": None, "tnuid": "n1"}, "anon:n1")],
)
def test_the_strongest_id_names_the_customer(fields: dict[str, Any], customer: str) -> None:
    """Mutant: the third party's cookie preferred to the site's own."""
    assert one(payload(tracked("pv", **fields))).customer == customer


def test_an_apps_installation_names_the_customer_where_nobody_is_signed_in() -> None:
    session = described(f"{SNOWPLOW}/client_session", {"userId": "i-1", "sessionIndex": 3})
    assert one(payload(tracked("pv", uid=None, duid=None, co=json.dumps(around(session))))).customer == "anon:i-1"


@pytest.mark.parametrize(
    "times",
    [
        {"dtm": "1", "ttm": str(AT_MS)},
        {"dtm": AT_MS},
    ],
)
def test_the_true_time_comes_before_the_devices(times: dict[str, Any]) -> None:
    assert one(payload(tracked("pv", **times))).at == AT_MS


def test_the_derived_time_comes_before_the_devices_and_the_collectors() -> None:
    """Mutant: the first time that is there, whatever it is of."""
    assert one(enriched(event="page_view", dvce_created_tstamp="2020-01-01T00:00:00Z")).at == AT_MS
    assert one(enriched(event="page_view", derived_tstamp="2025-10-27 09:01:00.000")).at == AT_MS
    assert one(enriched(event="page_view", true_tstamp="2025-10-27T09:00:59Z")).at == AT_MS - 1000


OF_SNOWPLOW = (
    ("page_ping", tracked("pp")),
    ("transaction_item", tracked("ti")),
    ("application_background", tracked("ue", ue_pr=json.dumps(happened(described(f"{SNOWPLOW}/application_background", {}))))),
    ("focus_form", enriched(event="unstruct", event_name="focus_form", unstruct_event_com_snowplowanalytics_snowplow_focus_form_1={})),
    ("promotion_viewed", tracked("ue", ue_pr=json.dumps(happened(described(f"{SHOP}/snowplow_ecommerce_action", {"type": "promo_view"}))))),
    ("page_view without a page", tracked("pv", url=None)),
)


@pytest.mark.parametrize(("name", "event"), OF_SNOWPLOW)
def test_what_a_tracker_sends_by_itself_and_no_journey_needs_is_passed_by(name: str, event: dict[str, Any]) -> None:
    """Mutant: page pings, most of a live site's volume, kept as rejections."""
    assert outcome(as_json(event) if "event_id" in event else payload(event)) == (
        Passed(name) if "event_id" in event else Batch((), None, (name,))
    )


@pytest.mark.parametrize(
    ("fields", "customer"),
    [({"uid": "undefined"}, "anon:5f2c"), ({"uid": None, "duid": "00000000-0000-0000-0000-000000000000", "tnuid": "n1"}, "anon:n1")],
)
def test_a_placeholder_does_not_hide_a_good_id(fields: dict[str, Any], customer: str) -> None:
    assert one(payload(tracked("pv", **fields))).customer == customer


def test_a_null_under_the_trackers_word_does_not_hide_the_enriched_one() -> None:
    """Mutant: `get` with a default, which takes the null."""
    assert one(enriched(event="page_view") | {"e": None, "eid": None, "uid": None}).customer == "c7"


REFUSED: tuple[tuple[Reason, bytes], ...] = (
    ("missing_field", payload(tracked("se", se_ca="ui", se_ac="feature_used", se_la="x"))),
    ("unknown_kind", payload(tracked("ue", ue_pr=json.dumps(happened(described("com.acme/moon_landed", {})))))),
    ("missing_field", payload(tracked("ue", ue_px="????"))),
    ("missing_field", payload(tracked("ue", ue_pr="{"))),
    ("missing_field", payload(tracked("ue"))),
    ("missing_field", payload({})),
    ("missing_field", payload(tracked("pv", eid=None))),
    ("missing_field", payload(tracked("pv", dtm=None))),
    ("no_customer", payload(tracked("pv", uid=None, duid=None))),
    ("bad_time", payload(tracked("pv", dtm="soon"))),
    ("wrong_type", as_json(described(f"{SNOWPLOW}/payload_data", {"e": "pv"}))),
    ("unsupported_format", in_columns(event="page_view")[:-1]),
    ("unsupported_format", in_columns(event="page_view") + b"\t"),
    ("blocked_customer", payload(tracked("pv", uid="undefined", duid=None))),
    ("unreadable_json", b"shop\tweb\t2025-10-27 09:01:00.000\t2025-10-27 09:01:00.000\t\tpage_view\ts1"),
)


@pytest.mark.parametrize(("reason", "value"), REFUSED)
def test_what_is_not_understood_is_kept_with_its_reason(reason: Reason, value: bytes) -> None:
    """Mutants: a coding that cannot be undone let through as an exception; an event without a name given one."""
    assert rejected(value).reason == reason
