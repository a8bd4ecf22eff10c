"""Values: functions that return a field's content for a row. They are built once a mapping and called for every row.

A value is a constant, a text with columns in it, or a column with a conversion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from agents.tools.mapping.numbers import PLAIN, Style, UnreadAmountError, number, whole_number

LINE, FILE = "@line", "@file"  # used like columns: the row's line number, and the file's name without its ending
HOLE = re.compile(r"\{([^{}]+)\}")
_SPLIT = re.compile(r"(\{\{|\}\}|\{[^{}]+\})")


_ZERO = Decimal(0)


class Seen(NamedTuple):
    """A row in the form that values read."""

    cells: Mapping[str, Any]
    number: int
    file: str
    empty: frozenset[str]


Value = Callable[[Seen], object]
"""Returns what a row says: a text, number or boolean; None if it says nothing. Raises ValueError with a message if it makes no sense."""


def nothing(_: object) -> None:
    """Return None: stands for a specification with a problem. Its problem is on the `Desk` already."""


def column(name: str) -> Value:
    """Return the value of a column by its name; in JSON also by a path, as `items.0.price`. An absent or empty cell is None.

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
    """Return the value of a text with columns in it, as `/products/{id}`. `{{` is a brace. If a column is empty, the value is None.

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
        return None if None in parts else "".join([written(part) for part in parts])

    return filled


def _piece(piece: str) -> str | Value:
    if piece in ("{{", "}}"):
        return piece[0]
    return column(piece[1:-1]) if HOLE.fullmatch(piece) else piece


def written(content: object) -> str:
    """Return a cell as text. JSON's `true`, `false` and whole numbers look as in JSON. Raises ValueError for a list or an object.

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
    """Return the value as text. A number in JSON may be a name in the touchpoint."""
    return lambda seen: None if (content := value(seen)) is None else written(content)


def translated(value: Value, words: Mapping[str, object], otherwise: Value | None) -> Value:
    """Return a value that looks up the content of another in `words`. Content not in it becomes `otherwise`.

    Without `otherwise` the value raises ValueError.
    """

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


def amount(columns: Sequence[str], times: Decimal, whole: bool, style: Style = PLAIN, least: Decimal | None = None) -> Value:
    """Return the value of a sum of columns, multiplied by `times`. A column written `-name` is subtracted.

    If `whole`, the sum is rounded to an integer, half to even. Empty cells are skipped; if all are empty, the value is None.
    A sum below `least` counts as `least`.

    >>> paid = amount(["till", "-coupon"], Decimal(100), True)
    >>> paid(Seen({"till": "4.35", "coupon": "1.1"}, 1, "", frozenset({""}))), paid(Seen({"till": ""}, 1, "", frozenset({""})))
    (325, None)
    """
    style = PLAIN if style == PLAIN else style  # the same object is recognised faster than an equal one
    signed = [(column(name.removeprefix("-")), -times if name.startswith("-") else times) for name in columns]

    def added(seen: Seen) -> object:
        terms = [number(content, style) * sign for each, sign in signed if (content := each(seen)) is not None]
        if not terms:
            return None
        total = sum(terms, _ZERO)
        if least is not None:
            total = max(total, least)
        return int(total.to_integral_value()) if whole else float(total)

    return added


def money(value: Value, style: Style) -> Value:
    """Return the value as an amount in minor units. It raises UnreadAmountError for a cell that is there and cannot be read."""

    def found(seen: Seen) -> object:
        try:
            content = value(seen)
            return content if content is None or type(content) is int else whole_number(content, style)
        except (ValueError, ArithmeticError) as error:
            raise UnreadAmountError(str(error)) from error

    return found


def numeric(value: Value, style: Style) -> Value:
    """Return the value with a text read as a number, for a field that holds one."""
    return lambda seen: float(number(content, style)) if isinstance(content := value(seen), str) else content


def either(values: Sequence[Value]) -> Value:
    """Return the first of these values that is not None for a row."""
    return lambda seen: next((content for value in values if (content := value(seen)) is not None), None)
