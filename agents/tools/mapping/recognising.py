"""Recognises what a file really is, if it is not what its mapping says: another encoding, a workbook, another delimiter.

Each function returns one sentence that names the cause and the way out; an empty text if it recognises nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping

from agents.tools.mapping.encodings import wide_encoding

DELIMITERS = (";", "\t", "|", ",")  # that exports use
_CSV = "save it as UTF-8 (CSV UTF-8)"
_STARTS: Mapping[bytes, str] = {
    b"PK\x03\x04": "the file is an Excel workbook (.xlsx) or another zip archive; save the sheet as CSV UTF-8, or unzip it",
    b"\xd0\xcf\x11\xe0": "the file is an old Excel workbook (.xls); save the sheet as CSV UTF-8",
    b"\x1f\x8b": "the file is packed by gzip; give it a name that ends in .gz, or unpack it",
    b"PAR1": "the file is Parquet; export it as CSV UTF-8 or as JSON lines",
}


def foreign_start(start: bytes, *, mapped: bool = False) -> str:
    """Return what the file is whose first bytes these are, if it is no UTF-8 text. `mapped`: a mapping may name its encoding.

    >>> foreign_start("a;b".encode("utf-16")), foreign_start(b"a;b")
    ('the file is UTF-16; save it as UTF-8 (CSV UTF-8)', '')
    >>> foreign_start("a;b".encode("utf-16-le"), mapped=True)
    'the file is UTF-16; save it as UTF-8 (CSV UTF-8), or write encoding = "utf-16-le" into [file] of its mapping'
    """
    if wide := wide_encoding(start):
        return f"the file is {wide[:6].upper()}; {_CSV}{_told(wide) if mapped else ''}"
    return foreign_file(start)


def foreign_file(start: bytes) -> str:
    """Return what the file is whose first bytes these are, if it is no text at all."""
    return next((words for known, words in _STARTS.items() if start.startswith(known)), "")


def foreign_text(text: bytes, encoding: str = "") -> str:
    """Return in which encoding these bytes are likely written, if they are not UTF-8. `encoding`: the one in which they should have been.

    >>> foreign_text("Käse".encode("cp1252"))[:58]
    "not UTF-8: 'Käse' is likely Windows-1252 or Latin-1; save "
    """
    try:
        text.decode()
    except UnicodeDecodeError as error:
        start = max(text.rfind(each, 0, error.start) for each in (b" ", b";", b",", b"\t", b"|", b'"', b"\n")) + 1
        if encoding:
            behind = f"behind {text[start : error.start].decode(errors='replace')[-12:]!r}" if error.start > start else "there"
            return f"not {encoding}: {behind} are bytes that it does not have; say in [file] in which encoding the file was saved"
        word = re.split(r"[ ;,\t|\"\r\n]", text[start : error.start + 12].decode("cp1252", errors="replace"))[0]
        return f"not UTF-8: {word!r} is likely Windows-1252 or Latin-1; save the file as UTF-8 (CSV UTF-8){_told('cp1252')}"
    return ""


def _told(encoding: str) -> str:
    return f', or write encoding = "{encoding}" into [file] of its mapping'


def other_delimiter(line: str, delimiter: str, known: frozenset[str] = frozenset()) -> str:
    """Return the delimiter that divides this line better; an empty text if none does.

    Better means: into more of the `known` columns; if none is known, into more than one cell where `delimiter` finds one.

    >>> other_delimiter("Kunde;Betrag, EUR", ",", frozenset({"Kunde", "Betrag, EUR"}))
    ';'
    >>> other_delimiter("a;b", ","), other_delimiter("a", ",")
    (';', '')
    """

    def fit(sign: str) -> tuple[int, int]:
        try:
            cells = [stripped(cell) for cell in next(csv.reader([line], delimiter=sign), [])]
        except csv.Error:
            cells = []
        return (len(known.intersection(cells)), len(cells))

    now, best = fit(delimiter), max(DELIMITERS, key=fit)
    better = fit(best)[0] > now[0] if known else now[1] == 1 and fit(best)[1] > 1
    return best if better else ""


def ask_delimiter(sign: str) -> str:
    """Return the question whether this delimiter was meant, as a mapping writes it.

    >>> ask_delimiter("\\t")
    'did you mean delimiter = "\\\\t"?'
    """
    written = "\\t" if sign == "\t" else sign
    return f'did you mean delimiter = "{written}"?'


def stripped(name: str) -> str:
    """Return a column's name without blanks and quotes around it.

    >>> stripped(' "Kunde" ')
    'Kunde'
    """
    bare = name.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare
