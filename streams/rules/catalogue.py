"""The catalogue as the funnel asks it: what does not depend on the customer is found once, when a blueprint is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from schemas.outputs.decisions import Candidate
from streams.rules.audience.language import Audience
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Offer
from streams.state import OFFERS_KEPT

EVERYBODY = "true"  # the audience rule of an offer that names none
NOTHING_TO_REPAIR = "no open friction that it repairs"


class Row(NamedTuple):
    """An offer, and the two questions that most of the catalogue ends at, each with the candidate that is published then.

    A promotion repairs nothing. A row for some phases only is asked about the phase first (`streams.offers.steps.applicable`), so
    `repairs` is empty too.
    """

    offer: Offer
    audience: Audience | None  # None: everybody
    not_eligible: Candidate  # it has no detail: the reason already says so
    repairs: frozenset[str]  # the frictions of which one must be open
    nothing_to_repair: Candidate


class Catalogue(NamedTuple):
    """The offers in their order, and how many offers in the history some cap needs before it removes anything."""

    rows: tuple[Row, ...]
    least_limit: int


def catalogue_of(blueprint: Blueprint, audiences: Mapping[str, Audience]) -> Catalogue:
    """Return the catalogue of a blueprint. The memory of a journey is a cap as well: OFFERS_KEPT."""
    rows = [_row(offer, audiences[offer.name]) for offer in blueprint.offers]
    return Catalogue(tuple(rows), min([OFFERS_KEPT, *[policy.limit for policy in blueprint.policies]]))


def _row(offer: Offer, audience: Audience) -> Row:
    return Row(
        offer,
        None if offer.audience.strip() == EVERYBODY else audience,
        Candidate(offer=offer.name, family=offer.family, step="eligible", reason="not_eligible"),
        frozenset(() if offer.phases else offer.resolves),
        Candidate(offer=offer.name, family=offer.family, step="applicable", reason="not_applicable", detail=NOTHING_TO_REPAIR),
    )
