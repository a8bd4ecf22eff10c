"""What the journeys of one partition of the log share: rules and models in force, norms, event time, and the counts over customers."""

from __future__ import annotations

from functools import cached_property

import msgspec

from schemas.control import Norm
from schemas.models import NO_MODELS, Models
from schemas.worth import Worth
from streams.state.cells import Aggregates

RULES, WORTH = "rules", "worth"  # names of the versions of the blueprint, and of what customers are worth, among those of a partition


class Partition(msgspec.Struct, dict=True):
    """What many journeys of one partition share: constant, or from the log."""

    event_time: int = 0  # ms UTC that several customers have passed (mode "events")
    leaders: list[tuple[int, str]] = []  # the furthest customers in event time, ascending, one entry each
    outcomes: dict[str, int] = {}  # applied, duplicate, late, tick, control, rejected: their sum is what was received
    layouts: dict[int, list[tuple[str, list[str]]]] = {}  # how rings were laid out by the states stored so far
    rules: str = ""  # fingerprint of the rules in force
    norms: dict[str, dict[str, Norm]] = {}  # detector -> key -> what is usual, as last published in the log
    versions: dict[str, int] = {}  # of what was published: name -> version in force
    blueprint: str = ""  # name of the published blueprint in force; empty: none was, the defaults are
    worth: Worth | None = None  # what customers are worth, as last published in the log
    models: Models = NO_MODELS  # as published in the log

    @cached_property
    def aggregates(self) -> Aggregates:
        """What is counted over customers: rows of their own beside the journeys, hence no field."""
        return Aggregates()
