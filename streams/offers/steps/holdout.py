"""Holdout: some customers get no promotions on purpose (the control arm), so that the effect of offers can be measured.

A hash of customer and salt decides who belongs to it: always the same, in every process. Repairs are never withheld. An anonymous
journey joins no experiment, because it does not belong to a customer yet. A customer may be in the control arm under one id, and turn
out to have another id. They stay in it: customers who had offers would make the comparison wrong.
"""

from __future__ import annotations

from typing import Literal

from streams.context import Context
from streams.offers.passage import Removed
from streams.rules.offer_rows import Offer
from streams.state.identifiers import is_anonymous
from streams.state.ids import chance

Arm = Literal["treated", "control", ""]


def arm(ctx: Context, offer: Offer) -> Arm:
    """Return the customer's arm in the experiment; an empty text if this offer or this customer takes no part."""
    blueprint = ctx.rules.blueprint
    if offer.family == "service_recovery" or not blueprint.holdout or is_anonymous(ctx.customer):
        return ""
    ids = (ctx.customer, *ctx.journey.known_as)
    return "control" if any(chance(blueprint.holdout_salt, known) < blueprint.holdout for known in ids) else "treated"


def holdout(ctx: Context, side: Arm) -> Removed | None:
    """Remove the winner, and only the winner, for customers in the control arm."""
    return Removed("held_out", f"left alone in {ctx.rules.blueprint.experiment}") if side == "control" else None
