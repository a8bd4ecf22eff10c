"""Trials: learnt weights come into force only if they were better in a window of time from which they had not learnt.

The examples, in the order in which their outcomes were known, are cut into windows. When a window closes, the weights learnt by then
become the candidate. The next window compares it with the weights in force and with the shipped priors, on the same customers. So a
candidate is never judged by examples that it has seen. After the first window there is always one under trial. Nothing here takes
weights out of force: `worse_than_priors` tells operators that they should.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import msgspec

from agents.learning.examples import Example
from agents.learning.judging import Verdict, loses_to_priors, verdict
from agents.learning.weights import Learner, risk_by
from agents.learning.windows import Course, Window
from schemas.control.models import LearntWeights

VERDICTS = 64  # verdicts kept


class Trials:
    """The learner, the candidate under trial, and the weights in force (None: the shipped priors).

    Give it every example in the order of the outcomes. The same examples in the same order give the same adoptions.
    """

    def __init__(
        self,
        priors: Mapping[str, float],
        bias: float,
        horizon_days: float,
        in_force: LearntWeights | None = None,
        window: Window | None = None,
    ) -> None:
        self.learner = Learner(priors, bias, horizon_days)
        self.in_force = in_force
        self.candidate: LearntWeights | None = None
        self.verdicts = deque[Verdict](maxlen=VERDICTS)  # newest last
        self.worse_than_priors = False  # over the latest window, the weights in force were worse than the shipped priors
        self._priors, self._window = dict(priors), window or Window()
        self._course: Course | None = None

    def take(self, example: Example) -> LearntWeights | None:
        """Learn from an example. Return the weights that come into force with it, with the figures of their trial; mostly None."""
        course = self._course = self._course or Course(example.due)
        course.take(example)
        course.in_force.append(self._risk_in_force(example))
        if self.candidate is not None:
            course.learnt.append(risk_by(self.candidate, self._priors, example.strengths))
        self.learner.learn(example)
        return self._close(course.thinned()) if course.full(self._window) else None

    def put_in_force(self, weights: LearntWeights | None) -> None:
        """Put weights in force that somebody else chose (None: the shipped priors). Begin a new window: the old one had other weights."""
        self.in_force, self.worse_than_priors, self._course = weights, False, None

    def _risk_in_force(self, example: Example) -> float:
        return example.prior if self.in_force is None else risk_by(self.in_force, self._priors, example.strengths)

    def _close(self, course: Course) -> LearntWeights | None:
        """Close a window: judge the candidate, if there was one, and set the next one. Return the weights that come into force."""
        tried, self.candidate, self._course = self.candidate, self.learner.candidate(course.until), None
        self.worse_than_priors = self.in_force is not None and loses_to_priors(course)
        if tried is None:
            return None
        in_force = self.in_force.trial if self.in_force else None
        found = verdict(course, in_force.rule if in_force else "")
        self.verdicts.append(found)
        if not found.adopted:
            return None
        self.in_force, self.worse_than_priors = msgspec.structs.replace(tried, trial=found.trial), False
        return self.in_force
