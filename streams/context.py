"""The context of one decision: what every step of `decide` is given, and where it puts what it publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from schemas.control import Addressed
from schemas.outputs import Output
from schemas.writing import rfc3339
from streams.rules import Rules
from streams.state import Journey, OpenSignal, Partition
from streams.state.ids import output_id


class Head(TypedDict):
    """The fields that every output begins with."""

    id: str
    customer: str
    at: str
    caused_by: str
    rules: str


class DetectorFailed(msgspec.Struct, frozen=True):
    """A detector raised: it is silent for this event, and this says so. Counted and alerted on, never published to customers' topics."""

    detector: str
    version: int
    error: str  # class and message


class Sent(msgspec.Struct, frozen=True):
    """Another journey is told something: this goes to the touchpoint log, under its key, in the transaction of what led to it."""

    control: Addressed


Emission = Output | DetectorFailed | Sent
Reads = dict[Any, tuple[Callable[["Context", Any], None], ...]]  # kind of touchpoint -> what is read from one


class Context:
    """One touchpoint or one timer, seen by one journey.

    - `at` is the time of the decision (ms UTC). It is never before what the journey has seen: a touchpoint that arrives late changes what
      we know now, not what we knew then.
    - `cause` is the touchpoint's id, or "wake" for a timer, whose due time is then `at`. Customer, cause and slot name every output.
    - `channel` and `place` are the touchpoint's. `late` says that it came later than its source is allowed.
    - `is_customer` is false for bots and our own people: they raise no signals and are counted nowhere.
    - `opened` lists the frictions that opened or grew worse now, `triggers` the reasons to decide about an offer.
    - `dirty` says that something changed on which the risk, the phase, a persona or the next timer depends. Most touchpoints change
      nothing of that kind, and then none of it is computed again.
    - `out` takes what is published, in order.
    """

    __slots__ = (
        "at",
        "cause",
        "channel",
        "customer",
        "dirty",
        "is_customer",
        "journey",
        "late",
        "opened",
        "out",
        "partition",
        "place",
        "rules",
        "triggers",
    )  # fmt: skip

    def __init__(
        self, journey: Journey, partition: Partition, rules: Rules, customer: str, at: int, cause: str, out: list[Emission]
    ) -> None:
        self.journey, self.partition, self.rules, self.customer = journey, partition, rules, customer
        self.at, self.cause, self.out = at, cause, out
        self.channel, self.place, self.late, self.dirty, self.is_customer = "", "", False, False, True
        self.opened: list[OpenSignal] = []
        self.triggers: list[str] = []

    def id(self, slot: str) -> str:
        """The id of the output in this slot: unique per customer, cause (or due time) and slot."""
        return output_id(self.customer, f"{self.cause}@{self.at}" if self.cause == "wake" else self.cause, slot)

    def when(self, at: int | None = None) -> str:
        """A time as published: RFC 3339; now, unless another is given."""
        return rfc3339(self.at if at is None else at)

    def head(self, slot: str) -> Head:
        """The common fields of the output in this slot."""
        return {"id": self.id(slot), "customer": self.customer, "at": self.when(), "caused_by": self.cause, "rules": self.rules.fingerprint}
