"""Laws of the exchange: exact, in any order, and refused where a rate is a mistake."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.currencies import digits
from schemas.touchpoints.units import EXACT
from streams.blueprints.faults import BlueprintError
from streams.blueprints.reading import blueprint_from
from streams.rules.exchange import LARGEST, Exchange

rates = st.floats(1e-6, 1e6, allow_nan=False, allow_infinity=False)
codes = st.sampled_from(["USD", "JPY", "KWD", "CLF"])


@given(st.integers(0, 10**12), rates, codes, st.sampled_from(["EUR", "ISK", "TND"]))
def test_a_conversion_is_exact_and_rounds_half_to_even(amount: int, rate: float, code: str, own: str) -> None:
    """As decimals of any length say it. Mutants caught: a float in between; half up; the digits of one of the two left out."""
    with localcontext() as exactly:
        exactly.prec = 80
        worth = Decimal(amount).scaleb(-digits(code)) * Decimal(repr(rate))
        expected = int(worth.scaleb(digits(own)).to_integral_value(ROUND_HALF_EVEN))
    assert Exchange(own, {code: rate}).convert(amount, code) == (expected if expected <= EXACT else None)


def test_halves_go_to_the_even_one() -> None:
    """Mutant caught: int(x + 0.5)."""
    half = Exchange("EUR", {"USD": 0.5})
    assert [half.convert(amount, "USD") for amount in (1, 3, 5)] == [0, 2, 2]


def test_an_amount_too_large_for_any_reader_is_not_converted() -> None:
    """Mutant caught: a state that no reader can hold."""
    assert Exchange("EUR", {"USD": LARGEST}).convert(EXACT, "USD") is None


CODE, RATE = "write its three capital letters (ISO 4217), as", "write what one USD is worth in EUR, as 0.92"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('currency = "euro"', f"acme.toml:1: 'euro' is no currency; {CODE} currency = \"EUR\""),
        ("[rates]\nUSD = 0.92", 'acme.toml:1: rates need the company\'s currency; write it above the tables, as currency = "EUR"'),
        ('currency = "EUR"\n[rates]\nUSD = 0', f"acme.toml:3: a rate is a positive number, and 0 is none; {RATE}"),
        ('currency = "EUR"\n[rates]\nUSD = -1.5', f"acme.toml:3: a rate is a positive number, and -1.5 is none; {RATE}"),
        ('currency = "EUR"\n[rates]\nusd = 0.92', f"acme.toml:3: 'usd' is no currency; {CODE} USD = 0.92"),
        ('currency = "EUR"\n[rates]\nEUR = 1', "acme.toml:3: EUR is the company's own currency; remove its rate: it is 1"),
    ],
)
def test_a_mistaken_rate_is_refused_by_its_line(text: str, said: str) -> None:
    """Mutant caught: a check left out."""
    with pytest.raises(BlueprintError) as refused:
        blueprint_from(text, "acme.toml")
    assert str(refused.value) == said


def test_rates_are_read_as_they_are_written() -> None:
    """A whole rate is a rate. Mutant caught: an integer that makes another fingerprint."""
    whole, point = (blueprint_from(f'currency = "EUR"\n[rates]\nGBP = {rate}') for rate in ("1", "1.0"))
    assert (whole.rates, whole.fingerprint()) == ({"GBP": 1.0}, point.fingerprint())
