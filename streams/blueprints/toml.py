"""Reads a TOML text that anybody may have written: what is wrong with it is one error with its line, however it is wrong."""

from __future__ import annotations

import re
import tomllib
from typing import Any

DEPTH = 32  # tables and arrays inside each other; ours have at most 4
PARTS = 100  # parts of a dotted key: the standard reader takes time by the second power of them

_PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")
_PART = re.compile(r"[^\s,=\[\]{}#]*")


class TomlError(ValueError):
    """A text is no TOML that we read. `line`: where, from 1; 0 if it is not known."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


def table_of(text: str) -> dict[str, Any]:
    """Return the table in this TOML text. Raises TomlError.

    >>> table_of("a = 1")
    {'a': 1}
    >>> table_of("a = " + "[" * 5_000)
    Traceback (most recent call last):
    streams.blueprints.toml.TomlError: tables and arrays lie inside each other more than 32 deep
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > PARTS and _longest_key(line) > PARTS:
            raise TomlError(f"a key has more than {PARTS} parts", number)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        raise TomlError(_PLACE.sub("", str(error)), int(place[1]) if place and place[1] else len(text.splitlines())) from None
    except RecursionError:
        raise TomlError(f"tables and arrays lie inside each other more than {DEPTH} deep") from None
    except ValueError as error:  # a number with thousands of digits, a date that there is not
        raise TomlError(f"a value cannot be read: {error}") from None
    if _is_deep(found):
        raise TomlError(f"tables and arrays lie inside each other more than {DEPTH} deep")
    return found


def _longest_key(line: str) -> int:
    """Return how many parts follow each other that can be parts of one dotted key."""
    longest = parts = 0
    for part in line.split("."):
        parts = parts + 1 if _PART.fullmatch(part.strip()) else 0
        longest = max(longest, parts)
    return longest


def _is_deep(found: dict[str, Any]) -> bool:
    """Return whether something lies too deep. Level by level: a recursion could be too deep itself."""
    level: list[Any] = [found]
    for _ in range(DEPTH):
        level = [each for part in level for each in (part.values() if isinstance(part, dict) else part) if isinstance(each, dict | list)]
        if not level:
            return False
    return True
