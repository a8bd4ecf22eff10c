"""`[file] encoding`: a file in another encoding than UTF-8 is read as if it were saved in UTF-8, or it is told what does not fit."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.encodings import encoding_called, in_utf8
from agents.tools.mapping.opening import UnreadableFileError
from agents.tools.mapping.rows import Refused
from agents.tools.mapping.telling import Account
from agents.tools.operating.feeding import mapped
from tests.agents.cli.terminal_session import sojourn
from tests.agents.tools.mapping.test_recognising import TEXT, TILL
from tests.agents.tools.mapping.trying import NOW, outcomes

ENCODINGS = ("cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac-roman", "cp850", "cp037", "UTF_8", "utf-8-sig")
CASES = (*((name, ".csv") for name in ENCODINGS), ("utf-16", ".csv.gz"), ("cp1252", ".csv.gz"))


def till(encoding: str) -> str:
    """The mapping of a till's export in this encoding."""
    return TILL.replace("[file]", f'[file]\nencoding = "{encoding}"')


@pytest.mark.parametrize(("encoding", "end"), CASES)
def test_a_file_in_an_encoding_that_its_mapping_names_is_read_as_in_utf_8(tmp_path: Path, encoding: str, end: str) -> None:
    """Mutants: the key passed over; a line that is cut inside of a character; a byte order mark in the first name."""
    text = TEXT.encode(encoding)
    found = outcomes(tmp_path, till(encoding), gzip.compress(text) if end.endswith("gz") else text, "till" + end)
    assert found == outcomes(tmp_path, TILL, TEXT.encode(), "till.csv")
    assert len(found) == 1
    assert not isinstance(found[0][1], Refused)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cp1522", "line 3: there is no encoding 'cp1522'; did you mean 'cp1252'?"),
        ("latn-1", "line 3: there is no encoding 'latn-1'; did you mean 'latin-1'?"),
        ("ANSI", 'line 3: there is no encoding \'ANSI\'; as "cp1252", "latin-1" or "utf-16"'),
        ("base64", "line 3: there is no encoding 'base64'; as"),
        ("idna", "line 3: there is no encoding 'idna'; as"),
    ],
)
def test_an_unknown_encoding_is_refused_with_the_mapping(name: str, words: str) -> None:
    """Mutants: told at the first row; a codec that makes no text of bytes taken for an encoding."""
    with pytest.raises(MappingError) as raised:
        compiled(till(name))
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("encoding", "text", "words"),
    [
        ("cp1252", TEXT.encode(), 'line 2 is UTF-8, and the mapping says encoding = "cp1252"; take that key away'),
        ("iso-8859-15", TEXT.encode("utf-8-sig"), 'the file is UTF-8, and the mapping says encoding = "iso8859-15"; take that key away'),
        ("utf-16", TEXT.encode("cp1252"), 'the file is of one byte a character, and the mapping says encoding = "utf-16"; take that'),
        ("cp1252", TEXT.encode("utf-16"), 'the file is UTF-16, and the mapping says encoding = "cp1252"; write encoding = "utf-16"'),
        ("utf-32", TEXT.encode("utf-16-be"), 'the file is UTF-16, and the mapping says encoding = "utf-32"; write encoding = "utf-16-be"'),
        ("cp1252", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an old Excel workbook (.xls); save the sheet as CSV UTF-8"),
    ],
)
def test_a_file_in_another_encoding_than_its_mapping_names_is_told_at_once(tmp_path: Path, encoding: str, text: bytes, words: str) -> None:
    """Mutant: every name is read wrong, and nobody is told."""
    with pytest.raises(UnreadableFileError) as raised:
        outcomes(tmp_path, till(encoding), text)
    assert str(raised.value).startswith(words)


def test_a_row_whose_bytes_do_not_fit_is_named_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    """Mutants: the byte dropped or replaced unseen; the whole file refused for one row; the bytes of the row lost."""
    (tmp_path / "till.csv").write_bytes(TEXT.encode("cp1252").replace(b"K\xe4se", b"K\x81se") + b"4712;02.03.2026 09:02;B-2;\x80\r\n")
    (tmp_path / "till.toml").write_text(till("cp1252"))
    answer = sojourn("send", str(tmp_path / "till.csv"), "--mapping", str(tmp_path / "till.toml"), "--dry-run", home=tmp_path)
    assert answer.code == 1
    said = "not cp1252: behind 'K' are bytes that it does not have; say in [file] in which encoding the file was saved"
    assert f"line 2: not_utf8: the row is {said}" in answer.out
    sent = [line.event for line in mapped(compiled(till("cp1252")), str(tmp_path / "till.csv"), NOW, Account())]
    assert b"4711;02.03.2026 09:01;B-1;K\x81se" in sent
    assert any("/€".encode() in event for event in sent)


def test_json_lines_have_encodings_too(tmp_path: Path) -> None:
    mapping = till("cp1252").replace('delimiter = ";"', 'format = "jsonl"')
    row = {"Kunde": "4711", "Zeitpunkt": "02.03.2026 09:01", "Bestellung": "B-1", "Notiz": "Käse"}
    good = json.dumps(row, ensure_ascii=False).encode("cp1252")
    found = outcomes(tmp_path, mapping, good + b"\n" + good.replace(b"\xe4", b"\x8d"), "rows.jsonl")
    assert [getattr(getattr(each, "touchpoint", None), "page", "") for _, each in found] == ["", "/Käse"]
    assert [each.reason for _, each in found if isinstance(each, Refused)] == ["not_utf8"]


@given(
    st.lists(st.text(st.characters(codec="cp1252", exclude_characters="\n\r"), max_size=9)), st.sampled_from(ENCODINGS), st.integers(1, 7)
)
def test_the_lines_are_those_of_the_text_however_it_is_cut(texts: list[str], name: str, cut: int) -> None:
    """Mutants: a character that lies over two parts lost; the last line without an end lost."""
    if (encoding := encoding_called(name)) in (None, ""):
        return
    whole = "\n".join(["a,b", *texts])
    try:
        data = whole.encode(name)
    except UnicodeEncodeError:
        return
    parts = [data[:64], *(data[at : at + cut] for at in range(64, len(data), cut))]
    try:
        found = b"".join(in_utf8(parts, encoding, 1_000_000))
    except ValueError as error:
        assert "is UTF-8, and the mapping says" in str(error)  # noqa: PT017 - a text that is UTF-8 by chance
    else:
        assert found == whole.encode()
