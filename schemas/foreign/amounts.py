"""Amounts as people and systems write them: `12,50`, `$12.50`, `1.299,00`, `EUR 12.50`, `1'299.00`.

A text that can mean two amounts (`1,299` is one euro and a bit, or more than a thousand) is not read. Nor is any other text that is no
amount. The reader then says so, and the amount is unknown. An amount that was not read is never replaced by another property's.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import NamedTuple

from schemas.currencies import digits
from schemas.reading import Reason
from schemas.touchpoints.units import EXACT

MAX_QUOTED = 24  # characters of an amount's text that a message repeats

# Sign -> the currencies that write it so. A sign of several currencies does not say which of them is meant.
_SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "£": ("GBP",), "₹": ("INR",), "₩": ("KRW",), "₺": ("TRY",), "₽": ("RUB",), "₫": ("VND",),
    "₪": ("ILS",), "฿": ("THB",), "₴": ("UAH",), "₦": ("NGN",), "zł": ("PLN",), "Kč": ("CZK",), "Ft": ("HUF",), "¥": ("JPY", "CNY"),
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "COP", "CLP"), "kr": ("SEK", "NOK", "DKK", "ISK"),
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in _SIGNS)
_BLANK = "[ \u00a0\u202f\u2009]"
_WRITTEN = re.compile(
    rf"(?P<minus>[-+\u2212]?){_BLANK}?(?:(?P<before>[A-Z]{{3}}|{_SIGN}){_BLANK}?)?(?P<inner>[-+\u2212]?)"
    rf"(?P<body>[0-9](?:[0-9.,'\u2019 \u00a0\u202f\u2009]*[0-9])?)(?:{_BLANK}?(?P<behind>[A-Z]{{3}}|{_SIGN}))?"
)
_GROUPED = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:(?P<mark>[.,'\u2019 \u00a0\u202f\u2009])[0-9]{3})(?:(?P=mark)[0-9]{3})*)(?:(?P<point>[.,])(?P<part>[0-9]+))?"
)
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?")
_POWER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,2}")  # as some systems write a round number
_PLAIN_TEXT = re.compile(r"[-+]?[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?")
_SPOKEN = re.compile(rf"(?:[0-9.,'\u2019 \u00a0\u202f\u2009()+\u2212-]|[A-Z]{{3}}\b|{_SIGN})+")


class Unread(NamedTuple):
    """A value that is there and cannot be read. It takes the place of the value until the touchpoint is made."""

    reason: Reason
    name: str  # the property, under its normal name
    why: str  # what is wrong with the value, in words that go on after the name; never its content


class Written(NamedTuple):
    """An amount's text, taken apart."""

    amount: Decimal
    codes: tuple[str, ...]  # currencies that it may be in; empty: the text names none


def read_amount(name: str, value: object, code: str) -> int | Unread:
    """Return an amount in the minor unit of the currency `code` (empty: unknown), or why it cannot be read. SDKs send the major unit.

    >>> read_amount("total", 19.99, "EUR"), read_amount("total", "1.299,00", "EUR"), read_amount("total", "1500", "JPY")
    (1999, 129900, 1500)
    >>> read_amount("total", "1,299", "EUR").why
    "'1,299' can mean two amounts; send 1299.00 or 1.30 as a number"
    """
    if (usual := _usual(value, digits(code))) is not None:
        return usual
    found = _decimal(value, code)
    if isinstance(found, str):
        return Unread("unread_amount", name, found)
    amount = found.scaleb(digits(code))
    return round(amount) if abs(amount) <= EXACT else Unread("unread_amount", name, "a number too large for an amount")


def _usual(value: object, places: int) -> int | None:
    """Return the amount of a number that has no more digits than the currency; None: it needs a closer look. Most amounts are such.

    >>> _usual(19.99, 2), _usual(19, 2), _usual(19.999, 2)
    (1999, 1900, None)
    """
    if type(value) is float:
        whole, _, part = repr(value).partition(".")
        if not part.isdigit() or len(part) > places:
            return None
        amount = int(whole + part.ljust(places, "0"))
    elif type(value) is int:
        amount = value * 10**places
    else:
        return None
    return amount if -EXACT <= amount <= EXACT else None


def _decimal(value: object, code: str) -> Decimal | str:
    """Return the amount in the major unit, or what is wrong with it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = Decimal(str(value))
        return found if found.is_finite() and abs(found) <= EXACT else "a number too large for an amount"
    if not isinstance(value, str):
        return f"{_type_in_words(value)} is no amount"
    if len(value) <= MAX_QUOTED and _PLAIN_TEXT.fullmatch(value):
        return Decimal(value)
    return _written_in(value.strip(), code)


def _written_in(text: str, code: str) -> Decimal | str:
    found = written(text, digits(code)) if len(text) <= 2 * MAX_QUOTED else None
    if found is None:
        return f"{quoted(text)} is no amount"
    if isinstance(found, str):
        return found
    if code and found.codes and code not in found.codes:
        return f"{quoted(text)} is in another currency than {code}"
    if not code and "JPY" in found.codes:
        return f"{quoted(text)} can mean two currencies; send the property currency"
    return found.amount if abs(found.amount) <= EXACT else "a number too large for an amount"


@functools.lru_cache(maxsize=4096)
def written(text: str, places: int) -> Written | str | None:
    """Return the amount that a text writes, or why it can mean two; None if it is no amount. `places`: digits of the minor unit.

    >>> written("EUR 12.50", 2), written("12,50 €", 2).codes, written("12,50 or so", 2)
    (Written(amount=Decimal('12.50'), codes=('EUR',)), ('EUR',), None)
    """
    if _POWER.fullmatch(text):
        return Written(Decimal(text), ())
    found = _WRITTEN.fullmatch(text)
    if found is None or (found["before"] and found["behind"]) or (found["minus"] and found["inner"]):
        return None
    body = _body(found["body"], places)
    if not isinstance(body, Decimal):
        return f"{quoted(text)} can mean two amounts; {body}" if body else None
    codes = _codes(found["before"] or found["behind"])
    return Written(-body if (found["minus"] or found["inner"]) in ("-", "\u2212") else body, codes)


def _body(body: str, places: int) -> Decimal | str | None:
    """Return the number in digits and marks; if it can be two numbers, how to send each; None if it is no number."""
    grouped, plain = _GROUPED.fullmatch(body), _PLAIN.fullmatch(body)
    if grouped is None:
        return None if plain is None else Decimal(f"{plain['whole']}.{plain['part'] or 0}")
    mark, point = grouped["mark"], grouped["point"]
    if mark == point:
        return None
    whole = Decimal(re.sub(r"[^0-9]", "", grouped["whole"]))
    if point:
        return whole + Decimal(f"0.{grouped['part']}")
    if plain is None or places == 0:  # several groups, or a currency without a minor unit: it cannot be a fraction
        return whole
    fraction = Decimal(f"{plain['whole']}.{plain['part']}")
    if plain["whole"] == "0" or (places == 3 and mark == "."):  # three digits are usual there, and systems write a point
        return fraction
    return f"send {whole}.00 or {fraction:.2f} as a number"


def code_in(value: object) -> str:
    """Return the one currency that an amount's text names, ISO 4217; empty if it names none.

    >>> code_in("EUR 12.50"), code_in("12,50 €"), code_in("$12.50"), code_in(12.5)
    ('EUR', 'EUR', '', '')
    """
    if not isinstance(value, str) or len(value) > MAX_QUOTED:
        return ""
    found = _WRITTEN.fullmatch(value.strip())
    codes = _codes(found["before"] or found["behind"]) if found else ()
    return codes[0] if len(codes) == 1 else ""


def _codes(mark: str | None) -> tuple[str, ...]:
    """Return the currencies that a sign or a code may mean."""
    return _SIGNS.get(mark, (mark,)) if mark else ()


def quoted(text: str) -> str:
    """Return the text if it is digits, marks and a currency. Of any other text only the form is told: it may be personal.

    >>> quoted("1,299"), quoted("12,50 or Ann")
    ("'1,299'", "a text of the form '99,99 aa aaa'")
    """
    if len(text) <= MAX_QUOTED and _SPOKEN.fullmatch(text):
        return repr(text)
    form = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text[:MAX_QUOTED]))
    return f"a text of the form {re.sub(r'[^a9.,$ -]', '?', form)!r}"


def _type_in_words(value: object) -> str:
    return {bool: "true or false", list: "a list", dict: "an object"}.get(type(value), "this")
