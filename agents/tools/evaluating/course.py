"""Replays a history through the oracle, and learns models on the way. At each moment the models are those that production would have had.

Time passes day by day, so effects of silence happen when they would have happened. At the end of a day the new labels of predictions are
learnt from. On set days a cadence model is fitted to the journeys' own counters. Adopted models are published into the same replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from agents.learning.examples import Example, Joiner
from agents.tools.evaluating.cadences import fitted_to
from schemas.control import ModelPublished
from schemas.control.models import LearntWeights
from schemas.durations import DAY
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.touchpoints import Touchpoint
from streams.replay import Replay
from streams.rules import Rules

FIRST, THEN = 8 * 7 * DAY, 4 * 7 * DAY  # a cadence model is first fitted so long after the first purchase of all, then at this interval
PORTION = 1_000  # touchpoints between two calls of `moved`, the progress callback


class Learner(Protocol):
    """Learns weights from examples. `take` returns new weights if this example leads to their adoption, else None."""

    def take(self, example: Example) -> LearntWeights | None: ...


@dataclass(frozen=True)
class Milestone:
    """A moment at which a model was published, or why none could be."""

    at: int  # ms UTC
    published: ModelPublished | None
    why_not: str = ""


class Course:
    """One replay with learning. Give it touchpoints in the order of time, then let time pass to the moment of the question.

    >>> from streams.story import START, story
    >>> course = Course(Rules())
    >>> course.run(story("0 web page_viewed /shop page=/shop"), START + DAY)
    >>> len(course.replay.journeys), course.milestones
    (1, [])
    """

    def __init__(self, rules: Rules, learner: Learner | None = None) -> None:
        self.replay, self.milestones = Replay(rules), list[Milestone]()
        self.examples = list[Example]()
        self._learner, self._joiner = learner, Joiner()
        self._day_ends = self._fit_on = 0  # ms UTC
        self._versions = 0

    def run(self, touchpoints: Iterable[Touchpoint], until: int, moved: Callable[[int], None] = lambda _: None) -> None:
        """Replay the touchpoints before `until` (ms UTC), then let time pass to it.

        `moved` is called every 1000 touchpoints with the number of touchpoints since the last call.
        """
        for number, touchpoint in enumerate(touchpoints, 1):
            if touchpoint.at >= until:
                break
            self.take(touchpoint)
            if number % PORTION == 0:
                moved(PORTION)
        self.pass_to(until)

    def take(self, touchpoint: Touchpoint) -> None:
        """Apply one touchpoint, after the days that ended before it."""
        if not self._day_ends:
            self._day_ends = (touchpoint.at // DAY + 1) * DAY
        if touchpoint.at >= self._day_ends:
            self._end_days(touchpoint.at)
        self.replay.apply(touchpoint)

    def pass_to(self, at: int) -> None:
        """Let time pass to `at` (ms UTC), and learn from what it brought."""
        self._end_days(at)
        self.replay.pass_time(at)
        self._learn()

    def _end_days(self, at: int) -> None:
        while 0 < self._day_ends <= at:
            self.replay.pass_time(self._day_ends)
            self._learn()
            self._fit(self._day_ends)
            self._day_ends += DAY

    def _learn(self) -> None:
        """Learn from the predictions and labels published since the last call. Publish adopted weights. Drop all other emissions."""
        said = [each for each in self.replay.emissions if isinstance(each, RiskStated | RiskProved)]
        self.replay.emissions.clear()
        self.replay.sent.clear()
        for each in said:
            if (example := self._joiner.take(each)) is None:
                continue
            self.examples.append(example)
            if self._learner and (adopted := self._learner.take(example)):
                self._publish(adopted.until, ModelPublished(name="weights", version=self._versions + 1, weights=adopted))

    def _fit(self, at: int) -> None:
        """Fit a cadence model to the journeys' counters and publish it, if this is one of its days. Note why if it cannot be fitted."""
        if not self._fit_on:
            bought = any(journey.cadence.count for journey in self.replay.journeys.values())
            self._fit_on = at + FIRST if bought else 0
        elif at >= self._fit_on:
            self._fit_on += THEN
            try:
                model = fitted_to(self.replay.journeys.values(), at)
            except ValueError as error:
                self.milestones.append(Milestone(at, None, str(error)))
                return
            self._publish(at, ModelPublished(name="cadence", version=self._versions + 1, cadence=model))

    def _publish(self, at: int, model: ModelPublished) -> None:
        self._versions += 1
        self.replay.apply(model)
        self.milestones.append(Milestone(at, model))
