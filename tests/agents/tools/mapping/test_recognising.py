"""Files that people have: each is read, or named for what it is in one sentence with the way out."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tools.mapping.opening import UnreadableFileError
from agents.tools.mapping.recognising import DELIMITERS
from agents.tools.mapping.rows import Layout, Refused, Rows
from agents.tools.operating.feeding import lines
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.tools.mapping.trying import outcomes

TILL = """
[file]
delimiter = ";"
[fields]
id = "{Bestellung}"
customer = "{Kunde}"
at = { column = "Zeitpunkt", format = "%d.%m.%Y %H:%M", zone = "Europe/Berlin" }
[[touchpoint]]
kind = "page_viewed"
page = "/{Notiz}"
"""
TEXT = "Kunde;Zeitpunkt;Bestellung;Notiz\r\n4711;02.03.2026 09:01;B-1;Käse\r\n"
UTF_16 = "the file is UTF-16; save it as UTF-8 (CSV UTF-8)"
SAY = ', or write encoding = "{}" into [file] of its mapping'
CP1252 = "is likely Windows-1252 or Latin-1; save the file as UTF-8 (CSV UTF-8)" + SAY.format("cp1252")


def workbook() -> bytes:
    """A zip archive, which every workbook is."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


FAULTS = [
    (TEXT.encode("utf-16"), UTF_16 + SAY.format("utf-16")),
    (TEXT.encode("utf-16-le"), UTF_16 + SAY.format("utf-16-le")),
    (TEXT.encode("utf-16-be"), UTF_16 + SAY.format("utf-16-be")),
    (TEXT.encode("utf-32"), UTF_16.replace("16", "32") + SAY.format("utf-32")),
    (workbook(), "the file is an Excel workbook (.xlsx) or another zip archive; save the sheet as CSV UTF-8, or unzip it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an old Excel workbook (.xls); save the sheet as CSV UTF-8"),
    (gzip.compress(TEXT.encode(), mtime=0), "the file is packed by gzip; give it a name that ends in .gz, or unpack it"),
    (TEXT.replace("Notiz", "Größe").encode("cp1252"), f"the header is not UTF-8: 'Größe' {CP1252}"),
    (TEXT.replace(";", ",").encode(), 'the header is one column; did you mean delimiter = ","?'),
    (TEXT.replace(";", "\t").encode(), 'the header is one column; did you mean delimiter = "\\t"?'),
    (TEXT.replace(";", ",").replace(",Notiz", ",Notiz;x").encode(), 'the header is 2 columns; did you mean delimiter = ","?'),
]


def dry_run(folder: Path, text: bytes, name: str = "till.csv") -> Answer:
    """What `sojourn send --dry-run` says of a till's export with these bytes."""
    (folder / name).write_bytes(text)
    (folder / "till.toml").write_text(TILL)
    return sojourn("send", str(folder / name), "--mapping", str(folder / "till.toml"), "--dry-run", home=folder)


@pytest.mark.parametrize(("text", "words"), FAULTS)
def test_a_file_that_is_something_else_is_named_in_one_sentence(tmp_path: Path, text: bytes, words: str) -> None:
    """Mutants: an error for each column that is missing; the first line blamed for its encoding."""
    with pytest.raises(UnreadableFileError) as raised:
        outcomes(tmp_path, TILL, text)
    assert str(raised.value) == words


def test_the_command_line_ends_with_2_and_the_sentence(tmp_path: Path) -> None:
    answer = dry_run(tmp_path, TEXT.encode("utf-16"))
    assert (answer.code, answer.err) == (2, f"error: {UTF_16}{SAY.format('utf-16')}\n")


@pytest.mark.parametrize(
    "text",
    [
        TEXT.encode("utf-8-sig"),
        b"sep=;\r\n" + TEXT.encode(),
        TEXT.replace("Zeitpunkt;", " Zeitpunkt ;").encode(),
        TEXT.replace("Kunde;Zeitpunkt", '"Kunde";"Zeitpunkt" ').encode("utf-8-sig"),
        TEXT.replace("Kunde;Zeitpunkt", " \"Kunde\" ; 'Zeitpunkt'").encode(),
    ],
)
def test_marks_and_blanks_around_a_header_are_no_part_of_it(tmp_path: Path, text: bytes) -> None:
    """Mutants: a byte order mark in the first name; a column looked for by a name with its quotes."""
    ((_, outcome),) = outcomes(tmp_path, TILL, text)
    assert not isinstance(outcome, Refused), outcome


def test_a_row_of_another_encoding_is_named_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    """Mutant: the bytes are read by a guessed encoding, unseen."""
    answer = dry_run(tmp_path, TEXT.encode("cp1252") + b"4712;02.03.2026 09:02;B-2;ok\r\n")
    assert answer.code == 1
    assert f"line 2: not_utf8: the row is not UTF-8: 'Käse' {CP1252}" in answer.out
    assert "2 rows   understood 1   left out 0   not understood 1" in answer.out


def test_without_a_header_the_rows_ask_for_the_delimiter() -> None:
    (row,) = Rows([b"1;2\n"], Layout(columns=("a", "b")))
    assert row.trouble == Refused("wrong_type", 'the row has 1 cells for 2 columns; did you mean delimiter = ";"?')


NAME = st.text(st.characters(codec="utf-8", exclude_characters="\"'\r\n\0;,\t|", exclude_categories=("Cc", "Zs", "Cs")), min_size=1)


@given(st.lists(NAME, min_size=2, unique=True), st.permutations(DELIMITERS))
def test_any_header_is_read_by_its_delimiter_and_a_wrong_one_names_it(names: list[str], signs: list[str]) -> None:
    """Mutant: only the semicolon is asked for."""
    right, wrong = signs[:2]
    header = right.join(names).encode() + b"\n"
    (row,) = Rows([header, header], Layout(delimiter=right))
    assert list(row.cells) == names
    with pytest.raises(UnreadableFileError, match="the header is one column; did you mean delimiter = "):
        list(Rows([header], Layout(delimiter=wrong)))


@pytest.mark.parametrize(
    ("name", "text", "words", "read"),
    [
        ("short.gz", gzip.compress(b'{"n":1}\n' * 5_000, mtime=0)[:-12], "short.gz is damaged: ", True),
        ("none.gz", b'{"n":1}\n', "none.gz is damaged: ", False),
        ("utf16.jsonl", TEXT.encode("utf-16"), UTF_16, False),
    ],
)
def test_a_damaged_file_without_a_mapping_is_told_as_damaged(tmp_path: Path, name: str, text: bytes, words: str, read: bool) -> None:
    """Mutants: a defect of ours; lines before the damage that are not sent."""
    (tmp_path / name).write_bytes(text)
    found = []
    told = ""
    try:
        for line in lines(str(tmp_path / name)):
            found.append(line.event)
    except UnreadableFileError as error:
        told = str(error)
    assert words in told
    assert bool(found) == read
