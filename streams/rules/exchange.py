"""The exchange: a company's currency, and what amounts in other currencies are worth in it.

A rate is taken as it is written: 0.92 is 92/100. An amount is converted in whole numbers and rounded once, half to even. So the result
does not depend on the machine, and the order of purchases makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from schemas.currencies import digits
from schemas.touchpoints.units import EXACT

SMALLEST, LARGEST = 1e-9, 1e9  # rates outside are a mistake in writing


class Exchange:
    """The rates of a blueprint, ready to use. Without a currency of the company nothing is converted.

    >>> euros = Exchange("EUR", {"USD": 0.92, "JPY": 0.0061})
    >>> euros.convert(1000, "USD"), euros.convert(1500, "JPY"), euros.convert(700, "GBP")
    (920, 915, None)
    """

    __slots__ = ("_ratios", "currency")

    def __init__(self, currency: str = "", rates: Mapping[str, float] | None = None) -> None:
        self.currency = currency  # ISO 4217; empty: that of each customer's first purchase
        self._ratios = {code: _ratio(rate, code, currency) for code, rate in (rates or {}).items()}  # own minor units for one of theirs

    def convert(self, amount: int, code: str) -> int | None:
        """Return an amount (minor units) of another currency in minor units of the company's currency. None: it has no rate."""
        ratio = self._ratios.get(code)
        found = None if ratio is None else round(amount * ratio)
        return found if found is not None and abs(found) <= EXACT else None


def _ratio(rate: float, code: str, currency: str) -> Fraction:
    return Fraction(repr(float(rate))) * Fraction(10) ** (digits(currency) - digits(code))


def is_code(code: str) -> bool:
    """Return whether this is written as ISO 4217 writes a currency: three capital letters.

    >>> is_code("EUR"), is_code("eur"), is_code("€"), is_code("")
    (True, False, False, False)
    """
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def faults(currency: str, rates: Mapping[str, float]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield each fault of a company's currency and rates: its key, what is wrong, and what to write.

    >>> [what for _, what, _ in faults("EUR", {"USD": 0.0})]
    ['a rate is a positive number, and 0 is none']
    """
    if currency and not is_code(currency):
        yield ("currency",), f"{currency!r} is no currency", 'write its three capital letters (ISO 4217), as currency = "EUR"'
    if rates and not currency:
        yield ("rates",), "rates need the company's currency", 'write it above the tables, as currency = "EUR"'
    for code, rate in rates.items():
        if not is_code(code):
            yield ("rates", code), f"{code!r} is no currency", "write its three capital letters (ISO 4217), as USD = 0.92"
        elif code == currency:
            yield ("rates", code), f"{code} is the company's own currency", "remove its rate: it is 1"
        if not SMALLEST <= rate <= LARGEST:
            yield (
                ("rates", code),
                f"a rate is a positive number, and {rate:g} is none",
                f"write what one {code} is worth in {currency or 'your currency'}, as 0.92",
            )
