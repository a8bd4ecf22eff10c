"""The units of the fields. Each name says what is counted, and how large it may be.

The bounds are part of the type, so decoding also keeps every value storable. Integers stay within what every JSON reader holds exactly
(2**53). Strings stay within what a journey's memory can hold.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

EXACT = 2**53  # the largest integer that all JSON readers hold exactly
EARLIEST = 631_152_000_000  # 1990-01-01T00:00:00Z; before it a time is a fault: seconds taken for milliseconds land in 1970
LATEST = 7_258_118_400_000  # 2200-01-01T00:00:00Z; behind it a time is a fault: microseconds taken for milliseconds


class Masked(NamedTuple):
    """How `schemas.masking` reads a text, to hide what is secret in it. Without it a text is never touched: it names a thing."""

    manner: Literal["path", "words"]


Ref = Annotated[str, Meta(max_length=256)]  # a number, name or code given by another system; case-sensitive
Words = Annotated[str, Meta(max_length=256), Masked("words")]  # a name or words from a page or from people
Page = Annotated[str, Meta(max_length=1024), Masked("path")]  # the path of a page without its query, or a screen's name
Currency = Annotated[str, Meta(max_length=3)]  # ISO 4217, as EUR
Cents = Annotated[int, Meta(ge=-EXACT, le=EXACT)]  # money in the currency's minor unit, or what was lost
Price = Annotated[int, Meta(ge=0, le=EXACT)]  # money in the currency's minor unit, which cannot be less than nothing
MONEY = ("value", "discount", "coupon_discount", "amount", "price", "margin", "redress")  # the fields that hold money, in any kind
Count = Annotated[int, Meta(ge=0, le=EXACT)]  # how many
Milliseconds = Annotated[int, Meta(ge=0, le=EXACT)]  # a length of time
Moment = Annotated[int, Meta(ge=EARLIEST, le=LATEST)]  # a point in time: milliseconds since 1970-01-01 UTC
MOMENTS = ("by", "due", "ends", "refund_due", "until")  # the fields that hold a point in time, in any kind; `by` may be a word
Coordinate = Annotated[float, Meta(ge=-1e9, le=1e9)]  # CSS pixels
Score = Annotated[float, Meta(ge=-1e9, le=1e9)]  # a mark on a scale that is stated beside it
