"""A step of the funnel: a question about one offer, or about one offer on one channel. It returns None (it passes) or a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from schemas.outputs.decisions import Reason
from streams.context import Context
from streams.offers.grounds import Grounds
from streams.rules.offer_rows import Offer


class Removed(NamedTuple):
    """Why a candidate is removed. `detail` is one sentence for people."""

    reason: Reason
    detail: str = ""


AskOffer = Callable[[Context, Grounds, Offer], Removed | None]  # (context, grounds, offer) -> None: it passes
Ask = Callable[[Context, Offer, str], Removed | None]  # (context, offer, channel) -> None: it passes


class Step(NamedTuple):
    """One row of the funnel: a question about the offer, which is asked once for all of its channels, or about a channel."""

    name: str
    offer: AskOffer | None = None
    channel: Ask | None = None
