"""Learnt weights come into force only by having been better on a window of time that they had not learnt from.

The examples, in the order in which they came true, are cut into windows. When one closes, what is learnt by then is frozen; the next window
tries it against what is in force and against the shipped priors, by the same customers. So a candidate is never judged by what it has
seen, and there is always one under trial. Nothing here takes weights out of force: `worse_than_priors` says that somebody ought to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import msgspec

from agents.learning.examples import Example
from agents.learning.judging import Verdict, loses_to_priors, verdict
from agents.learning.weights import Learner, risk_by
from agents.learning.windows import Course, Window
from schemas.models import LearntWeights

VERDICTS = 64  # kept


class Trials:
    """The learner, the candidate under trial, and what is in force. Give it every example as it comes true.

    The same examples in the same order lead to the same adoptions at the same examples. `in_force`: None for the shipped priors.
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
        self.worse_than_priors = False  # what is in force lost to the shipped priors over the whole latest window
        self._priors, self._window = dict(priors), window or Window()
        self._course: Course | None = None

    def take(self, example: Example) -> LearntWeights | None:
        """The weights that this example brings into force, with the figures of their trial; nearly always None."""
        course = self._course = self._course or Course(example.due)
        course.take(example)
        course.in_force.append(self._now(example))
        if self.candidate is not None:
            course.learnt.append(risk_by(self.candidate, self._priors, example.strengths))
        self.learner.learn(example)
        return self._close(course.thinned()) if course.full(self._window) else None

    def put_in_force(self, weights: LearntWeights | None) -> None:
        """Somebody else decided (None: back to the shipped priors). The window begins anew: half of it was under other weights."""
        self.in_force, self.worse_than_priors, self._course = weights, False, None

    def _now(self, example: Example) -> float:
        return example.prior if self.in_force is None else risk_by(self.in_force, self._priors, example.strengths)

    def _close(self, course: Course) -> LearntWeights | None:
        """The end of a window: a verdict on the candidate, if there was one, and the next candidate."""
        tried, self.candidate, self._course = self.candidate, self.learner.candidate(course.until), None
        self.worse_than_priors = self.in_force is not None and loses_to_priors(course)
        if tried is None:
            return None
        found = verdict(course)
        self.verdicts.append(found)
        if not found.adopted:
            return None
        self.in_force, self.worse_than_priors = msgspec.structs.replace(tried, trial=found.trial), False
        return self.in_force
