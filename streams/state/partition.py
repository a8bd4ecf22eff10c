"""The state of one partition of the log: what its journeys share.

It holds the rules and models in force, the norms, the event time, and the counts over all customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from schemas.control import Norm
from schemas.control.models import NO_MODELS, Models
from schemas.control.worth import Worth
from streams.state.aggregates import Aggregates

RULES, WORTH = "rules", "worth"  # names in `Partition.versions`: of the blueprint, and of the customers' value


class Partition(msgspec.Struct, dict=True):
    """The state that the journeys of one partition share. Everything in it is constant or comes from the log."""

    event_time: int = 0  # ms UTC: the watermark, a time that several customers have passed (streams.engine.watermark)
    leaders: list[tuple[int, str]] = []  # the latest event times with their customers, ascending, one entry per customer
    outcomes: dict[str, int] = {}  # applied, duplicate, late, tick, control, rejected -> records; their sum is all that was received
    layouts: dict[int, list[tuple[str, list[str]]]] = {}  # layout id -> description, of every layout that a stored journey may have
    rules: str = ""  # fingerprint of the rules in force
    norms: dict[str, Mapping[str, Norm]] = {}  # detector -> key -> what is usual, as last published in the log
    versions: dict[str, int] = {}  # name of what was published -> version in force
    blueprint: str = ""  # name of the published blueprint in force; empty: the default rules are in force
    worth: Worth | None = None  # the customers' value over all partitions, as last published in the log
    models: Models = NO_MODELS  # the models in force, as published in the log
    forgotten: int = 0  # anonymous journeys that were forgotten (streams.engine.forgetting)

    @cached_property
    def aggregates(self) -> Aggregates:
        """The counts over customers. They are rows of their own beside the journeys, so they are no field of the record."""
        return Aggregates()
