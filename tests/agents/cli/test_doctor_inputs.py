"""Doctor says what came in lately, and names what is wrong with it."""

from __future__ import annotations

import msgspec

from agents.running.intake import Intake
from agents.tools.operating.inputs import Direct, set_back, told, uncounted
from schemas.durations import HOUR, MINUTE
from schemas.outputs.rejections import Rejection
from schemas.topics import INTERACTIONS, TOUCHPOINTS
from streams.story import START, story
from tests.agents.lab import Lab, record_of

MIXED = Intake(
    outcomes={"forwarded": 20, "passed": 10, "rejected": 30},
    several={"forwarded": 40},
    clamped=5,
    passed={"group": 7, "$set": 3},
    unread={"wrong_type": 4},
    masked={"token": 2},
    ahead={"till": (4, 3 * 86_400_000), "app": (1, 400_000)},
)


def test_the_last_hour_is_told_with_shares_reasons_and_remedies() -> None:
    """Golden. Mutants: shares of all that ever came, or of records; a reason without its sentence."""
    report = told(MIXED, {"no_customer": 28, "empty": 2}, 61)
    assert report.says == (
        "in the last 61 min: 100 events, rejected 30 (30.0%), passed by 10 (10.0%), times set back 5, unread 4, masked 2"
    )
    assert report.notes == [
        "  rejected 28: no_customer. Nobody is named whose journey this belongs to.",
        "      do: Add the customer's id, or the device's as an anonymous id.",
        "  rejected 2: empty. The record has no value: nothing happened, or it is a tombstone.",
        "      do: Send no record without a value.",
        "  unread 4: wrong_type. A field holds another type of value than its kind declares.",
        "      do: Send the field that is named as its kind declares it.",
        "  events passed by: group 7, $set 3",
        "  places masked: token 2",
        "  times set back: 4 of till, by up to 3 days",
        "  times set back: 1 of app, by up to 6 min",
    ]


def test_many_rejections_and_a_clock_that_is_always_ahead_are_findings() -> None:
    """Mutants: the share never judged; one wrong time called a wrong clock."""
    found = told(MIXED, {"no_customer": 28}, 61).findings
    assert [each.about for each in found] == ["rejections", "source till"]
    assert "30.0% of the events were rejected, most of them as no_customer" in found[0].cause
    assert "4 of its times lay ahead of their arrival, by up to 3 days" in found[1].cause
    assert all(each.fix for each in found)


def test_few_rejections_and_what_is_passed_by_are_no_findings() -> None:
    assert not told(Intake(outcomes={"forwarded": 97, "passed": 400, "rejected": 3}), {"no_customer": 3}, 60).findings
    assert not told(Intake(outcomes={"rejected": 3}), {"no_customer": 3}, 60).findings
    assert told(Intake(), {}, 60).says == "nothing came in the last hour"


def test_unknown_names_are_listed_with_what_may_be_meant() -> None:
    """Golden. Mutant: only the count of the reason."""
    notes = told(MIXED, {"unknown_kind": 5}, 61, {"order_completd": 3, "qqq": 2}).notes
    listed = "  unknown names: order_completd 3 (nearest: order_placed), qqq 2. "
    assert f"{listed}`sojourn rejections names` lists all, with rows for the blueprint" in notes


def test_clocks_that_are_ahead_at_the_direct_door_are_told_by_source() -> None:
    """Mutants: events of the direct door counted under no source; those of yesterday told again."""
    (view,) = story("0 web page_viewed /a page=/a source=till")
    lab, apart = Lab(), 30 * MINUTE
    for number in range(5):
        at = START + number * apart
        lab.feed(record_of(msgspec.structs.replace(view, id=f"e{number}", at=at + (HOUR if number != 2 else 0)), logged_at=at))
    lab.commit()
    held = msgspec.msgpack.decode(lab.records[0].body, type=Direct)
    assert set_back(held, START - 1).ahead == {"till": (4, HOUR)}
    assert set_back(held, START + 3 * apart).ahead == {"till": (1, HOUR)}
    assert set_back(held, START + 5 * apart).clamped == 0
    report = told(set_back(held, START - 1), {}, 60)
    assert "times set back 4" in report.says
    assert [each.about for each in report.findings] == ["source till"]


def test_a_clock_that_is_ahead_now_is_not_told_with_those_of_long_ago() -> None:
    """Mutant: marks are made where times are set back, so all that came before the first of today counts as today's."""
    (view,) = story("0 web page_viewed /a page=/a source=till")
    lab = Lab()
    for number, at in enumerate([START + second * 1_000 for second in range(9)] + [START + 5 * HOUR]):
        lab.feed(record_of(msgspec.structs.replace(view, id=f"e{number}", at=at + HOUR), logged_at=at))
    lab.commit()
    held = msgspec.msgpack.decode(lab.records[0].body, type=Direct)
    found = set_back(held, START + 4 * HOUR + 1)
    assert (found.ahead, found.at) == ({"till": (1, HOUR)}, START + 4 * HOUR + 1)


def test_of_rejections_those_that_ingest_has_counted_are_not_counted_twice() -> None:
    """Mutants: both doors counted from the topic; what was left out of an event called rejected."""

    def kept(topic: str, reason: str, **more: object) -> Rejection:
        return msgspec.convert({"id": "i", "topic": topic, "partition": 0, "offset": 1, "logged_at": 1, "reason": reason} | more, Rejection)

    rows = [
        kept(INTERACTIONS, "no_customer"), kept(INTERACTIONS, "failed"), kept(TOUCHPOINTS, "wrong_key"),
        kept(TOUCHPOINTS, "failed", detector="rage_click"), kept(TOUCHPOINTS, "unread_amount", in_part=True),
    ]  # fmt: skip
    assert uncounted(rows) == {"failed": 1, "wrong_key": 1}
