"""Currencies: how many digits the minor unit of each has, and an amount as people read it.

Every amount in Sojourn is a whole number of the currency's minor unit. Source of the digits: ISO 4217, list one.
"""

from __future__ import annotations

USUAL = 2  # digits of most currencies, and of an amount whose currency is not known

# Currencies whose minor unit has not two digits. Source: ISO 4217, list one.
_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
UNUSUAL = tuple(_DIGITS)  # the codes of these currencies


def digits(code: str) -> int:
    """Return how many digits the minor unit of this currency has. An empty or unknown code has two.

    >>> digits("EUR"), digits("JPY"), digits("KWD"), digits("CLF"), digits("")
    (2, 0, 3, 4, 2)
    """
    return _DIGITS.get(code, USUAL)


def in_words(amount: float, code: str) -> str:
    """Return an amount (minor units) as people read it: in the major unit, with the currency's digits and its code.

    >>> in_words(1500, "JPY"), in_words(1250, "EUR"), in_words(-1250, ""), in_words(1_234_567, "KWD")
    ('1,500 JPY', '12.50 EUR', '-12.50', '1,234.567 KWD')
    """
    places, minor = digits(code), round(amount)
    whole, part = divmod(abs(minor), 10**places)
    fraction = f".{str(part).zfill(places)}" if places else ""
    return f"{'-' if minor < 0 else ''}{whole:,}{fraction} {code}".rstrip()
