"""A step of the funnel: a question about one offer, or about one offer on one channel. It returns None (it passes) or a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer

AskOffer = Callable[[Context, Grounds, Offer], Removed | None]  # (context, grounds, offer) -> None: it passes
Ask = Callable[[Context, Grounds, Offer, str], Removed | None]  # (context, grounds, offer, channel) -> None: it passes


class Step(NamedTuple):
    """One row of the funnel: a question about the offer, which is asked once for all of its channels, or about a channel."""

    name: str
    offer: AskOffer | None = None
    channel: Ask | None = None
