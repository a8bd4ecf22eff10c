"""A table in a narrow terminal: whole columns, the most important ones, and the names of the others below."""

from __future__ import annotations

import pytest

from agents.cli import insights
from agents.cli.terminal.columns import GAP, WRAPS, fitting, natural
from agents.cli.terminal.output import PIPE, print_fitting
from agents.tools.reports.overview.gathering import overview
from agents.tools.reports.overview.tables import tables
from tests.agents.tools.reports.overview.town import town

COLUMNS = ("place", "visits", "frictions", "of them most", "rating", "owner")
WEIGHTS = ("place", "owner", "frictions", "visits", "of them most", "rating")
ROWS = (
    ("/checkout", "1,160", "15.5% (13.5-17.7)", "payment_failed", "-", "shop"),
    ("/checkout/payment/methods/saved/cards", "2", "0.0% (0.0-65.8)", "-", "-", "care"),
)


def printed(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    """The names that were left out, and the lines."""
    left_out = print_fitting("Measures", COLUMNS, ROWS, WEIGHTS)
    return left_out, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("width", [30, 50, 60, 80, 100, 140])
def test_what_is_shown_is_whole_and_what_is_not_is_named(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mutants: a cell that is cut; a column that disappears without a word."""
    monkeypatch.setenv("COLUMNS", str(width))
    left_out, lines = printed(capsys)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= width
    for number, name in enumerate(COLUMNS):
        assert (name in lines[1]) == (name not in left_out)
        assert (ROWS[0][number] in text) == (name not in left_out) or ROWS[0][number] == "-"
    assert ("left out: " in text) == bool(left_out)
    named = " ".join(text.rpartition("left out: ")[2].split())
    assert not left_out or named == ", ".join(left_out)


@pytest.mark.parametrize(
    ("width", "left_out"),
    [
        (30, ["visits", "frictions", "of them most", "rating", "owner"]),
        (60, ["visits", "of them most", "rating"]),
        (74, ["of them most", "rating"]),
        (80, ["rating"]),
        (140, []),
    ],
)
def test_the_least_important_columns_go_first_and_so_do_empty_ones(width: int, left_out: list[str]) -> None:
    """Mutants: what stands rightmost goes first; a column of dashes takes the room of one with figures."""
    shown, out = fitting(COLUMNS, ROWS, WEIGHTS, width)
    assert [COLUMNS[number] for number in out] == left_out
    assert sorted((*shown, *out)) == list(range(len(COLUMNS)))


def test_a_pipe_gets_every_column_in_parts_of_80_characters(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants: columns are left out as in a terminal; lines as long as the table is wide; a part without the names of its rows."""
    monkeypatch.delenv("COLUMNS", raising=False)
    left_out, lines = printed(capsys)
    assert left_out == []
    assert max(map(len, lines)) <= PIPE
    titles = [at for at, line in enumerate(lines) if line.startswith("Measures")]
    assert [lines[at].strip() for at in titles] == ["Measures", "Measures, continued"]
    assert all(lines[at + 1].startswith("place ") and lines[at + 2].startswith("/checkout ") for at in titles)
    named = [name for at in titles for name in lines[at + 1].replace("of them most", "of_them_most").split()]
    assert sorted(named) == sorted(["place", *(name.replace(" ", "_") for name in COLUMNS)])
    assert all(cell in "\n".join(lines) for row in ROWS for cell in row[1:])


def test_a_table_that_fits_a_pipe_is_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert print_fitting("Measures", COLUMNS[:3], [row[:3] for row in ROWS]) == []
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(ROWS)
    assert all(cell in lines[2 + at] for at, row in enumerate(ROWS) for cell in row[:3])


def test_a_pipe_of_80_characters_gets_every_column(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants: lines as long as a table is wide; columns left out; a command that `sojourn explain` shows is broken."""
    monkeypatch.delenv("COLUMNS", raising=False)
    found = overview(town(300), None, {("payment_failed", "/checkout"): ("a-customer-with-a-name", "another-customer-with-one", "c3")})
    insights._tables(found, 15)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    for each in tables(found, 15):
        assert not each.rows or all(column.split()[0] in shown for column in each.columns)
    assert "1. Payment failed at /checkout, web\n" in shown
    for customer in ("a-customer-with-a-name", "another-customer-with-one", "c3"):
        assert f"sojourn explain {customer}\n" in shown


def test_a_long_text_wraps_where_there_is_no_room_for_it() -> None:
    needs = [min(natural(name, [row[at] for row in ROWS]), WRAPS) + GAP for at, name in enumerate(COLUMNS)]
    assert needs[0] == WRAPS + GAP
    assert fitting(COLUMNS, ROWS, WEIGHTS, sum(needs) - GAP).left_out == ()
    assert fitting(COLUMNS, ROWS, WEIGHTS, sum(needs) - GAP - 1).left_out != ()
