"""The context of one decision: what every step of `decide` receives, and where it puts what it publishes."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.writing import rfc3339
from streams.context.emissions import Emission, Head
from streams.rules import Rules
from streams.state import Journey, OpenSignal, Partition
from streams.state.ids import output_id


class Context:
    """The context of one touchpoint, or one timer, of one journey.

    - `at` is the time of the decision (ms UTC). It is never before what the journey has seen. A late touchpoint changes what we know
      now, and not what we knew then.
    - `cause` is the touchpoint's id, or "wake" for a timer. `at` is then the timer's due time. The id of every output is made from
      customer, cause and slot.
    - `out` receives what is published, in order.
    - `now` is the later of `at` and the log's time of the record (`logged_at`, ms UTC). Who is contacted, is contacted then: quiet hours,
      caps, cooldowns and the end of an offer look at it. A backlog or a history makes the two differ.
    - `touchpoint` is the touchpoint itself; None for a timer. `channel` and `place` are those of it.
    - `thing` is what the touchpoint tells of (`streams.engine.things`), as a short hash; empty: of nothing.
    - `late` says that it came later than its source's allowed lateness.
    - `is_customer` is false for bots and our own people: they raise no signals and are not counted.
    - `moved` says that the customer came to another place by this touchpoint; `arrived`, that it is new in this episode. `passed` is
      the place that they got on from (`streams.state.place_row.spot_of`); empty: none.
    - `dirty` says that something changed on which the risk, the phase, a persona or the next timer depends. Most touchpoints change
      nothing of that kind, and then none of it is computed again.
    - `opened` lists the frictions that opened or grew worse now. `triggers` lists the reasons to decide about an offer.
    """

    moved: bool = False
    arrived: bool = False
    passed: str = ""
    dirty: bool = False
    written_at: str = ""  # `at` as it is published, once it was asked for

    def __init__(
        self, journey: Journey, partition: Partition, rules: Rules, customer: str, at: int, cause: str, out: list[Emission],
        logged_at: int = 0, touchpoint: Touchpoint | None = None, channel: str = "", place: str = "", thing: bytes = b"",
        late: bool = False, is_customer: bool = True,
    ) -> None:  # fmt: skip
        """Make the context of a touchpoint or of a timer. It is a plain class: compiled code reads its fields at once."""
        self.journey, self.partition, self.rules = journey, partition, rules
        self.customer, self.at, self.cause, self.out, self.logged_at = customer, at, cause, out, logged_at
        self.touchpoint, self.channel, self.place, self.thing = touchpoint, channel, place, thing
        self.late, self.is_customer = late, is_customer
        self.opened: list[OpenSignal] = []
        self.triggers: list[str] = []

    @property
    def now(self) -> int:
        """Return the later of `at` and the log's time (ms UTC)."""
        return self.at if self.at > self.logged_at else self.logged_at

    def id(self, slot: str) -> str:
        """Return the id of the output in this slot. It is unique per customer, cause (with the due time, for a timer) and slot."""
        return output_id(self.customer, f"{self.cause}@{self.at}" if self.cause == "wake" else self.cause, slot)

    def when(self, at: int | None = None) -> str:
        """Return a time as it is published (RFC 3339): the time of the decision, unless another (ms UTC) is given."""
        if at is not None and at != self.at:
            return rfc3339(at)
        if not self.written_at:
            self.written_at = rfc3339(self.at)
        return self.written_at

    def head(self, slot: str) -> Head:
        """Return the fields that the output in this slot begins with."""
        return {"id": self.id(slot), "customer": self.customer, "at": self.when(), "caused_by": self.cause, "rules": self.rules.fingerprint}
