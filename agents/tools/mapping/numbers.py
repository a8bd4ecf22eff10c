"""Numbers as a file writes them: which character stands before the decimals, and which one between the thousands.

A text is read in the declared form only. `12,50` is 12.5 where the mapping says so, and no number where it does not.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NamedTuple

DIGITS = 30  # most digits of a number before the point; larger ones mean nothing and would take long to add up
GROUPS = (".", ",", "'", "’", " ", "\u00a0", "\u202f")  # what may stand between thousands: also the Swiss sign and narrow blanks
KEYS = ("decimal", "thousands")


class UnreadAmountError(ValueError):
    """An amount is there and cannot be read. Its row goes on with the amount unknown."""


class Style(NamedTuple):
    """How numbers are written."""

    decimal: str = "."
    thousands: str = ""  # empty: nothing stands between thousands


PLAIN = Style()
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|[^\W\d_]?[$€£¥])\s*(?=[\d+-])|(?<=\d)\s*(?:[A-Z]{3}|[$€£¥])$")  # a sign or code beside the number


def number(content: object, style: Style = PLAIN) -> Decimal:
    """Return a cell as an exact number. Raises ValueError if it is none, is not finite, or has too many digits.

    >>> number("1.234,50", Style(",", ".")), number(12.5, Style(",")), number("-7"), number("4,99 €", Style(","))
    (Decimal('1234.50'), Decimal('12.5'), Decimal('-7'), Decimal('4.99'))
    >>> number("12,50")
    Traceback (most recent call last):
    ValueError: '12,50' is no number; if a comma stands before the decimals: decimal = ","
    """
    if (style is PLAIN or style == PLAIN) and isinstance(content, str) and (usual := _usual(content)) is not None:
        return usual
    text = str(content)
    if isinstance(content, str):
        text = _CURRENCY.sub("", content.strip())
        text = text if style == PLAIN else _plain(text, style)
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or isinstance(content, bool) or found.adjusted() > DIGITS:
        raise ValueError(f"{str(content)[:40]!r} is no number{_hint(str(content), style)}")
    return found


def _usual(text: str) -> Decimal | None:
    """Return the number that a text is without a currency beside it, which most cells are; None if it needs a closer look."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found.adjusted() <= DIGITS else None


def _plain(text: str, style: Style) -> str:
    """Return the text with a point before the decimals and nothing between the thousands; an empty text if it has another form."""
    return text.replace(style.thousands, "").replace(style.decimal, ".") if _form(style).fullmatch(text) else ""


@cache
def _form(style: Style) -> re.Pattern[str]:
    grouped = rf"\d{{1,3}}(?:{re.escape(style.thousands)}\d{{3}})+|" if style.thousands else ""
    return re.compile(rf"[+-]?(?:{grouped}\d+)(?:{re.escape(style.decimal)}\d+)?", re.ASCII)


def _hint(text: str, style: Style) -> str:
    if style == PLAIN and re.fullmatch(r"\s*[+-]?\d+,\d+\s*", text):
        return '; if a comma stands before the decimals: decimal = ","'
    if re.search(r"\d[.,'’\s]\d", text):
        return f"; the mapping says decimal = {style.decimal!r}, thousands = {style.thousands!r}"
    return ""


def whole_number(content: Any, style: Style) -> Any:
    """Return what a cell says as a whole number; None and whole numbers as they are. Raises ValueError if it is none.

    >>> whole_number("1.250", Style(",", ".")), whole_number(None, PLAIN), whole_number(7, PLAIN)
    (1250, None, 7)
    """
    if content is None or (isinstance(content, int) and not isinstance(content, bool)):
        return content
    found = number(content, style)
    if found != found.to_integral_value():
        raise ValueError(f"{str(content)[:40]!r} is no whole number: say times = 100, if its last two digits are the minor unit")
    return int(found)
