"""Writes one customer's events of a day as their senders would: late, in batches, twice. What was planted goes to the truth."""

from __future__ import annotations

import random
from typing import Any

import orjson

from agents.world.company import DAY, HOUR, MINUTE, SECOND
from agents.world.people import Person
from agents.world.state import Matter, State

SEVERITY = {  # what a friction costs in satisfaction, by detector; all others: 1
    "payment_failed": 3, "checkout_abandoned": 2, "cart_abandoned": 0.5, "went_in_circles": 3, "delivery_late": 4, "delivery_failed": 2.5,
    "coupon_denied": 2.5, "queue_abandoned": 3, "contact_unsolved": 3, "repeat_contact": 2.5, "complaint_opened": 2, "complaint_overdue": 4,
    "app_crash": 3, "stopped_here": 3, "dead_end": 2, "sign_in_loop": 2, "validation_loop": 1.5, "failed_request": 2,
    "unanswered_message": 2.5, "scan_gap": 1.5, "zero_result_search": 1.5, "payment_retries": 2,
    "low_satisfaction": 0, "detractor": 0, "high_effort": 0, "negative_review": 0, "returned_or_refunded": 1, "form_abandoned": 0.3,
}  # fmt: skip
STEP = 0.012  # satisfaction that one unit of severity costs a customer of middling patience


class Pen:
    """Writes what one customer does on one day. `now` is the moment that a script has come to, ms UTC.

    `customer` is the id that the sender knows: the customer's own, or that of a cookie. Each id of an event is used once.
    """

    __slots__ = ("arrives", "batch", "chance", "channel", "customer", "day", "lag", "made", "now", "person", "source", "start", "state")

    def __init__(self, state: State, person: Person, chance: random.Random) -> None:
        self.state, self.person, self.chance = state, person, chance
        self.day, self.start = state.day, state.start_of(state.day)
        self.now, self.made = self.start, 0
        self.customer, self.channel, self.source, self.lag, self.batch = person.id, "web", "web", 400, 5 * SECOND
        self.arrives = 0  # a moment of arrival for all events from now on; 0: by lag and batch

    def take(self, channel: str, source: str, lag: int, batch: int = 1, *, arrives: int = 0) -> None:
        """Go on with the events of another sender. `lag` and `batch` are in ms."""
        self.channel, self.source, self.lag, self.batch, self.arrives = channel, source, lag, batch, arrives

    def wait(self, least: float, most: float) -> None:
        """Let seconds pass."""
        self.now += int(1000 * (least + (most - least) * self.chance.random()))

    def dwell(self, usual: float) -> None:
        """Let the time pass that a person looks at something: `usual` seconds, now and then several times as many; 6 at least."""
        self.now += 6_000 + int(1000 * usual * self.chance.expovariate(1.0))

    def say(self, kind: str, at: int = 0, /, **fields: Any) -> None:
        """Write an event of this moment, or of `at`."""
        at = at or self.now
        self.made += 1
        line = orjson.dumps(
            {"kind": kind, "id": f"{self.day:x}-{self.person.index:x}-{self.made:x}", "customer": self.customer, "at": at,
             "channel": self.channel, "source": self.source, **fields}
        )  # fmt: skip
        arrives = max(at, self.arrives) if self.arrives else -(-(at + self.lag) // self.batch) * self.batch
        drawn = self.chance.random()
        if drawn < 0.014:  # 4 of 1000 are sent twice, and 1 of 100 is overtaken by others
            if drawn < 0.004:
                self.state.arrive(arrives + 20_000 + int(drawn * 10_000_000), line)
            else:
                arrives += int((drawn - 0.004) * 9_000_000)
        self.state.arrive(arrives, line)

    def friction(self, detector: str, at: int = 0, place: str = "", by: str = "") -> None:
        """Note a planted friction in the truth. It lowers the customer's satisfaction from the next day on."""
        at = at or self.now
        note = {
            "truth": "friction",
            "detector": detector,
            "customer": self.customer,
            "at": at,
            "channel": self.channel,
            "place": place,
            "by": by,
        }
        self.state.truths.append(note)
        cost = SEVERITY.get(detector, 1.0) * STEP * (1.5 - self.person.patience)
        if cost and self.person.index >= 0:
            self.state.feel(self.state.day_of(at), self.person.index, -cost)

    def delight(self, much: float, at: int = 0) -> None:
        """Raise the customer's satisfaction from the next day on."""
        self.state.feel(self.state.day_of(at or self.now), self.person.index, much)

    def later(self, what: str, at: int, **about: Any) -> None:
        """Leave a matter for another moment, today or on a later day."""
        self.state.leave(Matter(at, self.person.index, what, about))

    def chooses(self, share: float) -> bool:
        """Return whether it happens that has this chance."""
        return self.chance.random() < share

    def hour(self) -> float:
        """Return the hour of the day, UTC."""
        return (self.now - self.start) / HOUR

    def number(self, letter: str) -> str:
        """Return a new number, as of an order."""
        self.made += 1
        return f"{letter}{self.day}-{self.person.index}-{self.made}"


__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "Pen"]
