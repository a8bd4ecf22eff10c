"""Encodings other than UTF-8: their names, how a file shows which one it has, and its lines in UTF-8.

A mapping names the encoding of its file (`[file] encoding`). All other code of this package then sees UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from encodings.aliases import aliases
from itertools import chain

from streams.rules.suggest import suggestion

LOOK = 256  # bytes of a file's start that are looked at
_UTF_8 = ("utf-8", "utf-8-sig")
_NO_TEXT = ("idna", "punycode", "unicode-escape", "raw-unicode-escape")  # Python has codecs for names and for its own texts, too
_SIGN = b"\xef\xbb\xbf"  # byte order mark of UTF-8
_MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WESTERN = ("cp125", "iso8859")  # encodings in whose texts no word is UTF-8 by chance: letters are never followed by signs
_LOST = "\udcff"  # stands where bytes have no meaning; in UTF-8 it becomes a byte that is none
_NAMES = ("latin-1", *(name.replace("_", "-") for name in (*aliases, *aliases.values()) if name != "ascii"))


class MisfitError(ValueError):
    """The file is not in the encoding that its mapping names. The message says so, and what to write."""


def encoding_called(name: str) -> str | None:
    """Return Python's name of the encoding that is called so; an empty text for UTF-8, None if there is none.

    >>> encoding_called("Windows-1252"), encoding_called("utf8"), encoding_called("cp1522"), encoding_called("base64")
    ('cp1252', '', None, None)
    """
    try:
        found = codecs.lookup(name).name
        if found in _NO_TEXT or "a,;\n".encode(found).decode(found) != "a,;\n":
            return None
    except (LookupError, ValueError, TypeError):
        return None
    return "" if found in _UTF_8 else found


def nearest_encoding(name: str) -> str:
    """Return which encoding may have been meant.

    >>> nearest_encoding("cp1522"), nearest_encoding("ANSI")
    ("did you mean 'cp1252'?", 'as "cp1252", "latin-1" or "utf-16"')
    """
    return suggestion(name.lower(), (each for each in _NAMES if encoding_called(each))) or 'as "cp1252", "latin-1" or "utf-16"'


def wide_encoding(start: bytes) -> str:
    """Return the encoding of a file whose first bytes these are, if each of its characters takes two bytes or more; else an empty text.

    >>> wide_encoding("a;b".encode("utf-16")), wide_encoding("a;b".encode("utf-16-be")), wide_encoding(b"a;b")
    ('utf-16', 'utf-16-be', '')
    """
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    even, odd = start[::2], start[1::2]  # ASCII in UTF-16 without a byte order mark: every other byte is 0
    if len(start) < 4 or any(even) == any(odd):
        return ""
    return ("utf-16-le" if all(even) else "") if any(even) else ("utf-16-be" if all(odd) else "")


def in_utf8(lines: Iterable[bytes], encoding: str, most: int) -> Iterator[bytes]:
    """Yield the lines of a file in this encoding, in UTF-8. Bytes that have no meaning in it become bytes that are no UTF-8.

    Of a line with more than `most` characters the first `most` + 1 are yielded. Raises MisfitError if the file shows that it is in
    another encoding.

    >>> list(in_utf8(["Käse\\nBrot".encode("cp1252")], "cp1252", 100)) == ["Käse\\n".encode(), b"Brot"]
    True
    >>> list(in_utf8(["Käse".encode()], "cp1252", 100))
    Traceback (most recent call last):
    agents.tools.mapping.encodings.MisfitError: line 1 is UTF-8, and the mapping says encoding = "cp1252"; take that key away
    """
    found, asked = iter(lines), encoding.startswith(_WESTERN)
    first = next(found, b"")
    _check_start(first[:LOOK], encoding)
    for number, text in enumerate(_texts(chain([first], found), encoding, most), 1):
        if asked and not text.isascii():
            asked = False
            if _is_utf8(text, encoding):
                raise MisfitError(f'line {number} is UTF-8, and the mapping says encoding = "{encoding}"; take that key away')
        yield text.encode(errors="surrogateescape")


def _check_start(start: bytes, encoding: str) -> None:
    wide, told = wide_encoding(start), encoding.startswith(("utf-16", "utf-32"))
    if start.startswith(_SIGN) or (told and start and 0 not in start):
        which = "UTF-8" if start.startswith(_SIGN) else "of one byte a character"
        raise MisfitError(f'the file is {which}, and the mapping says encoding = "{encoding}"; take that key away, or correct it')
    if wide and not encoding.startswith(wide[:6]):
        raise MisfitError(f'the file is {wide[:6].upper()}, and the mapping says encoding = "{encoding}"; write encoding = "{wide}"')


def _texts(parts: Iterable[bytes], encoding: str, most: int) -> Iterator[str]:
    """Yield the lines in these parts of a file, with their ends. A part may end within a character."""
    decoder, held = codecs.getincrementaldecoder(encoding)(_KEPT), ""
    for part in parts:
        *whole, held = (held[: most + 1] + decoder.decode(part)).split("\n")
        yield from (f"{each}\n" if len(each) < most else each[: most + 1] for each in whole)
    held += decoder.decode(b"", final=True)
    if held:
        yield held[: most + 1]


def _is_utf8(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding).decode()
    except UnicodeError:
        return False
    return True


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for bytes that cannot be decoded: such a byte itself if it is no ASCII, as `surrogateescape` does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bytes_ = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + each) if each > 0x7F else _LOST for each in bytes_), error.end


_KEPT = "sojourn.keep"
codecs.register_error(_KEPT, _keep)
