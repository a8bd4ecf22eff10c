"""Windows of time: what came true in each, and what every contender had said of it."""

from __future__ import annotations

import msgspec

from agents.learning.examples import Example
from schemas.durations import DAY

LARGEST, ENOUGH = 20_000, 300  # examples that a bootstrap draws from, and leavers among them that tell enough


class Window(msgspec.Struct, frozen=True):
    """When a window may close: enough to tell two scores apart, and whole weeks, for weekends are no drift. All three are ours."""

    examples: int = 300
    of_each: int = 30  # leavers, and stayers
    days: float = 14


class Course:
    """What a window has brought so far: the outcome of each example, and the risks that each contender stated."""

    def __init__(self, begun: int) -> None:
        self.begun, self.since, self.until = begun, begun, begun  # ms UTC: first and last come true; since: the first stated
        self.leavers = 0
        self.customers: list[str] = []
        self.left: list[bool] = []
        self.learnt: list[float] = []
        self.in_force: list[float] = []
        self.prior: list[float] = []

    def take(self, example: Example) -> None:
        """One more that came true."""
        self.customers.append(example.customer)
        self.left.append(example.left)
        self.leavers += example.left
        self.prior.append(example.prior)
        self.since, self.until = min(self.since, example.at), max(self.until, example.due)

    def full(self, window: Window) -> bool:
        """Whether it may close."""
        fewer = min(self.leavers, len(self.left) - self.leavers)
        return len(self.left) >= window.examples and fewer >= window.of_each and self.until - self.begun >= window.days * DAY

    def thinned(self) -> Course:
        """The same where a bootstrap can draw from it; of more than that every second, third ... example, as leavers remain enough."""
        step = 1 + min(len(self.left) // LARGEST, self.leavers // ENOUGH)
        few = Course(self.begun)
        few.since, few.until, few.left, few.customers = self.since, self.until, self.left[::step], self.customers[::step]
        few.learnt, few.in_force, few.prior = self.learnt[::step], self.in_force[::step], self.prior[::step]
        few.leavers = sum(few.left)
        return few
