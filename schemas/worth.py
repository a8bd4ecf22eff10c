"""What customers are worth, over all of them, as it travels in the log."""

from __future__ import annotations

import msgspec


class Worth(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where the tiers of customers begin, and what a day on which one of them buys is worth. Money in minor units.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> msgspec.json.decode(msgspec.json.encode(known), type=Worth) == known
    True
    """

    customers: int  # who have bought: what the rest is told of
    top: int  # past value from which a customer is among the best fifth
    middle: int  # from which among the better half
    a_day: float  # mean
