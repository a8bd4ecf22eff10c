"""What an address, a token and a number look like. Each limit keeps ordinary slugs and hides what names or lets in one person.

`tests/schemas/masking/measured.py` prints how often random tokens are missed, and how often ordinary words are taken for one.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

Shape = Literal["address", "token", "number"]

# An address inside a word, for example in `mailto:mia@example.org`. `%40` was decoded before.
# `@2x.png` is no host: images for fine screens are named so.
_ADDRESS = re.compile(r"[^\s@/]@(?!\dx\.(?:png|jpe?g|webp|gif|svg|avif)\b)[^\s@/.]+\.[^\s@/]")
_LOGIN = re.compile(r"\A[^\s@/:]+:[^\s@/]*@[^\s@/]")  # name and password before a host
# The first part of a JSON web token is an object in base64url: it begins with `{"`, which is `eyJ`.
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
# 16 hex digits are 64 bits, the least that a session or a reset is given. Commits are cut to 7 to 12; no word has 16 of a to f.
_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,}(?![0-9A-Za-z])")
# Nine digits are one more than a date without separators (20260301). Shorter numbers name a product or a page.
_DIGITS = re.compile(r"\d{9,}")
# Digits in groups, for example +49-170-1234567 or 4111 1111 1111 1111.
GROUPED = re.compile(r"(?<![\w.-])(?:\+|\(\+?)?\d(?:[\s().-]*\d){6,}(?![\w-])", re.ASCII)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:([-.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)
GROUPED_DIGITS = 10  # a phone number with its area, a card; a date with an hour and a minute has 12, but its date is left out first
PLUS_DIGITS = 8  # behind a +, which only phone numbers have: the shortest with a country's code

_RUN = re.compile(r"[A-Za-z0-9_-]{16,}")
_PIECE = re.compile(r"[A-Za-z0-9]+")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
# What follows each letter in words: 300 pairs, which are 96 % of those in the 8,000 commonest words of each of twelve European languages.
_FOLLOWS = {
    "a": "abcdfghijklmnoprstuvyz", "b": "aeiloruy", "c": "acehiklortuz",
    "d": "aeinorsuyz", "e": "abcdefghijklmnprstuvwxyz", "f": "aefilortu",
    "g": "aeilnortu", "h": "aeilortu", "i": "abcdefgijklmnoprstvyz",
    "j": "aeiou", "k": "aeiklorstuy", "l": "adeiklmnostuy",
    "m": "abeimopu", "n": "acdefgiklnostuvyz", "o": "bcdefghijklmnoprstuvwz",
    "p": "aeiloprtu", "q": "u", "r": "abcdegiklmnorstuvyz",
    "s": "acehiklmopstuyz", "t": "aehilnorstuy", "u": "abcdegiklmnoprstuvz",
    "v": "aeioy", "w": "aeioy", "x": "",
    "y": "aceilmost", "z": "aeinouy",
}  # fmt: skip
MIN_TOKEN = 16  # characters: 64 bits in hex, 96 in base64url; shorter are product numbers (B08N5WRWNW) and videos (dQw4w9WgXcQ)
ODD_IN_PIECE = 10  # characters that are no words: a model number run together (`iphone15promax256gb`) has 7
PARTS = 4  # of one kind each: letters and digits, or cases, change three times
ODD_PARTS = 6  # of one piece: names in capitals without separators (`SamsungGalaxyS23Ultra256GB`) seldom have more than 4
ODD_IN_RUN = 13  # characters: base64url of 20 with a `-` or two inside


def shape_of(word: str) -> Shape | None:
    """Return what this word looks like, or None. Percent-encoding is decoded before.

    >>> shape_of("mia@example.org"), shape_of("+49-170-1234567"), shape_of("SECRETTOKEN1aGVsbG8"), shape_of("iphone-15-pro-max")
    ('address', 'number', 'token', None)
    """
    if "@" in word and (_ADDRESS.search(word) or _LOGIN.search(word)):
        return "address"
    if len(word) >= MIN_TOKEN and is_token(word):
        return "token"
    if len(word) >= PLUS_DIGITS and is_number(word):
        return "number"
    return None


def is_number(word: str) -> bool:
    """Return whether a long number is in this word: nine digits together, or ten in groups that are no date."""
    return _DIGITS.search(word) is not None or any(is_grouped(found) for found in GROUPED.findall(word))


def is_grouped(found: str) -> bool:
    """Return whether digits in groups are a number. Dates in them are left out first.

    >>> is_grouped("+49 170 12345"), is_grouped("0170 1234567"), is_grouped("2026-03-01-2026-03-08")
    (True, True, False)
    """
    digits = sum(map(str.isdigit, _DATE.sub("", found)))
    return digits >= (PLUS_DIGITS if "+" in found else GROUPED_DIGITS)


def is_token(word: str) -> bool:
    """Return whether a token is in this word."""
    if ("eyJ" in word and _JWT.search(word)) or _UUID.search(word) or _HEX.search(word):
        return True
    return any(_is_random(run) for run in _RUN.findall(word))


def _is_random(run: str) -> bool:
    """Return whether letters and digits are mixed as chance mixes them.

    A run is read in pieces between `-` and `_`, a piece in parts of one kind. Parts that are no words are odd.
    """
    whole, cased = 0, False
    for piece in _PIECE.findall(run):
        parts = _PART.findall(piece)
        if len(parts) == 1:
            continue
        odds = [len(part) for part in parts if not _is_wordlike(part)]
        if len(piece) >= MIN_TOKEN and _is_odd(len(piece), len(parts), odds):
            return True
        whole += sum(odds)
        cased = cased or (len(parts) >= PARTS and piece != piece.lower() and piece != piece.upper())
    return cased and whole >= ODD_IN_RUN and 2 * whole >= len(run)


def _is_odd(length: int, parts: int, odds: list[int]) -> bool:
    """Return whether too much of an unbroken piece is odd: by characters, or by parts. Names in capitals without separators are not."""
    by_length = parts >= PARTS and sum(odds) >= ODD_IN_PIECE and 2 * sum(odds) >= length
    return by_length or (len(odds) >= ODD_PARTS and 3 * len(odds) >= 2 * parts)


def _is_wordlike(part: str) -> bool:
    """Return whether a part is four letters or more, of which nearly every pair is common in words."""
    if len(part) < 4 or not part.isalpha():
        return False
    lower = part.lower()
    return sum(after not in _FOLLOWS[letter] for letter, after in pairwise(lower)) <= len(lower) // 5
