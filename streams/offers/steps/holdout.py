"""Holdout: some customers are deliberately left alone, so that what offers achieve can be measured at all.

Who belongs to it is a hash of customer and salt: the same for ever, in every process, whatever else happens. Repairs are never withheld,
and an anonymous journey belongs to nobody yet, so it joins no experiment. Who was left alone under one id still is when it turns out to be
another customer's as well: what they are compared with must not have had offers.
"""

from __future__ import annotations

from typing import Literal

from streams.context import Context
from streams.offers.steps.step import Removed
from streams.rules.offer_rows import Offer
from streams.state.identifiers import is_anonymous
from streams.state.ids import chance

Arm = Literal["treated", "control", ""]


def arm(ctx: Context, offer: Offer) -> Arm:
    """The customer's arm in the experiment; empty where this offer or this customer takes no part."""
    blueprint = ctx.rules.blueprint
    if offer.family == "service_recovery" or not blueprint.holdout or is_anonymous(ctx.customer):
        return ""
    ids = (ctx.customer, *ctx.journey.known_as)
    return "control" if any(chance(blueprint.holdout_salt, known) < blueprint.holdout for known in ids) else "treated"


def holdout(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove the winner, and only the winner, for customers who are left alone."""
    return Removed("held_out", f"left alone in {ctx.rules.blueprint.experiment}") if arm(ctx, offer) == "control" else None
