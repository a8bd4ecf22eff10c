"""What a step of the funnel is: a question about one offer on one channel, answered by silence (it passes) or by a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from schemas.decisions import Reason
from streams.context import Context
from streams.rules.offer_rows import Offer


class Removed(NamedTuple):
    """Why a candidate goes no further; `detail` is one sentence for a person."""

    reason: Reason
    detail: str = ""


Ask = Callable[[Context, Offer, str], Removed | None]  # (moment, offer, channel): None lets it pass


class Step(NamedTuple):
    """One row of the funnel. A step that sees only the offer is asked once for all of its channels."""

    name: str
    ask: Ask
    sees: Literal["offer", "channel"]
