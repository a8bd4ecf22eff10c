"""The context of one decision: what every step of `decide` receives, and where it puts what it publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from schemas.control import Addressed
from schemas.outputs import Output
from schemas.touchpoints.base import Touchpoint
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
    """A detector raised an exception. It says nothing about this event; metrics count the failure and alert on it. It is never
    published.
    """

    detector: str
    version: int
    error: str  # class and message of the exception


class Sent(msgspec.Struct, frozen=True):
    """A control record for another journey. It goes to the touchpoint log under that journey's key, in the transaction of its cause."""

    control: Addressed


Emission = Output | DetectorFailed | Sent
Reads = dict[Any, tuple[Callable[["Context", Any], None], ...]]  # kind of touchpoint -> the functions that read one


class Context:
    """The context of one touchpoint, or one timer, of one journey.

    - `now` is the later of `at` and the log's time of the record (ms UTC). Who is contacted, is contacted then: quiet hours, caps,
      cooldowns and the end of an offer look at it. A backlog or a history makes the two differ.
    - `at` is the time of the decision (ms UTC). It is never before what the journey has seen. A late touchpoint changes what we know
      now,
      and not what we knew then.
    - `cause` is the touchpoint's id, or "wake" for a timer. `at` is then the timer's due time. The id of every output is made from
      customer,
      cause and slot.
    - `thing` is what the touchpoint tells of (`streams.engine.things`), as a short hash; empty: of nothing.
    - `channel` and `place` are those of the touchpoint. `late` says that it came later than its source's allowed lateness.
    - `is_customer` is false for bots and our own people: they raise no signals and are not counted.
    - `moved` says that the customer came to another place by this touchpoint; `arrived`, that it is new in this episode. `passed` is
      the place that they got on from (`streams.state.place_row.spot_of`); empty: none.
    - `opened` lists the frictions that opened or grew worse now. `triggers` lists the reasons to decide about an offer.
    - `dirty` says that something changed on which the risk, the phase, a persona or the next timer depends. Most touchpoints change
      nothing
      of that kind, and then none of it is computed again.
    - `touchpoint` is the touchpoint itself; None for a timer.
    - `out` receives what is published, in order.
    """

    __slots__ = (
        "arrived",
        "at",
        "cause",
        "channel",
        "customer",
        "dirty",
        "is_customer",
        "journey",
        "late",
        "moved",
        "now",
        "opened",
        "out",
        "partition",
        "passed",
        "place",
        "rules",
        "thing",
        "touchpoint",
        "triggers",
    )  # fmt: skip

    def __init__(
        self,
        journey: Journey,
        partition: Partition,
        rules: Rules,
        customer: str,
        at: int,
        cause: str,
        out: list[Emission],
        logged_at: int = 0,
    ) -> None:
        self.journey, self.partition, self.rules, self.customer = journey, partition, rules, customer
        self.at, self.cause, self.out, self.now = at, cause, out, at if at > logged_at else logged_at
        self.moved, self.arrived, self.passed = False, False, ""
        self.channel, self.place, self.late, self.dirty, self.is_customer, self.thing = "", "", False, False, True, b""
        self.touchpoint: Touchpoint | None = None
        self.opened: list[OpenSignal] = []
        self.triggers: list[str] = []

    def id(self, slot: str) -> str:
        """Return the id of the output in this slot. It is unique per customer, cause (with the due time, for a timer) and slot."""
        return output_id(self.customer, f"{self.cause}@{self.at}" if self.cause == "wake" else self.cause, slot)

    def when(self, at: int | None = None) -> str:
        """Return a time as it is published (RFC 3339): the time of the decision, unless another (ms UTC) is given."""
        return rfc3339(self.at if at is None else at)

    def head(self, slot: str) -> Head:
        """Return the fields that the output in this slot begins with."""
        return {"id": self.id(slot), "customer": self.customer, "at": self.when(), "caused_by": self.cause, "rules": self.rules.fingerprint}
