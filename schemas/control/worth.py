"""The value of customers, over all of them, as it travels in the log."""

from __future__ import annotations

import msgspec

from schemas.touchpoints.units import Cents, Count


class Worth(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The borders of the customer tiers, and the mean value of a day on which a customer buys. Money is in minor units.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> msgspec.json.decode(msgspec.json.encode(known), type=Worth) == known
    True
    """

    customers: Count  # customers who have bought: the other figures rest on them
    top: Cents  # past value from which a customer is among the best fifth, minor units
    middle: Cents  # past value from which a customer is among the better half, minor units
    a_day: float  # mean value of a day on which a customer buys, minor units
    currency: str = ""  # ISO 4217 of these amounts: the currency of most customers; empty: no purchase has named one

    def holds(self, currency: str) -> bool:
        """Return whether amounts of this currency can be compared with these. An empty one is the company's.

        >>> euros = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0, currency="EUR")
        >>> euros.holds("EUR"), euros.holds(""), euros.holds("USD")
        (True, True, False)
        """
        return not currency or not self.currency or currency == self.currency
