"""One moment of one journey: what every step of `decide` is given, and where it puts what it has to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from schemas.control import Addressed
from schemas.outputs import Output
from schemas.writing import rfc3339
from streams.ids import output_id
from streams.rules import Rules
from streams.state import Journey, OpenSignal, Partition


class Head(TypedDict):
    """What every output of a moment begins with."""

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
Reads = dict[Any, tuple[Callable[["Moment", Any], None], ...]]  # kind of touchpoint -> what is read from one


class Moment:
    """A touchpoint or a wake, seen by one journey.

    `at` (ms UTC) is never before what the journey has seen: an older touchpoint changes what we know now, not what we knew then.
    `cause` is the touchpoint's id, or "wake" for a wake (then `at` is its due time): with the customer and a slot it names every output.
    `opened` are the frictions that opened or grew worse now, `triggers` the reasons to decide about an offer. `stirred` says that
    something changed on which the risk, the phase, a persona or the next wake depends; most touchpoints stir nothing. `watched` is false
    of what bots and our own people did: it counts nowhere.
    """

    __slots__ = (
        "at", "cause", "channel", "customer", "journey", "late", "opened", "out", "partition", "place", "rules", "stirred", "triggers",
        "watched",
    )  # fmt: skip

    def __init__(
        self, journey: Journey, partition: Partition, rules: Rules, customer: str, at: int, cause: str, out: list[Emission]
    ) -> None:
        self.journey, self.partition, self.rules, self.customer = journey, partition, rules, customer
        self.at, self.cause, self.out = at, cause, out
        self.channel, self.place, self.late, self.stirred, self.watched = "", "", False, False, True
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
