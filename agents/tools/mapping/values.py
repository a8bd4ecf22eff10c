"""What a field holds: a constant, a text with columns in it, or a column with a conversion. Built once, asked for every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

LINE, FILE = "@line", "@file"  # in a text: the row's line number, and the file's name without its ending
HOLE = re.compile(r"\{([^{}]+)\}")
_SPLIT = re.compile(r"(\{\{|\}\}|\{[^{}]+\})")


DIGITS = 30  # of a number: more means nothing, and would take long to add up


class Seen(NamedTuple):
    """A row as values see it."""

    cells: Mapping[str, Any]
    number: int
    file: str
    empty: frozenset[str]


Value = Callable[[Seen], object]
"""What a row says: a text, number or boolean, or None where it says nothing. ValueError, with words, where it makes no sense."""


def nothing(_: object) -> None:
    """The value of what could not be read: its problem is told elsewhere."""


def column(name: str) -> Value:
    """A column by its name; of a JSON document also a path, as `items.0.price`. What is absent or means nothing is None.

    >>> row = Seen({"a.b": 1, "c": {"d": [7]}, "e": "-"}, 3, "shop", frozenset({"", "-"}))
    >>> [column(name)(row) for name in ("a.b", "c.d.0", "c.x", "e", "@line")]
    [1, 7, None, None, 3]
    """
    if name in (LINE, FILE):
        return lambda seen: seen.number if name == LINE else seen.file
    parts = name.split(".")

    def found(seen: Seen) -> object:
        content = seen.cells.get(name)
        if content is None and len(parts) > 1:
            content = _deeper(seen.cells, parts)
        return None if isinstance(content, str) and content in seen.empty else content

    return found


def _deeper(content: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list) and part.isdecimal() and int(part) < len(content):
            content = content[int(part)]
        else:
            return None
    return content


def text(template: str) -> Value:
    """A text with columns in it, as `/products/{id}`; `{{` is a brace. Where a column says nothing, neither does the text.

    >>> row = Seen({"id": 7, "sub": ""}, 3, "shop", frozenset({""}))
    >>> [text(each)(row) for each in ("/p/{id}", "{sub}", "{{id}}", "plain", "{@file}:{@line}")]
    ['/p/7', None, '{id}', 'plain', 'shop:3']
    """
    pieces: list[str | Value] = [_piece(piece) for piece in _SPLIT.split(template) if piece]
    if all(isinstance(piece, str) for piece in pieces):
        whole = "".join(str(piece) for piece in pieces)
        return lambda _: whole

    def filled(seen: Seen) -> object:
        parts = [piece if isinstance(piece, str) else piece(seen) for piece in pieces]
        return None if any(part is None for part in parts) else "".join(written(part) for part in parts)

    return filled


def _piece(piece: str) -> str | Value:
    if piece in ("{{", "}}"):
        return piece[0]
    return column(piece[1:-1]) if HOLE.fullmatch(piece) else piece


def written(content: object) -> str:
    """A cell as text; of JSON, `true` and whole numbers as they are written there.

    >>> written(True), written(7.0), written(0.5), written("x")
    ('true', '7', '0.5', 'x')
    """
    if isinstance(content, str):
        return content
    if isinstance(content, dict | list):
        raise ValueError("a part of the document stands where a text should")
    if isinstance(content, bool):
        return "true" if content else "false"
    return str(int(content)) if isinstance(content, float) and content.is_integer() else str(content)


def as_text(value: Value) -> Value:
    """A value as text: what JSON counts as a number may be a name here."""
    return lambda seen: None if (content := value(seen)) is None else written(content)


def translated(value: Value, words: Mapping[str, object], otherwise: Value | None) -> Value:
    """A value looked up in a table; one that is not in it is an error unless the mapping says what it means otherwise."""

    def found(seen: Seen) -> object:
        content = value(seen)
        if content is None:
            return None
        word = written(content)
        if word in words:
            return words[word]
        if otherwise is None:
            raise ValueError(f"{word[:40]!r} is none of the `values`")
        return otherwise(seen)

    return found


def amount(columns: Sequence[str], times: Decimal, whole: bool) -> Value:
    """A sum of columns (`-name` is taken off), times a factor; half to even where only whole numbers fit. Empty cells count nothing.

    >>> paid = amount(["till", "-coupon"], Decimal(100), True)
    >>> paid(Seen({"till": "4.35", "coupon": "1.1"}, 1, "", frozenset({""}))), paid(Seen({"till": ""}, 1, "", frozenset({""})))
    (325, None)
    """
    signed = [(column(name.removeprefix("-")), -times if name.startswith("-") else times) for name in columns]

    def added(seen: Seen) -> object:
        terms = [number(content) * sign for each, sign in signed if (content := each(seen)) is not None]
        if not terms:
            return None
        total = sum(terms, Decimal(0))
        return int(total.to_integral_value()) if whole else float(total)

    return added


def number(content: object) -> Decimal:
    """A cell as an exact number."""
    try:
        found = Decimal(str(content))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or isinstance(content, bool) or found.adjusted() > DIGITS:
        raise ValueError(f"{str(content)[:40]!r} is no number")
    return found


def either(values: Sequence[Value]) -> Value:
    """The first of these that says anything."""
    return lambda seen: next((content for value in values if (content := value(seen)) is not None), None)
