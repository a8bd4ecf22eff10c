"""Offers and contact policies as rows: what a blueprint may list."""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.offers import Family


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the catalogue."""

    name: str
    version: int = 1
    family: Family
    lever: Literal["financial", "social", "structural"]
    realm: str = ""
    channels: tuple[str, ...]               # in order of preference
    audience: str = "true"                  # rule over the journey, see streams.offers.audience
    phases: tuple[str, ...] = ()            # phases in which it applies; none: all
    resolves: tuple[str, ...] = ()          # frictions it answers (service recovery); "*": any
    propensity: float = 0.1                 # prior chance of acceptance, 0..1
    value: float = 0.0                      # expected margin saved, minor units
    cost: float = 0.0                       # minor units
    cooldown_days: float = 14
    valid_hours: float = 72
    habituation: float = 0.5                # share of its effect that a repeat keeps
    purposes: tuple[str, ...] = ("marketing",)  # consents it needs; none for service
    owner: str = "retention"
    wording: str = ""                       # key of the text; empty: the name


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """At most `limit` offers within `days`, counted per customer and, where named, per channel, family or offer."""

    limit: int
    days: float
    scope: Literal["all", "channel", "family", "offer"]
    only: str = ""                          # this channel, family or offer; empty: each one


CATALOGUE: tuple[Offer, ...] = ()
POLICIES: tuple[Policy, ...] = ()
