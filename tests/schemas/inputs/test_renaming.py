"""A company's own event names: read in every format, under their conditions, with their fields, and for nothing when there are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conventions import Conventions, Name
from schemas.foreign import renaming
from schemas.foreign.own import ENVELOPE, MONEY, units_of
from schemas.inputs import read
from schemas.reading import Batch, Headers, Read, Rejected
from schemas.touchpoints import BY_KIND, KINDS, Touchpoint, kind_of
from tests.schemas.inputs.sent import AT_MS, as_json, captured, described, payload, track, tracked
from tests.schemas.samples import LOGGED_AT, event

FORMATS = ("segment", "posthog", "snowplow", "cloudevents", "native")
MINOR = ("cloudevents", "native")  # formats whose amounts are in the minor unit


def sent(form: str, name: str, properties: dict[str, Any]) -> bytes:
    """Return an event of this name as this format has it."""
    if form == "segment":
        return as_json(track(name, **properties))
    if form == "posthog":
        return as_json(captured(name, **properties))
    if form == "snowplow":
        happened = described("com.snowplowanalytics.snowplow/unstruct_event", described(f"com.acme/{name}", properties))
        return payload(tracked("ue", ue_pr=json.dumps(happened)))
    if form == "cloudevents":
        return event(type=f"com.acme.{name}", data=properties | {"customer": "c7"})
    return as_json({"kind": name, "id": "e1", "customer": "c7", "at": AT_MS} | properties)


def found(form: str, name: str, properties: dict[str, Any], *rows: Name, headers: Headers = ()) -> Touchpoint | Rejected:
    """Return what one event is read as with these rows."""
    outcome = read(sent(form, name, properties), headers, logged_at=LOGGED_AT, conventions=Conventions(names=rows))
    if isinstance(outcome, Batch):
        assert outcome.refused is None, outcome
        (outcome,) = outcome.reads
    assert isinstance(outcome, Read | Rejected), outcome
    return outcome.touchpoint if isinstance(outcome, Read) else outcome


PICKED = Name(
    name="plan_picked", kind="subscription_started", when={"paid": "true"}, fields={"subscription": "contract_no", "value": "fee"}
)
TRIED = Name(name="plan_picked", kind="trial_started", fields={"trial": "contract_no", "ends": "until"})


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_means_what_the_first_row_says_whose_condition_holds(form: str) -> None:
    """Mutants: a condition passed over; the last row preferred; a format that does not ask; amounts of CloudEvents taken for euros."""
    fee = 1990 if form in MINOR else 19.9
    paid = found(form, "plan_picked", {"contractNo": 17, "fee": fee, "paid": True}, PICKED, TRIED)
    assert (kind_of(type(paid)), paid.subscription, paid.value) == ("subscription_started", "17", 1990)  # type: ignore[arg-type, union-attr]
    free = found(form, "plan_picked", {"contractNo": "t1", "until": "2026-03-02T09:00:00Z", "paid": False}, PICKED, TRIED)
    assert (kind_of(type(free)), free.trial, free.ends) == ("trial_started", "t1", 1_772_442_000_000)  # type: ignore[arg-type, union-attr]
    neither = found(form, "plan_picked", {"contractNo": "t1"}, PICKED)
    assert isinstance(neither, Rejected)
    assert neither.reason == "unknown_kind"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", KINDS, ids=kind_of)
def test_every_kind_can_be_meant_by_a_name_with_fields_of_its_own(form: str, kind: type[Touchpoint]) -> None:
    """Mutants: a field read under our name though the row names another; a unit that has no reader."""
    units = units_of(kind)
    own = {n: held for n, held in json.loads(kind.examples[0]).items() if n not in ("kind", *ENVELOPE)}
    row = Name(name="moon_landed", kind=kind_of(kind), fields={name: f"theirs {name}" for name in own})
    theirs = {f"theirs_{n}": held / 100 if units[n] in MONEY and form not in MINOR else held for n, held in own.items()}
    made = found(form, "moon_landed", theirs, row)
    assert {name: getattr(made, name, None) for name in own} == own


@pytest.mark.parametrize("form", FORMATS)
def test_a_field_that_the_row_needs_is_named_in_the_senders_word(form: str) -> None:
    """Mutant: our word alone."""
    refused = found(form, "plan_picked", {"paid": "true"}, PICKED)
    assert isinstance(refused, Rejected)
    assert refused.reason == "missing_field"
    assert refused.detail.endswith("contract_no (our subscription)")


def test_a_company_may_give_a_name_of_a_specification_another_meaning() -> None:
    """Mutant: the tables asked first, so that a row in the blueprint does nothing."""
    row = Name(name="Order Completed", kind="purchase_made", fields={"receipt": "order_id"})
    assert found("segment", "Order Completed", {"order_id": "r1"}, row).receipt == "r1"  # type: ignore[union-attr]


def test_a_control_record_is_never_renamed() -> None:
    """Mutant: an unsigned tick taken in because a row has its name."""
    refused = found("native", "tick", {"due": 1}, Name(name="tick", kind="app_opened"))
    assert isinstance(refused, Rejected)
    assert refused.reason == "unsigned_control"


@pytest.mark.parametrize("name", ["Plan Picked", "planPicked", "com.acme.plan.picked", "plan-picked", "picked"])
def test_a_cloudevent_is_found_by_all_of_its_type_or_by_its_end(name: str) -> None:
    """Mutant: the last word alone, which says too little."""
    row = Name(name=name, kind="app_opened")
    outcome = read(event(type="com.acme.plan.picked.v2"), (), logged_at=LOGGED_AT, conventions=Conventions(names=(row,)))
    assert isinstance(outcome, Read)


@given(st.sampled_from([True, False, 7, "7", " paid ", None, 1.5, ["x"]]), st.sampled_from(["true", "false", "7", "paid", "", "1.5"]))
def test_a_condition_compares_texts(given_value: object, text: str) -> None:
    """Mutants: true written `True`; a number unlike its text."""
    written = {"true": True, "false": False}.get(text, text)
    holds = (given_value is written) or (not isinstance(given_value, bool) and renaming.text_of(given_value) == text)
    row = Name(name="plan_picked", kind="app_opened", when={"paid": text})
    outcome = read(as_json(track("Plan Picked", paid=given_value)), (), logged_at=LOGGED_AT, conventions=Conventions(names=(row,)))
    assert isinstance(outcome, Read) == holds


def test_rows_are_made_ready_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: rows compiled for each event, which costs more than all of the rest."""
    made: list[object] = []
    compiled = renaming._compile

    def counted(names: tuple[Name, ...], *, major: bool) -> renaming._Table:
        made.append(names)
        return compiled(names, major=major)

    monkeypatch.setattr(renaming, "_compile", counted)
    conventions = Conventions(names=(Name(name="plan_picked", kind="app_opened"),))
    for _ in range(5):
        read(as_json(track("Plan Picked")), (), logged_at=LOGGED_AT, conventions=conventions)
    assert made == [conventions.names]


def test_every_kind_has_units_that_are_read() -> None:
    """Mutant: a unit without a reader, found only when a company names such a field."""
    assert {unit for kind in BY_KIND.values() for unit in units_of(kind).values()} >= {"Ref", "Count", "Moment", "Currency", "list", "bool"}
