"""What five SDKs send by default is read or passed by, and what is read of it is right."""

from __future__ import annotations

import re
from typing import Any

import pytest

from schemas.touchpoints import Touchpoint
from tests.schemas.sdks import posthog, rudderstack, segment_browser, segment_servers, snowplow
from tests.schemas.sdks.reading import COUNT, SDKS, outcome_of, table, touchpoints_of
from tests.schemas.sdks.snowplow_forms import enriched_columns, enriched_json, payload
from tests.schemas.sdks.templates import Sdk, as_json, customer, device, records, told

_NAMES = [sdk.name for sdk in SDKS]


@pytest.mark.parametrize("sdk", SDKS, ids=_NAMES)
def test_no_event_of_an_sdks_own_is_rejected(sdk: Sdk) -> None:
    """Mutants: a name taken out of `schemas.foreign.passed`; `TRACKERS_VENDORS` in place of which stands Snowplow's own vendor."""
    outcome = outcome_of(records(sdk, COUNT))
    assert outcome.details == []
    assert not outcome.rejected
    assert not outcome.unread


@pytest.mark.parametrize("sdk", SDKS, ids=_NAMES)
def test_each_template_alone_is_read_or_passed_by_once(sdk: Sdk) -> None:
    """Mutant: `SECOND`, by which the second link of an alias is known, is another text."""
    assert len(sdk.templates) >= 25
    for number, template in enumerate(sdk.templates):
        outcome = outcome_of(sdk.pack([template.make(number)]))
        ids = {each.touchpoint.id.removesuffix("/anon") for each in outcome.reads}
        assert (len(ids), outcome.passed.total()) in {(1, 0), (0, 1)}, template.source


@pytest.mark.parametrize("sdk", SDKS, ids=_NAMES)
def test_alone_and_in_a_batch_an_event_means_the_same(sdk: Sdk) -> None:
    """Mutant: Segment's reader that reads a batch without its last event."""
    events = told(sdk, 80)
    alone = outcome_of(value for event in events for value in sdk.pack([event]))
    together = outcome_of(value for first in range(0, 80, 10) for value in sdk.pack(events[first : first + 10]))
    assert sorted(each.touchpoint.id for each in together.reads) == sorted(each.touchpoint.id for each in alone.reads)
    by_id = {each.touchpoint.id: each.touchpoint for each in alone.reads}
    assert [each.touchpoint for each in together.reads if by_id[each.touchpoint.id] != each.touchpoint] == []
    assert together.passed == alone.passed


@pytest.mark.parametrize("sdk", [sdk for sdk in SDKS if sdk.faults], ids=[sdk.name for sdk in SDKS if sdk.faults])
def test_a_senders_fault_is_rejected_with_its_reason(sdk: Sdk) -> None:
    for reason, template in sdk.faults:
        outcome = outcome_of(sdk.pack([template.make(1)]))
        assert (dict(outcome.rejected), outcome.reads) == ({reason: 1}, []), template.source


def test_a_snowplow_event_means_the_same_in_all_of_its_forms() -> None:
    """Mutant: the place of `tr_currency` among the columns, one further."""
    for event in told(snowplow.SDK, 92):
        forms = [payload([event], (False,)), payload([event], (True,)), enriched_json(event), enriched_columns(event)]
        outcomes = [outcome_of([form]) for form in forms]
        meant = [([each.touchpoint for each in outcome.reads], outcome.passed) for outcome in outcomes]
        assert meant == [meant[0]] * 4


def _read(sdk: Sdk, name: str, number: int, **fields: object) -> Any:
    """Return the touchpoint of the first template whose event has this name and these fields."""
    for template in sdk.templates:
        event = template.make(number)
        action = (event.get("ue") or {}).get("data", {}).get("type")
        schema = (event.get("ue") or {}).get("schema", "/").split("/")[1]
        called = {event.get("event"), event.get("type"), event.get("e"), action, schema}
        if name in called and all(event.get(field) == content for field, content in fields.items()):
            found = touchpoints_of(sdk, template, number)
            assert found, name
            return found[0]
    raise AssertionError(f"no template is called {name}")


def _fields(touchpoint: Touchpoint, *names: str) -> tuple[object, ...]:
    return tuple(touchpoint.__struct_config__.tag if name == "kind" else getattr(touchpoint, name) for name in names)


_MONEY: tuple[tuple[Sdk, str, tuple[object, ...]], ...] = (
    (segment_browser.SDK, "Order Completed", ("o7", 17_295, "EUR", 3, 250)),
    (segment_servers.SDK, "Order Completed", ("o7", 17_295, "EUR", 3, 250)),
    (rudderstack.SDK, "Order Completed", ("o7", 17_295, "EUR", 3, 250)),
    (rudderstack.SDK, "Order Created", ("5778", 60_000, "USD", 1, None)),
    (posthog.SDK, "Order Completed", ("o7", 17_295, "EUR", 3, 250)),
    (snowplow.SDK, "tr", ("o7", 17_295, "EUR", 0, None)),
    (snowplow.SDK, "transaction", ("T12345", 23_000, "EUR", 3, 2_500)),
)


@pytest.mark.parametrize(("sdk", "name", "worth"), _MONEY)
def test_an_order_is_worth_what_its_sender_says(sdk: Sdk, name: str, worth: tuple[object, ...]) -> None:
    """Mutant: `PAID` that takes the revenue before the total."""
    found = _fields(_read(sdk, name, 7), "order", "value", "currency", "items", "discount")
    assert tuple(part or None for part in found) == tuple(part or None for part in worth)


_WHO: tuple[tuple[Sdk, str], ...] = (
    (segment_browser.SDK, "page"),
    (rudderstack.SDK, "page"),
    (posthog.SDK, "$pageview"),
    (snowplow.SDK, "pv"),
)


@pytest.mark.parametrize(("sdk", "name"), _WHO)
def test_a_visitor_is_a_device_until_the_sdk_names_a_customer(sdk: Sdk, name: str) -> None:
    """Mutant: `anonymous_id` without its prefix."""
    assert _read(sdk, name, 7).customer == f"anon:{device(7)}"
    assert _read(sdk, name, 9).customer == customer(9)


_LINKS: tuple[tuple[Sdk, str], ...] = (
    (segment_browser.SDK, "identify"),
    (segment_browser.SDK, "alias"),
    (rudderstack.SDK, "alias"),
    (posthog.SDK, "$identify"),
    (posthog.SDK, "$create_alias"),
)


@pytest.mark.parametrize(("sdk", "name"), _LINKS)
def test_a_device_is_linked_to_its_customer(sdk: Sdk, name: str) -> None:
    """Mutant: `_alias` of PostHog's reader that takes the id of an anonymous visitor for a customer's."""
    assert _fields(_read(sdk, name, 7), "customer", "other", "sign_in", "alias") == (customer(7), f"anon:{device(7)}", True, False)


_PLACES: tuple[tuple[Sdk, str, str, str], ...] = (
    (segment_browser.SDK, "page", "/tents", "web"),
    (segment_servers.SDK, "screen", "Cart", "app"),
    (rudderstack.SDK, "Page Unloaded", "/tents", "web"),
    (rudderstack.SDK, "Checkout Address Info Submitted", "/checkouts/cn/*", "web"),
    (posthog.SDK, "$pageview", "/pay", "web"),
    (posthog.SDK, "$screen", "Cart", "app"),
    (snowplow.SDK, "pv", "/tents", "web"),
    (snowplow.SDK, "screen_view", "Cart", "app"),
)


@pytest.mark.parametrize(("sdk", "name", "place", "channel"), _PLACES)
def test_a_place_is_a_path_without_query_and_secrets(sdk: Sdk, name: str, place: str, channel: str) -> None:
    """Mutant: Snowplow's reader that takes the address of a page for its path."""
    assert _fields(_read(sdk, name, 7), "place", "channel") == (place, channel)


def test_rudderstacks_own_page_events_say_what_was_shown() -> None:
    """Mutants: `time_on_page` not read; `search_submitted` taken out of the shop's names; the page of a test for a blocker read."""
    assert _fields(_read(rudderstack.SDK, "Page Unloaded", 7), "kind", "stayed_ms") == ("page_left", 3141)
    assert _fields(_read(rudderstack.SDK, "Search Submitted", 7), "kind", "query_length") == ("products_searched", 4)
    outcome = outcome_of(as_json(event) for event in told(rudderstack.SDK, 60) if event.get("category") == "RudderJS-Initiated")
    assert (dict(outcome.passed), outcome.reads) == ({"ad-block page request": 1}, [])


def test_a_scripts_error_is_no_crash_of_an_app() -> None:
    """Mutants: the exception of a page read as `app_crashed`; the type in PostHog's list of exceptions not read."""
    script, crash = (_read(snowplow.SDK, "application_error", 7, p=platform) for platform in ("web", "mob"))
    assert _fields(script, "kind", "page", "error") == ("script_failed", "/tents", "")
    assert _fields(crash, "kind", "screen", "app_version") == ("app_crashed", "Cart", "7.2.0")
    (node,) = touchpoints_of(posthog.SDK, posthog.SDK.templates[-1], 7)
    assert _fields(node, "kind", "error") == ("script_failed", "TypeError")


def test_snowplows_shop_says_which_list_and_how_many_pieces() -> None:
    """Mutants: the category of the first product as the list's name; the quantity of the first product for all that were added."""
    assert _read(snowplow.SDK, "list_view", 7).page == "recommended products"
    assert _fields(_read(snowplow.SDK, "add_to_cart", 7), "items", "value") == (3, 4_000)
    assert _read(snowplow.SDK, "application_install", 7).app_version == "7.2.0"


def test_the_table_tells_a_thousand_events() -> None:
    rows = table().splitlines()
    events = [int(re.split(r"\s{2,}", row)[1]) for row in rows[1 : len(SDKS) + 1]]
    assert events == [COUNT] * 5
