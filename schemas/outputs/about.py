"""What a friction or an offer is about: typed references, and an amount with its currency."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Referred = Literal["order", "invoice", "parcel", "contact", "complaint", "cart", "payment", "message", "review", "subscription"]
REFERRED: tuple[str, ...] = get_args(Referred)  # each is also the name of the field that holds it, in any kind of touchpoint
NO_CURRENCY = "XXX"  # ISO 4217: no currency was named, neither by the event nor by the customer's purchases nor by the blueprint


class Reference(msgspec.Struct, frozen=True):
    """A thing that it is about, under its number in the company's own systems."""

    kind: Referred  # what it is
    id: str  # its number, as the event named it


class Amount(msgspec.Struct, frozen=True):
    """Money."""

    minor: int  # in the currency's minor unit: cents
    currency: str  # ISO 4217; XXX: nobody has named one
