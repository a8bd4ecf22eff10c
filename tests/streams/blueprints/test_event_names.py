"""A blueprint's `[[names]]` rows are checked when it is loaded: every fault with its line, its cause and a suggestion."""

from __future__ import annotations

import pytest

from schemas.conventions import Name
from streams.blueprints.faults import BlueprintError
from streams.blueprints.reading import blueprint_from
from streams.blueprints.writing import text_of
from streams.rules.blueprint import Blueprint

GOOD = '[[names]]\nname = "Plan Picked"\nkind = "subscription_started"\nfields = {subscription = "contract_no"}\n'
FAULTS: tuple[tuple[str, str], ...] = (
    (
        '[[names]]\nname = "Plan Picked"\nkind = "subscription_startd"\n',
        "acme:3: no touchpoint kind is called 'subscription_startd'; did you mean 'subscription_started'?",
    ),
    (
        '[[names]]\nname = "Plan Picked"\nkind = "app_opened"\nfields = {app_verson = "v"}\n',
        "acme:4: app_opened has no field 'app_verson'; did you",
    ),
    (
        '[[names]]\nname = "Plan Picked"\nkind = "app_opened"\n[names.fields]\ncustomer = "buyer"\n',
        "acme:5: customer comes with the event itself, whatever its name is; remove this line",
    ),
    (
        '[[names]]\nname = "Plan Picked"\nkind = "subscription_started"\nfields = {plan = "subscription"}\n',
        "acme:4: subscription_started needs subscription, and the property subscription is read as plan; say which property",
    ),
    (
        '[[names]]\nname = "Plan Picked"\nkind = "trial_started"\n',
        "acme:1: trial_started needs trial and ends, and this row does not say which property holds each; "
        'write fields = {trial = "...", ends = "..."}',
    ),
    (
        '[[names]]\nname = "Plan Picked"\nkind = "trial_started"\nfields = {trial = "contract_no"}\n',
        "acme:4: trial_started needs ends, and this row does not say which property holds it; write fields = {ends = ",
    ),
    (
        '[[names]]\nname = "Order Completed"\nkind = "purchase_made"\n',
        "acme:1: purchase_made needs receipt, and this row",
    ),
    (
        GOOD + GOOD.replace("Plan Picked", "planPicked"),
        "acme:5: row 1 of names takes every event 'planPicked' that this row means; put this row",
    ),
    (GOOD + GOOD + 'when = {paid = "true"}\n', "acme:5: row 1 of names takes every event 'Plan Picked' that this row means"),
    ('[[names]]\nname = "--"\nkind = "app_opened"\n', "acme:2: '--' has no letter or digit, so no event can have this name"),
    ('[[names]]\nname = "Plan Picked"\nkind = "app_opened"\nfields = {app_version = "!"}\n', "acme:4: '!' is no property"),
    ('[[names]]\nname = "Plan Picked"\nkind = "app_opened"\nfeilds = {}\n', "acme:4: 'feilds' is no key of"),
)


@pytest.mark.parametrize(("text", "says"), FAULTS)
def test_a_fault_of_a_row_is_named_with_its_line(text: str, says: str) -> None:
    """Mutants: any check left out, that of needed fields too; a fault at the head of the file, where nobody finds it."""
    with pytest.raises(BlueprintError) as caught:
        blueprint_from(text, "acme")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + 'when = {paid = "true"}\n' + GOOD,
        GOOD + 'when = {paid = "true"}\n' + GOOD + 'when = {paid = "false"}\n',
        GOOD + GOOD.replace("Plan Picked", "Plan Dropped"),
        '[[names]]\nname = "Order Completed"\nkind = "order_placed"\n',
        '[[names]]\nname = "Shop Seen"\nkind = "page_viewed"\n',
        '[[names]]\nname = "Bar Seen"\nkind = "screen_viewed"\n',
        '[[names]]\nname = "Plan Picked"\nkind = "app_opened"\n',
    ],
)
def test_rows_that_can_all_be_reached_are_right(text: str) -> None:
    """Mutants: a second row of one name refused though its condition is another; a needed field asked for that a reader fills by itself."""
    blueprint = blueprint_from(text)
    assert len(blueprint.names) == text.count("[[names]]")
    assert blueprint_from(text_of(blueprint)).conventions == blueprint.conventions


def test_the_rows_are_what_the_readers_get() -> None:
    assert blueprint_from(GOOD).conventions.names == (
        Name(name="Plan Picked", kind="subscription_started", fields={"subscription": "contract_no"}),
    )
    assert Blueprint().conventions.names == ()
