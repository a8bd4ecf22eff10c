"""Laws of the touchpoint kinds: complete, explained, bounded, and able to travel."""

from __future__ import annotations

import ast
import inspect
import sys
import types
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from schemas.control import CONTROLS
from schemas.touchpoints import ACTIVITIES, ANY, BY_KIND, KINDS, REALMS, Touchpoint, kind_of
from schemas.touchpoints.base import snake_case
from schemas.touchpoints.units import EXACT
from schemas.writing import encode

# The start set of the design, so that a kind cannot vanish unnoticed.
_START_NAMES = """
page_viewed screen_viewed clicked scrolled cursor_moved page_left page_reloaded app_opened app_crashed page_slowed request_failed
script_failed form_started form_rejected form_submitted products_searched content_viewed product_viewed cart_updated checkout_started
coupon_applied coupon_denied payment_tried payment_failed order_placed order_changed order_cancelled order_refunded item_returned
purchase_made delivery_promised parcel_scanned delivery_rescheduled delivery_attempted order_delivered pickup_ready contact_opened
contact_queued contact_abandoned contact_transferred information_repeated contact_closed message_received message_answered
waiting_on_customer complaint_opened complaint_acknowledged complaint_resolved invoice_issued payment_due payment_overdue invoice_paid
renewal_failed survey_answered review_posted expectation_set message_sent message_delivered message_opened message_clicked
message_bounced marked_as_spam unsubscribed push_disabled account_created account_deleted subscription_started subscription_renewed
subscription_downgraded subscription_upgraded subscription_cancelled trial_started trial_ended contract_ends loyalty_joined
loyalty_left points_redeemed app_uninstalled feature_used quota_reached milestone_reached seats_counted main_contact_set
champion_changed review_meeting_missed expansion_refused account_paused signed_in sign_in_failed password_reset identity_linked
consent_changed erasure_requested employee_feedback_given offer_delivered offer_seen offer_accepted offer_declined offer_expired
offer_refused_by_channel
"""
START_SET = frozenset(_START_NAMES.split())

each_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_of)


def fields_of(kind: type[Touchpoint]) -> dict[str, Any]:
    """Return name -> type, as annotated, of the fields that the kind adds to the common ones."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__ if name not in Touchpoint.__struct_fields__}


def test_the_start_set_is_complete() -> None:
    """Mutant caught: the scan skips a module, or a kind is renamed."""
    assert set(BY_KIND) >= START_SET


def test_kinds_are_found_once_and_sorted() -> None:
    """Mutant caught: two kinds of one name, of which the union could read only one."""
    assert len({kind_of(kind) for kind in KINDS}) == len(KINDS) == len(BY_KIND)
    assert sorted(BY_KIND) == [kind_of(kind) for kind in KINDS]


def test_control_records_are_no_touchpoints() -> None:
    """Mutant caught: a kind named like a control record, which anybody could then send unsigned."""
    assert not {str(control.__struct_config__.tag) for control in CONTROLS} & set(BY_KIND)


@each_kind
def test_examples_decode_and_round_trip(kind: type[Touchpoint]) -> None:
    """Mutant caught: an example of another kind, or with a field its kind does not have."""
    assert kind.examples
    for text in kind.examples:
        found = msgspec.json.decode(text, type=ANY)
        assert type(found) is kind
        assert msgspec.json.decode(encode(found), type=ANY) == found
        assert msgspec.json.decode(text, type=dict).keys() <= {"kind", *kind.__struct_fields__}


@each_kind
def test_meaning_is_declared(kind: type[Touchpoint]) -> None:
    """Mutant caught: an activity that no counter knows."""
    assert kind.activity in ACTIVITIES
    assert kind.realm in ("", *REALMS)
    assert kind.effort in (-1, 0, 1)
    assert kind_of(kind) == snake_case(kind.__name__)


@pytest.mark.parametrize("said", [{}, {"actor": "nobody"}])
def test_a_kind_that_does_not_say_who_acts_is_refused_at_import(said: dict[str, str]) -> None:
    """Mutant caught: a default, by which a new kind counts as the customer's own doing and cancels the signals of silence."""
    with pytest.raises(TypeError, match=r"StockCounted must say who acts: set `actor` to one of customer, leaver, others"):
        types.new_class("StockCounted", (Touchpoint,), exec_body=lambda body: body.update({"activity": "using", **said}))


def test_a_kind_says_itself_who_acts_and_inherits_it_from_none() -> None:
    """Mutant caught: a kind below another kind that takes over who acts unasked."""
    with pytest.raises(TypeError, match="must say who acts"):
        types.new_class("PageGlanced", (BY_KIND["page_viewed"],))


@each_kind
def test_every_kind_and_field_is_explained(kind: type[Touchpoint]) -> None:
    """Mutant caught: a field without its unit or meaning beside it."""
    assert kind.__doc__ != Touchpoint.__doc__
    assert kind.__doc__
    assert kind.__doc__.endswith(".")
    lines = inspect.getsource(kind).splitlines()
    added = [line for line in lines if line.strip().partition(":")[0] in fields_of(kind)]
    assert len(added) == len(fields_of(kind))
    assert [line for line in added if "  # " not in line] == []


def bounds(type_: Any) -> list[str]:
    """Return what is unbounded in a field's type: a text without a length, a number without a range."""
    if isinstance(type_, types.UnionType) or getattr(type_, "__origin__", None) is tuple:
        return [fault for part in get_args(type_) for fault in bounds(part)]
    meta = next((extra for extra in getattr(type_, "__metadata__", ()) if isinstance(extra, msgspec.Meta)), None)
    plain = getattr(type_, "__origin__", type_)
    if plain is str and (meta is None or meta.max_length is None):
        return ["text without a length"]
    if plain in (int, float) and (meta is None or meta.ge is None or meta.le is None or meta.le > EXACT):
        return ["number without a range"]
    return []


@each_kind
def test_every_field_is_bounded(kind: type[Touchpoint]) -> None:
    """Mutant caught: a plain `str` or `int` field, by which one sender could swell every journey's memory or break JSON readers."""
    assert {name: bounds(type_) for name, type_ in fields_of(kind).items() if bounds(type_)} == {}


@each_kind
def test_no_field_invites_contact_details_or_free_text(kind: type[Touchpoint]) -> None:
    """Mutant caught: an `email` or `text` field: such content is reduced to features before it is sent."""
    assert not {"email", "phone", "address", "text", "body", "comment", "query", "first_name", "last_name", "ip"} & set(fields_of(kind))


def test_every_kind_is_declared_frozen_in_its_own_module() -> None:
    """Mutant caught: a kind that can be changed after it was read, or that is imported under a second name."""
    for kind in KINDS:
        assert kind.__struct_config__.frozen
        source = Path(str(sys.modules[kind.__module__].__file__)).read_text()
        declared = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
        assert kind.__name__ in declared
