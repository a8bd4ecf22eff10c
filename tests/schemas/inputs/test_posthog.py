"""PostHog events: what its SDKs capture by themselves, what a company captures, and who it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.reading import Passed, Reason
from schemas.writing import encode
from tests.schemas.inputs.sent import AT, AT_MS, as_json, captured, one, said
from tests.schemas.samples import outcome, rejected, touchpoints

BUTTON = [{"tag_name": "button", "$el_text": "Pay 149 for Ann", "attr__class": "btn wide", "nth_child": 1}, {"tag_name": "div"}]
CHAIN = 'a.link.big:attr__class="link big"href="/terms;x"nth-child="1"text="Ann;s terms";div:attr__id="outer"nth-child="2"'
CLICKED = {"kind": "clicked", "page": "/pay", "channel": "web"}

CAPTURED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("$pageview", {"$referrer": "https://shop.example/cart?x=1"}, {"kind": "page_viewed", "came_from": "/cart"}),
    ("$pageview", {"$pathname": "/tents", "$referrer": "$direct"}, {"kind": "page_viewed", "page": "/tents"}),
    ("$pageleave", {"$prev_pageview_duration": 3.1}, {"kind": "page_left", "stayed_ms": 3100}),
    ("$autocapture", {"$event_type": "click", "$elements": BUTTON}, CLICKED | {"target": "button.btn.wide", "element": "button"}),
    ("$autocapture", {"$event_type": "click", "$elements_chain": CHAIN}, CLICKED | {"target": "a.link.big", "element": "link"}),
    (
        "$autocapture",
        {"$event_type": "submit", "$elements": [{"tag_name": "form", "attr__id": "address"}]},
        {"kind": "form_submitted", "form": "address"},
    ),
    ("$rageclick", {"$elements": BUTTON}, CLICKED | {"target": "button.btn.wide", "element": "button", "times": 3}),
    (
        "$dead_click",
        {"$elements": BUTTON, "$dead_click_absolute_delay_ms": 2750},
        CLICKED | {"target": "button.btn.wide", "element": "button", "watched_ms": 2750},
    ),
    (
        "$dead_click",
        {"$elements": BUTTON, "$dead_click_mutation_delay_ms": 3100},
        CLICKED | {"target": "button.btn.wide", "element": "button", "watched_ms": 2500, "reacted_after_ms": 3100},
    ),
    ("$web_vitals", {"$web_vitals_LCP_value": 5200.4, "$web_vitals_INP_value": 40}, {"kind": "page_slowed", "lcp_ms": 5200, "inp_ms": 40}),
    ("$exception", {"$exception_fingerprint": "9af0"}, {"kind": "script_failed", "error": "9af0"}),
    ("$exception", {"$exception_types": ["TypeError"], "$exception_values": ["Ann"]}, {"kind": "script_failed", "error": "TypeError"}),
    ("$screen", {"$screen_name": "cart", "$lib": "posthog-ios"}, {"kind": "screen_viewed", "screen": "cart", "channel": "app"}),
    ("Application Opened", {"version": "7.2", "$lib": "posthog-android"}, {"kind": "app_opened", "app_version": "7.2", "channel": "app"}),
    ("Order Completed", {"order_id": "o1", "total": 12}, {"kind": "order_placed", "order": "o1", "value": 1200}),
    ("form_rejected", {"form": "address", "field": "postcode"}, {"kind": "form_rejected", "form": "address", "field": "postcode"}),
)


@pytest.mark.parametrize(("event", "properties", "wanted"), CAPTURED)
def test_an_event_is_read_as_its_sdk_means_it(event: str, properties: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Mutants: the outermost element taken for the clicked one; an element called by its words; seconds taken for milliseconds."""
    found = said(captured(event, **properties))
    assert found == {name: value for name, value in found.items() if name in ("channel", "page")} | wanted
    assert found["channel"] in ("web", "app")
    assert b"Ann" not in encode(one(captured(event, **properties)))


@pytest.mark.parametrize(
    ("properties", "customer"),
    [
        ({}, "c7"),
        ({"$is_identified": True}, "c7"),
        ({"$is_identified": False}, "anon:c7"),
        ({"$device_id": "c7"}, "anon:c7"),
        ({"$device_id": "c7", "$is_identified": True}, "c7"),
        ({"distinct_id": "undefined"}, "c7"),
    ],
)
def test_nobody_is_identified_until_the_sdk_says_so(properties: dict[str, Any], customer: str) -> None:
    """Mutant: a device's id taken for a person's, which would melt a household into one customer."""
    assert one(captured("$pageview", **properties)).customer == customer


@pytest.mark.parametrize(
    "envelope",
    [
        {"timestamp": AT},
        {"timestamp": "2025-10-27T09:01:00.000000+00:00"},
        {"timestamp": "2025-10-27 09:01:00.000000"},
        {"timestamp": None, "properties": {"$time": AT_MS / 1000, "$current_url": "/"}},
    ],
)
def test_the_time_is_the_events_own_in_every_form_of_it(envelope: dict[str, Any]) -> None:
    """Mutant: the time of sending or of arrival, which a retry changes."""
    assert one(captured("$pageview") | envelope).at == AT_MS


def test_older_sdks_name_an_event_and_its_customer_inside_of_the_properties() -> None:
    """Mutant: an event of the web SDK without `uuid` refused; properties that travel as text passed over."""
    inside = {"$insert_id": "i1", "distinct_id": "c7", "$current_url": "/", "$time": AT_MS / 1000}
    found = one({"event": "$pageview", "properties": inside})
    assert (found.id, found.customer, found.at) == ("i1", "c7", AT_MS)
    assert one(captured("$pageview") | {"properties": '{"$current_url":"/tents"}'}).place == "/tents"


def test_identify_is_a_sign_in_and_an_alias_two_links() -> None:
    """Mutant: the customer that an identify names still taken for a device, as it carries the device's properties."""
    identified = captured("$identify", **{"$anon_distinct_id": "5f2c", "$is_identified": False})
    assert said(identified) == {"kind": "identity_linked", "other": "anon:5f2c", "sign_in": True, "channel": "web"}
    assert one(identified).customer == "c7"
    for name in ("$create_alias", "$merge_dangerously"):
        found = touchpoints(as_json(captured(name, alias="c-old")))
        assert [(each.other, each.sign_in, each.alias) for each in found] == [("c-old", False, True), ("anon:c-old", True, False)]  # type: ignore[attr-defined]


INSIDE = {"event": "$autocapture", "properties": {"$event_type": "click", "$elements_chain": CHAIN, "$lib": "web", "$pathname": "/pay"}}
RECORDS: tuple[dict[str, Any], ...] = (
    {
        "uuid": "u1",
        "distinct_id": "c7",
        "ip": "",
        "data": json.dumps(INSIDE | {"timestamp": AT}),
        "now": "2025-10-27T09:01:09Z",
        "token": "k",
    },
    {"uuid": "u1", "distinct_id": "c7", "data": json.dumps(INSIDE | {"uuid": None, "distinct_id": ""}), "now": AT, "sent_at": AT},
    {
        "uuid": "u1",
        "event": "$autocapture",
        "distinct_id": "c7",
        "timestamp": "2025-10-27 09:01:00.000000",
        "properties": json.dumps({"$event_type": "click", "$lib": "web", "$pathname": "/pay"}),
        "elements_chain": CHAIN,
        "team_id": 1,
    },
)


@pytest.mark.parametrize("record", RECORDS)
def test_posthogs_own_records_and_rows_are_read_as_the_event_is(record: dict[str, Any]) -> None:
    """Mutants: `data` left as a text; the elements looked for among the properties alone."""
    assert one(record) == one(INSIDE | {"uuid": "u1", "distinct_id": "c7", "timestamp": AT})
    assert said(record) == CLICKED | {"target": "a.link.big", "element": "link"}


@pytest.mark.parametrize("inside", ["{", "[]", '{"a":' * 40 + "1" + "}" * 40])
def test_a_record_whose_event_cannot_be_read_is_rejected(inside: str) -> None:
    assert rejected(as_json({"uuid": "u1", "distinct_id": "c7", "data": inside})).reason in ("unreadable_json", "wrong_type", "too_deep")


PASSED: tuple[tuple[str, dict[str, Any]], ...] = (
    *(
        (name, captured(name))
        for name in ("$feature_flag_called", "$set", "$groupidentify", "$opt_in", "$$heatmap", "$identify", "survey shown")
    ),
    ("$web_vitals", captured("$web_vitals", **{"$web_vitals_LCP_value": 900})),
    ("$autocapture", captured("$autocapture", **{"$event_type": "change"})),
    ("$autocapture", captured("$autocapture")),
    ("$pageview without a page", captured("$pageview") | {"properties": {}}),
)


@pytest.mark.parametrize(("name", "message"), PASSED)
def test_what_the_sdk_sends_by_itself_and_no_journey_needs_is_passed_by(name: str, message: dict[str, Any]) -> None:
    """Mutant: nearly every honest batch kept whole as a rejection."""
    assert outcome(as_json(message)) == Passed(name)


def test_in_cookieless_mode_nobody_is_a_customer() -> None:
    """Mutant: all visitors of a site melted into one."""
    message = captured("$pageview", **{"$device_id": None, "$cookieless_mode": True}) | {"distinct_id": "$posthog_cookieless"}
    assert rejected(as_json(message)).reason == "blocked_customer"


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_id_does_not_hide_the_other(empty: object) -> None:
    """Mutant: `get` with a default, which takes the null."""
    message = captured("$pageview", **{"$insert_id": "i1", "distinct_id": "c8"}) | {"uuid": empty, "distinct_id": empty}
    assert (one(message).id, one(message).customer) == ("i1", "c8")


REFUSED: tuple[tuple[Reason, dict[str, Any]], ...] = (
    ("unknown_kind", captured("feature_flag_called")),
    ("missing_field", captured("$create_alias")),
    ("blocked_customer", captured("$create_alias", alias="undefined")),
    ("blocked_customer", captured("$identify", **{"$anon_distinct_id": " undefined"})),
    ("missing_field", captured("$autocapture", **{"$event_type": "click"})),
    ("missing_field", captured("$pageview") | {"uuid": None}),
    ("missing_field", captured("$pageview") | {"timestamp": None}),
    ("missing_field", captured("$pageview") | {"event": ""}),
    ("no_customer", captured("$pageview", **{"$device_id": None}) | {"distinct_id": None}),
    ("blocked_customer", captured("$pageview", **{"$device_id": None}) | {"distinct_id": "undefined"}),
    ("bad_time", captured("$pageview") | {"timestamp": "soon"}),
)


@pytest.mark.parametrize(("reason", "message"), REFUSED)
def test_what_is_not_understood_is_kept_with_its_reason(reason: Reason, message: dict[str, Any]) -> None:
    """Mutants: an id, a time or an element made up where the SDK gave none."""
    assert rejected(as_json(message)).reason == reason
