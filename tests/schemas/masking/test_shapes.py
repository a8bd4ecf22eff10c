"""What is taken for a secret, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from schemas.masking import RULES, Masker
from schemas.masking.shapes import shape_of
from tests.schemas.masking.measured import FOUND, MOST_ALARMS, WAYS, alarms, found_share
from tests.schemas.masking.planted import ADDRESSES, NUMBERS, ORDINARY, TOKENS

MASKER = Masker()


@given(TOKENS)
def test_every_shape_of_token_is_one(token: str) -> None:
    """Mutants caught: `_UUID` without small letters, `_RUN` from 24 characters, `ODD_IN_RUN` 20."""
    assert shape_of(token) in ("token", "number")  # hex digits may all be decimal


@given(ADDRESSES)
def test_every_address_is_one(address: str) -> None:
    """Mutant caught: `_ADDRESS` with `[a-z]` before the `@`."""
    assert shape_of(address) == "address"


@given(NUMBERS)
def test_every_long_number_is_one(number: str) -> None:
    """Mutants caught: `_DIGITS` from ten, `PLUS_DIGITS` 11, `GROUPED_DIGITS` 12."""
    assert MASKER.words(number)[0] == "*"


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_paths_and_screens_stay_as_they_are(text: str) -> None:
    """Mutants caught: `_DIGITS` from eight, `_DATE` never left out, names cut as paths, `@2x` taken for an address."""
    assert MASKER.path(text) == (text, ())
    assert MASKER.words(text) == (text, ())


def test_there_are_two_hundred_ordinary_paths() -> None:
    assert len(set(ORDINARY)) >= 200


@pytest.mark.parametrize(("octets", "share"), FOUND.items())
def test_random_octets_in_base64url_are_found(octets: int, share: float) -> None:
    """Mutant caught: `ODD_IN_RUN` 20."""
    assert found_share(octets) >= share


def test_words_put_together_are_not_taken_for_tokens() -> None:
    """Mutants caught: `_FOLLOWS` without the row of `e`; `2 * odd` not compared with the piece."""
    assert {way: alarms(way) <= most for way, most in MOST_ALARMS.items()} == dict.fromkeys(WAYS, True)


@pytest.mark.parametrize(
    ("path", "hidden", "rules"),
    [
        ("/reset/SECRETTOKEN1aGVsbG8", "/reset/*", ("token",)),
        ("/c/abcdefabcdefabcd", "/c/*", ("token",)),
        ("/c/eyJhIjoxfQ.eyJiIjoyfQ", "/c/*", ("token",)),
        (";jsessionid=a1", "/", ("matrix",)),
        ("/cart;jsessionid=SECRETTOKEN2", "/cart", ("matrix",)),
        ("/cart;jsessionid=SECRETTOKEN2/items;a=1", "/cart/items", ("matrix", "matrix")),
        ("/mail/mia%40example.org", "/mail/*", ("address",)),
        ("/mail/mia%2540example.org", "/mail/*", ("address",)),
        ("/orders/100200300", "/orders/*", ("number",)),
        ("/reset?token=a1", "/reset", ("query",)),
        ("/go/https%3A%2F%2Fshop.example%2Freset%3Ftoken%3Da1", "/go/https%3A%2F%2Fshop.example%2Freset", ("query",)),
        ("?token=a1", "/", ("query",)),
        ("https://mia:secret@shop.example/tents", "https://*/tents", ("address",)),
        ("Order 1234567890 of mia@example.org", "Order * of *", ("number", "address")),
        ("Did you get it? (live)", "Did you get it? (live)", ()),
        ("Paid; thank you", "Paid; thank you", ()),
        ("cart?token=a1", "cart", ("query",)),
        ("cart;jsessionid=a1", "cart", ("matrix",)),
        ("Call +49 170 1234567 now", "Call * now", ("number",)),
        ("/" + "a" * 129, "/*", ("token",)),
        ("/%" + "25" * 12 + "40", "/*", ("token",)),
    ],
)
def test_what_becomes_of_a_path(path: str, hidden: str, rules: tuple[str, ...]) -> None:
    """Mutants caught: the matrix parameters of the last segment alone are cut; `_HEX` from 17; no `_JWT`; `ODD_PARTS` 9."""
    assert MASKER.path(path) == (hidden, rules)
    assert set(rules) <= set(RULES)


def test_a_text_hides_words_and_reads_paths_in_it() -> None:
    """Mutant caught: words are never read as paths."""
    assert MASKER.words("GET /orders/100200300?key=a") == ("GET /orders/*", ("query", "number"))
    assert MASKER.words("button#pay.primary") == ("button#pay.primary", ())
