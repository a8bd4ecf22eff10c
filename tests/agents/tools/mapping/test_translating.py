"""What rows become: touchpoints in the order of time, or a reason. Nothing is dropped, and nothing raises."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.opening import UnreadableFileError
from agents.tools.mapping.reading import told
from agents.tools.mapping.rows import LeftOut, Outcome, Refused, Understood
from tests.agents.tools.mapping.trying import HEADER, NOW, SHOP, account, outcomes

JSON = """
[file]
format = "jsonl"
thread = "{ticket.id}"
empty = ["-"]

[fields]
id = "{id}"
customer = { either = ["{person.id}", "anon:{visit}"] }
at = { column = "at", format = "s" }

[[touchpoint]]
first = true
kind = "contact_opened"
contact = "{ticket.id}"
intent = { column = "about", values = { 1 = "delivery" }, otherwise = "other" }

[[touchpoint]]
after = { step = ["done", "closed"] }
when = { step = { is_not = "closed" } }
kind = "contact_opened"
contact = "{ticket.id}"
place = "again"

[[touchpoint]]
when = { step = "done" }
kind = "contact_closed"
contact = "{ticket.id}"
resolved = { column = "ok" }

[[touchpoint]]
when = { step = { matches = "^buy|^pay", empty = false }, total = { above = 10, below = 100 } }
kind = "order_placed"
order = "{lines.0.order}"
categories = ["{lines.0.kind}", "{lines.1.kind}"]
value = { sum = ["total", "-off"], times = 100, default = 0 }
"""


def _touched(found: list[tuple[int, Outcome]]) -> list[Any]:
    return [outcome.touchpoint for _, outcome in found if isinstance(outcome, Understood)]


def _one(folder: Path, line: bytes, mapping: str = JSON) -> Outcome:
    return outcomes(folder, mapping, line, "one.jsonl")[-1][1]


def test_rows_come_by_time_and_equal_times_as_they_lie(tmp_path: Path) -> None:
    """Catches the mutants: not sorted; sorted without regard to the line."""
    text = HEADER + b"c1,seen,b,,2025-01-02\nc1,seen,a,,2025-01-01\nc1,ping,,,2025-01-01\nc1,paid,o1,4.355,2025-01-02\n"
    found = outcomes(tmp_path, SHOP, text)
    assert [line for line, _ in found] == [3, 4, 2, 5]
    assert found[1][1] == LeftOut("a machine's")
    assert [(each.id, each.at) for each in _touched(found)] == [
        ("shop-3", 1735689600000),
        ("shop-2", 1735776000000),
        ("shop-5", 1735776000000),
    ]
    assert _touched(found)[-1].value == 436  # 435.5 cents, half to even


def test_a_row_that_is_not_understood_says_why_and_none_is_lost(tmp_path: Path) -> None:
    text = HEADER + (
        b"c1,seen,a,,yesterday\nc1,seen,a,,\nc1,gone,a,,2025-01-01\nnull,seen,a,,2025-01-01\n,seen,a,,2025-01-01\n"
        b"c1,paid,,1,2025-01-01\nc1,paid,o1,dear,2025-01-01\nc1,seen,a,,1970-01-02\nc1,seen\nc1,seen,a,,2031-01-01\n"
    )
    found = outcomes(tmp_path, SHOP, text)
    assert {line: (outcome.reason, outcome.words) for line, outcome in found if isinstance(outcome, Refused)} == {
        2: ("bad_time", "at: Invalid isoformat string: 'yesterday'"),
        3: ("bad_time", "at: the row names no time"),
        4: ("unknown_kind", "no [[touchpoint]] of the mapping fits what='gone'"),
        5: ("blocked_customer", "customer is a placeholder for nobody"),
        6: ("no_customer", "Object missing required field `customer`"),
        7: ("missing_field", "Object missing required field `order`"),
        9: ("bad_time", "it lies before 1990: seconds are taken for milliseconds, or the sender's clock was never set"),
        10: ("wrong_type", "the row has 2 cells for 5 columns"),
    }
    counted = account(tmp_path, SHOP, text)
    assert (counted.rows, counted.understood, counted.refused.total(), counted.ahead) == (10, 2, 8, 1)
    assert len(counted.examples) == 8
    assert counted.document()["unread_examples"] == [{"line": 8, "reason": "unread_amount", "words": "value: 'dear' is no number"}]


def test_times_without_a_zone_live_where_the_mapping_says(tmp_path: Path) -> None:
    berlin = SHOP.replace('"UTC"', '"Europe/Berlin"')
    text = HEADER + b"c1,seen,a,,2025-07-01 12:00\nc1,seen,a,,2025-07-01T12:00Z\n"
    assert [each.at for each in _touched(outcomes(tmp_path, berlin, text))] == [1751364000000, 1751371200000]
    nowhere = SHOP.replace(', zone = "UTC"', "")
    assert "names no time zone" in str(outcomes(tmp_path, nowhere, text)[0][1])


def test_rows_of_one_thread_know_the_first_and_the_one_before(tmp_path: Path) -> None:
    """Catches the mutants: `first` by file instead of thread; `after` looking at the row itself."""
    steps = [("t1", "new"), ("t2", "new"), ("t1", "done"), ("t1", "work"), ("t1", "closed"), ("t2", "closed"), ("t1", "closed")]
    lines = [
        f'{{"id":"e{n}","person":{{"id":"c1"}},"at":{1.7e9 + n},"ticket":{{"id":"{ticket}"}},"step":"{step}","about":{n % 2},"ok":true}}'
        for n, (ticket, step) in enumerate(steps, 1)
    ]
    found = outcomes(tmp_path, JSON, "\n".join(lines).encode(), "tickets.jsonl")
    assert [(type(each).__name__, each.contact, each.place) for each in _touched(found)] == [
        ("ContactOpened", "t1", ""),
        ("ContactOpened", "t2", ""),
        ("ContactClosed", "t1", ""),
        ("ContactOpened", "t1", "again"),
    ]
    assert [each.intent for each in _touched(found)[:2]] == ["delivery", "other"]
    assert [line for line, outcome in found if isinstance(outcome, Refused)] == [5, 6, 7]


def test_documents_are_read_by_paths(tmp_path: Path) -> None:
    order = b'{"id":7,"visit":3,"at":"1700000000.25","step":"buy","total":12.5,"off":"-","lines":[{"order":"o1","kind":"a"},{"kind":"-"}]}'
    made = _one(tmp_path, order)
    assert isinstance(made, Understood)
    touchpoint: Any = made.touchpoint
    assert (touchpoint.id, touchpoint.customer, touchpoint.at) == ("7", "anon:3", 1700000000250)
    assert (touchpoint.value, touchpoint.categories) == (1250, ("a",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b'"total":12.5', b'"total":100'), "unknown_kind"),
        ((b'"total":12.5', b'"total":true'), "wrong_type"),
        ((b'"total":12.5', b'"total":"1e999999"'), "wrong_type"),
        ((b'"id":7', b'"id":{"a":1}'), "wrong_type"),
        ((b'"at":"1700000000.25"', b'"at":"1e999"'), "bad_time"),
        ((b'"at":"1700000000.25"', b'"at":[]'), "bad_time"),
        ((b'"visit":3', b'"visit":"-"'), "no_customer"),
        ((b'"order":"o1"', b'"order":"%s"' % (b"x" * 300)), "too_long_text"),
    ],
)
def test_a_document_that_makes_no_sense_says_why(tmp_path: Path, change: tuple[bytes, bytes], reason: str) -> None:
    line = b'{"id":7,"visit":3,"at":"1700000000.25","step":"buy","total":12.5,"lines":[{"order":"o1"}]}'
    made = _one(tmp_path, line.replace(*change))
    assert isinstance(made, Refused)
    assert made.reason == reason


def test_files_that_lie_in_order_are_passed_on_one_by_one(tmp_path: Path) -> None:
    lying = '[file]\norder = "as_is"\n' + SHOP
    text = HEADER + b"c1,seen,b,,2025-01-02\nc1,seen,a,,2025-01-01\n"
    assert [line for line, _ in outcomes(tmp_path, lying, text)] == [2, 3]
    assert account(tmp_path, lying, text).backwards == 1


def test_ids_that_repeat_are_counted(tmp_path: Path) -> None:
    """Touchpoints of one id count once: an `id` that names too few columns would lose the others without a word."""
    text = HEADER + b"c1,seen,a,,2025-01-01\nc1,seen,b,,2025-01-02\nc2,seen,b,,2025-01-02\n"
    assert account(tmp_path, SHOP, text).repeated == 0
    assert account(tmp_path, SHOP.replace("{@file}-{@line}", "{who}"), text).repeated == 1


def test_a_name_that_no_document_has_is_noted(tmp_path: Path) -> None:
    """Of documents nothing is demanded, as they leave out what is empty; the first step of a path is looked for."""
    counted = account(tmp_path, JSON, b'{"id":7,"visit":3,"at":"1700000000","step":"done","lines":[],"tickets":{}}', "one.jsonl")
    noted = {note.split("`")[1]: note for note in counted.never_seen(compiled(JSON))}
    assert set(noted) == {"ticket.id", "person.id", "about", "ok", "total", "off"}
    assert noted["ticket.id"] == "line 4: the file has no column `ticket.id`; did you mean 'tickets'?"


CELL = st.one_of(
    st.sampled_from(["c1", "seen", "paid", "ping", "2025-01-01", "", "0", "1e999999", "-inf", "'", '"', "{who}"]), st.text(max_size=9)
)


@given(st.lists(st.lists(CELL, min_size=0, max_size=6), max_size=6), st.binary(max_size=60))
def test_every_row_ends_in_one_of_three_ways_whatever_stands_in_it(rows: list[list[str]], noise: bytes) -> None:
    """The law of the dry run: rows = understood + left out + not understood. Catches the mutant that lets a cell's error escape."""
    text = HEADER + "\n".join(",".join(row) for row in rows).encode(errors="replace") + b"\n" + noise
    with tempfile.TemporaryDirectory() as folder:
        for mapping, name in ((SHOP, "x.csv"), (JSON, "x.jsonl")):
            found = outcomes(Path(folder), mapping, text, name)
            lines = [line for line, _ in found]
            assert len(set(lines)) == len(lines)
            assert all(isinstance(outcome, Understood | LeftOut | Refused) for _, outcome in found)
            counted = account(Path(folder), mapping, text, name)
            assert counted.rows == len(found) == counted.understood + counted.left_out.total() + counted.refused.total()
            assert all(each.touchpoint.at <= NOW + 10**14 for _, each in found if isinstance(each, Understood))


@given(st.binary(max_size=80))
def test_bytes_that_are_no_packed_file_are_refused_as_one(noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise.csv.gz"
        path.write_bytes(noise)
        with pytest.raises(UnreadableFileError):  # never a traceback, and never a file without rows that seems well
            list(told(compiled(SHOP), str(path), NOW))
