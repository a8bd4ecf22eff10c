"""Evaluates a company's own question: every customer is judged at a moment of their own, in one replay through the oracle.

Customers first seen before the split are the training set; each is used as soon as their end is known. From the split on, the learnt
weights are published once a week. So every customer is judged only by what was known on that day.
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
from schemas.control.models import LearntWeights
from schemas.durations import DAY, WEEK
from schemas.touchpoints import Touchpoint
from streams.replay import Replay
from streams.risk.labels import strengths
from streams.rules import Rules


@dataclass
class _Case:
    """The state of one customer between the anchor and the end."""

    first_seen: int  # ms UTC
    anchored: bool = False
    ended: bool = False
    left: bool = False
    example: Example | None = None  # only in the training set: the features when judged; the label is added at the end


class Anchored:
    """The evaluation of one history by one question. Only customers first seen from the split on are in the answers.

    If `weights` are given, they are in force from the beginning, and nothing is learnt.
    """

    def __init__(self, question: Question, rules: Rules | None = None, weights: LearntWeights | None = None) -> None:
        self.question, self.replay = question, Replay(rules)
        self._weights_are_fixed = weights is not None
        if self._weights_are_fixed:
            self.replay.apply(ModelPublished(name="weights", version=1, weights=weights))
        self.answers, self.milestones = Answers(question.about), list[Milestone]()
        self.examples = list[Example]()  # of the training set: features and labels of those whose end is known
        self._cases = dict[str, _Case]()
        self._waiting = list[tuple[int, str]]()  # a heap: when (ms UTC) each customer is to be judged
        self._publish_on = question.split

    def run(self, touchpoints: Iterable[Touchpoint], moved: Callable[[int], None] = lambda _: None) -> Answers:
        """Replay all touchpoints, given in the order of time, and return the answers. Only customers whose end is known are in them.

        `moved` is called every 1000 touchpoints with the number of touchpoints since the last call.
        """
        for number, touchpoint in enumerate(touchpoints, 1):
            self._judge_until(touchpoint.at)
            self._publish_until(touchpoint.at)
            self.replay.apply(touchpoint)
            self._note(touchpoint)
            if number % PORTION == 0:
                self.replay.emissions.clear()
                moved(PORTION)
        return self._select_ended()

    def _note(self, touchpoint: Touchpoint) -> None:
        """Update the customer's case: the anchor starts the wait for the judgement, an end gives the label."""
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
        if customer not in self.replay.journeys:
            return  # anonymous, and forgotten by now: nothing is known on which a risk could rest
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
        """Learn weights from the examples so far, and publish them into the replay. With too few examples the shipped priors stay."""
        if self._weights_are_fixed or len(self.examples) < FEWEST:
            return
        rules = self.replay.rules
        learnt = weighed(self.examples, rules.blueprint.bias, rules.horizon_days, at)  # a learnt bias holds for the horizon of the rules
        model = ModelPublished(name="weights", version=len(self.milestones) + 1, weights=learnt)
        self.replay.apply(model)
        self.milestones.append(Milestone(at, model))

    def _select_ended(self) -> Answers:
        """Return the answers of the customers whose end is known."""
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
