"""A question of a company's own, put to every customer at a moment of theirs, in one stream through the oracle.

Who came before the split is learnt from as soon as their end is known; from the split on what is learnt is published once a week. So
whoever is judged is judged by what was known on that day.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from agents.learning.examples import Example
from agents.learning.weights import FEWEST
from agents.tools.evaluating.asking import Answers
from agents.tools.evaluating.course import PORTION, Milestone
from agents.tools.evaluating.weighing import weighed
from agents.tools.mapping.declared import Question
from schemas.control import ModelPublished, Tick
from schemas.durations import DAY, WEEK
from schemas.models import LearntWeights
from schemas.touchpoints import Touchpoint
from streams.replay import Replay
from streams.risk.labels import strengths
from streams.rules import Rules


@dataclass
class _Case:
    """One customer on the way from the anchor to the end."""

    first_seen: int  # ms UTC
    anchored: bool = False
    ended: bool = False
    left: bool = False
    example: Example | None = None  # of one who is learnt from: what was thought of them, to be proved


class Anchored:
    """One history under one question: the answers are of those first seen from the split on.

    With `weights`, those are in force from the beginning and nothing is learnt.
    """

    def __init__(self, question: Question, rules: Rules | None = None, weights: LearntWeights | None = None) -> None:
        self.question, self.replay = question, Replay(rules)
        self._given = weights is not None
        if self._given:
            self.replay.apply(ModelPublished(name="weights", version=1, weights=weights))
        self.answers, self.milestones = Answers(question.about), list[Milestone]()
        self.examples = list[Example]()  # what was thought of those who came before the split, and became of them
        self._cases = dict[str, _Case]()
        self._waiting = list[tuple[int, str]]()  # when to judge whom
        self._publish_on = question.split

    def run(self, touchpoints: Iterable[Touchpoint], moved: Callable[[int], None] = lambda _: None) -> Answers:
        """All of it, in the order of time; `moved(touchpoints more)` is called now and then. Only who came to an end is in the answers."""
        for number, touchpoint in enumerate(touchpoints, 1):
            self._judge_until(touchpoint.at)
            self._publish_until(touchpoint.at)
            self.replay.apply(touchpoint)
            self._note(touchpoint)
            if number % PORTION == 0:
                self.replay.emissions.clear()
                moved(PORTION)
        return self._told()

    def _note(self, touchpoint: Touchpoint) -> None:
        """What this touchpoint means for the question."""
        question = self.question
        case = self._cases.setdefault(touchpoint.customer, _Case(touchpoint.at))
        if not case.anchored and question.anchor.holds(touchpoint):
            case.anchored = True
            heapq.heappush(self._waiting, (touchpoint.at + round(question.days * DAY), touchpoint.customer))
        if not case.ended and isinstance(touchpoint, question.ends):
            case.ended, case.left = True, question.outcome.holds(touchpoint)
            if case.example is not None:
                self.examples.append(replace(case.example, due=touchpoint.at, left=case.left))

    def _judge_until(self, at: int) -> None:
        while self._waiting and self._waiting[0][0] <= at:
            due, customer = heapq.heappop(self._waiting)
            if not self._cases[customer].ended:
                self._judge(customer, due)

    def _judge(self, customer: str, at: int) -> None:
        journey, case = self.replay.journeys[customer], self._cases[customer]
        while 0 < journey.next_wake <= at:
            self.replay.apply(Tick(customer=customer, due=journey.next_wake))
        if case.first_seen >= self.question.split:
            self.answers.take(self.replay, customer, at)
            return
        grounds = strengths(journey, at, self.replay.rules)
        case.example = Example(customer=customer, at=at, due=at, risk=0.0, prior=0.0, strengths=grounds, left=False)

    def _publish_until(self, at: int) -> None:
        while self._publish_on <= at:
            self._publish(self._publish_on)
            self._publish_on += WEEK

    def _publish(self, at: int) -> None:
        """What is known by now is learnt from; before anything is, the shipped priors stay."""
        if self._given or len(self.examples) < FEWEST:
            return
        learnt = weighed(self.examples, self.replay.rules.blueprint.bias, self.question.days, at)
        model = ModelPublished(name="weights", version=len(self.milestones) + 1, weights=learnt)
        self.replay.apply(model)
        self.milestones.append(Milestone(at, model))

    def _told(self) -> Answers:
        """The answers of those whose end is known."""
        given, told = self.answers, Answers(self.question.about)
        for i, customer in enumerate(given.customers):
            if not self._cases[customer].ended:
                continue
            for name in ("customers", "times", "ours", "priors", "because"):
                getattr(told, name).append(getattr(given, name)[i])
            for rule, values in given.naive.items():
                told.naive.setdefault(rule, []).append(values[i])
            told.left.append(self._cases[customer].left)
        return told
