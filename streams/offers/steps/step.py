"""A step of the funnel: a question about one offer on one channel. It returns None (the candidate passes) or a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from schemas.outputs.decisions import Reason
from streams.context import Context
from streams.rules.offer_rows import Offer


class Removed(NamedTuple):
    """Why a candidate is removed. `detail` is one sentence for people."""

    reason: Reason
    detail: str = ""


Ask = Callable[[Context, Offer, str], Removed | None]  # (context, offer, channel) -> None: it passes


class Step(NamedTuple):
    """One row of the funnel. A step that sees only the offer is asked once for all of its channels."""

    name: str
    ask: Ask
    sees: Literal["offer", "channel"]
