"""Files as they come: quoted line ends, a byte order mark, broken rows, no header, packed, damaged."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.opening import UnreadableFileError, unpacked
from agents.tools.mapping.rows import Layout, Rows
from tests.agents.tools.mapping.trying import HEADER, SHOP, outcomes


def _rows(text: bytes, layout: Layout | None = None) -> list[tuple[int, bytes, dict[str, object], str]]:
    found = Rows(text.splitlines(keepends=True), layout or Layout())
    return [(row.number, row.text, row.cells, row.trouble.words if row.trouble else "") for row in found]


def test_a_quoted_line_end_belongs_to_its_row_and_lines_are_counted_in_the_file() -> None:
    """Catches the mutant that counts records instead of lines."""
    found = _rows(b'\xef\xbb\xbfa,b\r\n1,"x\ny"\r\n\r\n2,z')
    assert found == [(2, b'1,"x\ny"', {"a": "1", "b": "x\ny"}, ""), (5, b"2,z", {"a": "2", "b": "z"}, "")]


def test_a_row_that_cannot_be_read_says_why_and_the_next_one_is_read() -> None:
    found = _rows(b'a,b\n1\n1,2,3\n"x"y,2\n\xff,2\n3,4\n')
    assert [row[3] for row in found] == [
        "the row has 1 cells for 2 columns",
        "the row has 3 cells for 2 columns",
        "the line is no CSV: ',' expected after '\"'",
        "the row is not UTF-8: 'ÿ' is likely Windows-1252 or Latin-1; save the file as UTF-8 (CSV UTF-8), "
        'or write encoding = "cp1252" into [file] of its mapping',
        "",
    ]
    assert found[-1][:3] == (6, b"3,4", {"a": "3", "b": "4"})


def test_columns_can_be_named_and_cells_divided_by_another_sign() -> None:
    assert _rows(b"1;2\n", Layout(delimiter=";", columns=("a", "b")))[0][2] == {"a": "1", "b": "2"}


@pytest.mark.parametrize("text", [b"", b"a,a\n", b"a,\n", b'"a"b,c\n'])
def test_a_file_that_names_no_columns_is_refused(text: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        _rows(text)


def test_json_lines_that_are_none_say_why() -> None:
    assert [row[3][:20] for row in _rows(b'{"a":{"b":1}}\n\n[1]\n{"a"\n', Layout("jsonl"))] == [
        "",
        "the line is no JSON ",
        "the line is no JSON:",
    ]


def test_a_damaged_packed_file_is_told_as_damaged(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    for name, content in (("short.gz", whole[:-12]), ("none.gz", b"a,b\n1,2\n")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError, match="is damaged"), unpacked(str(path)) as lines:
            list(lines)


def test_a_column_that_the_file_does_not_have_is_told_with_the_mappings_line(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"line 16: the file has no column `sum`; did you mean 'sums'\?"):
        outcomes(tmp_path, SHOP, HEADER.replace(b"sum", b"sums") + b"c1,seen,a,,2025-01-01\n")
    with pytest.raises(MappingError, match="line 4: the file has no column `who`"):
        outcomes(tmp_path, SHOP, HEADER.replace(b"who", b"x"))
