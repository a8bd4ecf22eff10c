"""`sojourn rejections names` counts the names that nobody gave a meaning; `sojourn rehearse --blueprint` tries those of a file."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

from typer.testing import CliRunner

from agents.cli import application
from agents.tools.operating.unknown_names import UnknownName, count_names
from schemas.conventions import Conventions, Name
from schemas.inputs import read
from schemas.outputs.rejections import Rejection
from schemas.reading import Batch, Rejected
from streams.blueprints.reading import blueprint_from
from tests.schemas.inputs.sent import as_json, call, captured, payload, track, tracked
from tests.schemas.samples import LOGGED_AT, event


def kept(value: bytes) -> Rejection:
    """Return the rejection that ingest keeps of this record."""
    outcome = read(value, (), logged_at=LOGGED_AT)
    refused = outcome.refused if isinstance(outcome, Batch) else outcome
    assert isinstance(refused, Rejected)
    text = b64encode(value[:65_536]).decode()
    return Rejection(
        id="i",
        topic="t",
        partition=0,
        offset=1,
        logged_at=1,
        reason=refused.reason,
        error=refused.detail,
        value=text,
        value_length=len(value),
    )


MOON, STAR = track("Moon Landed"), track("star_seen")
BATCH = as_json({"batch": [MOON, track("Cart Viewed"), STAR, MOON, track("Order Completed", total=1)]})


def test_every_unknown_name_is_counted_also_those_inside_of_batches() -> None:
    """Mutants: the first name of a batch alone; a rejection for another reason counted; a name that is known."""
    rows = [
        kept(as_json(MOON)), kept(BATCH), kept(as_json(track("Order Completed"))), kept(as_json(captured("Star Seen"))),
        kept(event(type="com.acme.star_seen")), kept(payload(tracked("se", se_ac="star_seen"))),
        kept(as_json({"batch": [track("Order Completed"), MOON, track("Cart Viewed")]})),
    ]  # fmt: skip
    assert count_names(rows) == [UnknownName("moon_landed", 4), UnknownName("star_seen", 4)]
    assert count_names([kept(as_json(call("page", name="Tents", messageId=None)))]) == []


def test_a_name_that_has_a_meaning_by_now_is_not_listed() -> None:
    """Mutant: a week of old rejections listed after the row was published."""
    named = Conventions(names=(Name(name="Moon Landed", kind="app_opened"),))
    assert count_names([kept(as_json(MOON)), kept(BATCH)], named) == [UnknownName("star_seen", 1)]


def test_a_record_of_which_only_the_beginning_is_kept_gives_its_first_name() -> None:
    """Mutant: half an event read as a whole one."""
    row = kept(as_json(track("Moon Landed", form="x")))
    short = Rejection(**{name: getattr(row, name) for name in row.__struct_fields__} | {"value_length": 100_000})
    assert count_names([short]) == [UnknownName("moon_landed", 1)]


def test_the_row_to_paste_is_a_row_of_a_blueprint() -> None:
    """Mutant: a row that the check refuses."""
    for name in ("order_completd", "plan_pickd", "subscription_startd", "app_opend", "trial_startd", "paymnt_failed"):
        suggested = UnknownName(name, 1)
        if suggested.nearest:
            assert [row.kind for row in blueprint_from(suggested.row).names] == [suggested.nearest]
    assert UnknownName("order_completd", 1).nearest == "order_placed"
    assert 'kind = ""' in UnknownName("qqq", 1).row


def test_a_dry_run_tries_the_names_of_a_blueprint(tmp_path: Path) -> None:
    """Mutants: the names passed over; events of a batch lost; an amount that was not read told to nobody."""
    events = tmp_path / "events.jsonl"
    order = track("Order Completed", order_id="o1", total="12,50 or so")
    lines = [as_json(track("Plan Picked", contract_no="k1")), as_json({"batch": [order, track("Promotion Viewed")]}), as_json(MOON)]
    events.write_bytes(b"\n".join(lines))
    (tmp_path / "acme.toml").write_text(
        '[[names]]\nname = "Plan Picked"\nkind = "subscription_started"\nfields = {subscription = "contract_no"}\n'
    )
    runner = CliRunner()
    bare = runner.invoke(application(("rehearse",)), ["rehearse", str(events), "--json"])
    assert json.loads(bare.stdout)["rows"]["reasons"] == {"unknown_kind": 2}
    tried = runner.invoke(application(("rehearse",)), ["rehearse", str(events), "--blueprint", str(tmp_path / "acme.toml"), "--json"])
    rows = json.loads(tried.stdout)["rows"]
    assert rows["kinds"] == {"subscription_started": 1, "order_placed": 1}
    assert rows["reasons"] == {"unknown_kind": 1}
    assert rows["left_out"] == {"Promotion Viewed holds nothing for a journey": 1}
    assert rows["unread"] == {"total: a text of the form '99,99 aa aa' is no amount": 1}
    assert tried.exit_code == 1
