"""Windows of time: the outcomes in each, the risks that each contender had stated, and the order by each rule of thumb."""

from __future__ import annotations

import msgspec

from agents.learning.examples import Example
from schemas.durations import DAY

RULES = {  # rule of thumb -> the base features that tell it, and 1 where more of them means leaving, else -1
    "days since the latest act": (("idle", "known:idle"), 1),
    "few purchases": (("known:visits",), -1),
    "silence over the own gaps": (("known:overdue",), 1),
}
LARGEST, ENOUGH = 20_000, 300  # examples that a bootstrap draws from at most, and how many leavers among them are enough


class Window(msgspec.Struct, frozen=True):
    """When a window may close: after enough examples to compare two scores, and after whole weeks, so that weekends are no drift.

    All three numbers are ours.
    """

    examples: int = 300
    of_each: int = 30  # leavers at least, and stayers at least
    days: float = 14


class Course:
    """The contents of a window so far: the outcome of each example, and the risk that each contender stated."""

    def __init__(self, begun: int) -> None:
        self.begun, self.since, self.until = begun, begun, begun  # ms UTC; begun, until: first and last outcome; since: first statement
        self.leavers = 0
        self.customers: list[str] = []
        self.left: list[bool] = []
        self.learnt: list[float] = []
        self.in_force: list[float] = []
        self.prior: list[float] = []
        self.rules: dict[str, list[float]] = {rule: [] for rule in RULES}  # higher: sooner gone

    def take(self, example: Example) -> None:
        """Add one example."""
        self.customers.append(example.customer)
        self.left.append(example.left)
        self.leavers += example.left
        self.prior.append(example.prior)
        for rule, (features, sign) in RULES.items():
            self.rules[rule].append(sign * sum(example.strengths.get(name, 0.0) for name in features))
        self.since, self.until = min(self.since, example.at), max(self.until, example.due)

    def full(self, window: Window) -> bool:
        """Return whether the window may close."""
        fewer = min(self.leavers, len(self.left) - self.leavers)
        return len(self.left) >= window.examples and fewer >= window.of_each and self.until - self.begun >= window.days * DAY

    def thinned(self) -> Course:
        """Return the window, small enough for a bootstrap. Of a larger one, only every second, third ... example is taken.

        Enough leavers must remain.
        """
        step = 1 + min(len(self.left) // LARGEST, self.leavers // ENOUGH)
        few = Course(self.begun)
        few.since, few.until, few.left, few.customers = self.since, self.until, self.left[::step], self.customers[::step]
        few.learnt, few.in_force, few.prior = self.learnt[::step], self.in_force[::step], self.prior[::step]
        few.rules = {rule: values[::step] for rule, values in self.rules.items()}
        few.leavers = sum(few.left)
        return few
