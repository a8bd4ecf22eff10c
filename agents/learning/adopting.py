"""What the learning role makes of stated risks and their truth: examples in order, trials, and which weights are worth publishing.

Everything is learnt anew from the log at each start, so nothing of it is stored, and what was decided before is decided alike. What was
published is not published again: of a window of time that the history of the models has passed, nothing more is said.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from itertools import islice

import msgspec
import numpy as np

from agents.learning.drift import Drift, DriftWatch
from agents.learning.examples import Example, Joiner
from agents.learning.metrics.calibration import line, log_odds
from agents.learning.order import InOrder
from agents.learning.trials import Trials
from agents.published.models import PublishedModels
from agents.running.observed import Sample
from schemas.durations import DAY
from schemas.models import LearntWeights
from schemas.signals import RiskProved, RiskStated
from schemas.writing import from_rfc3339

log = logging.getLogger(__name__)

ANOTHER = 7 * DAY  # a window that ends so much later is another one; one read again may end an example sooner or later
RECENT = 2_000  # examples by which calibration is measured
SURE = 1e-6
_read = msgspec.json.Decoder(RiskStated | RiskProved).decode


class Adopting:
    """Statements and proofs in, weights worth publishing out. `horizon_days`: of the rules in force; what was stated for another says
    something else. `settling_ms`: how long a proof lies in the log before it is learnt from.
    """

    def __init__(self, trials: Trials, horizon_days: float, settling_ms: int) -> None:
        self.trials = trials
        self.drift: Drift | None = None
        self._horizon, self._joiner, self._order, self._watch = horizon_days, Joiner(), InOrder(settling_ms), DriftWatch()
        self._since: dict[int, int] = {}  # version of the weights -> ms UTC of the first risk that was stated under it
        self._ours: list[LearntWeights] = []  # adopted here, in order
        self._recent = deque[tuple[float, bool]](maxlen=RECENT)

    def take(self, value: bytes, logged_at: int) -> None:
        """A record of `journey.proofs.v1`, and when it came there (ms UTC)."""
        output = _read(value)
        if isinstance(output, RiskStated):
            if output.horizon_days != self._horizon:
                return
            at = from_rfc3339(output.at)
            self._since[output.weights] = min(at, self._since.get(output.weights, at))
        if (example := self._joiner.take(output)) is not None:
            self._order.put(example, logged_at)

    def make_room(self, told: PublishedModels) -> None:
        """Only so much is put in order at once: while the past is read, the earliest is learnt from before all is known."""
        self._learn(self._order.surplus(), told)

    def learn(self, told: PublishedModels, now: int, most: int = 1_000) -> int:
        """What is due at this time (ms UTC) is learnt from, so many examples at most; returns how many those were."""
        return self._learn(islice(self._order.passed(now), most), told)

    def _learn(self, examples: Iterator[Example], told: PublishedModels) -> int:
        before = self.trials.learner.examples
        for example in examples:
            self._turn(example, told)
            self._recent.append((example.risk, example.left))
            self._watch.take(example)
            if (adopted := self.trials.take(example)) is not None:
                self._ours.append(adopted)
                self._watch.renew()
        if learnt := self.trials.learner.examples - before:
            self.drift = self._watch.report()
        return learnt

    def worth_publishing(self, told: PublishedModels) -> LearntWeights | None:
        """The weights that won the latest trial, unless the models' history has passed that window."""
        if not self._ours or (trial := self._ours[-1].trial) is None or self.trials.in_force != self._ours[-1]:
            return None
        decided = max(
            (word.weights.trial.until for word in told.words["weights"].values() if word.weights and word.weights.trial), default=0
        )
        return self._ours[-1] if not decided or trial.until >= decided + ANOTHER else None

    def calibration(self) -> tuple[float, float | None] | None:
        """Brier score of the latest stated risks, and the slope of their calibration line (1: they mean what they say); None: too early."""
        recent = list(self._recent)
        if not 0 < sum(left for _, left in recent) < len(recent):
            return None
        risks, left = (np.array(column, dtype=np.float64) for column in zip(*recent, strict=True))
        fitted = line(log_odds(risks, SURE), left)
        return float(np.mean((risks - left) ** 2)), fitted[1] if fitted else None

    def counters(self) -> Iterator[Sample]:
        """Yield what was learnt from, how the latest stated risks fared, and how the world has changed since."""
        yield Sample("journey_learning_examples", (), self.trials.learner.examples)
        if (figures := self.calibration()) is not None:
            brier, slope = figures
            yield Sample("journey_learning_brier", (), brier)
            if slope is not None:
                yield Sample("journey_learning_slope", (), slope)
        if (found := self.drift) is not None:
            for summand, index in found.index.items():
                yield Sample("journey_learning_drift", (summand,), index)
        yield Sample("journey_learning_worse_than_priors", (), float(self.trials.worse_than_priors))

    def _turn(self, example: Example, told: PublishedModels) -> None:
        """Where the log holds that other weights came into force than won here (an operator's word, mostly): so they did."""
        for version in sorted(version for version, at in self._since.items() if at <= example.due):
            del self._since[version]
            word = told.words["weights"].get(version)
            if word is not None and word.weights not in self._ours and word.weights != self.trials.in_force:
                self.trials.put_in_force(word.weights)
                self._watch.renew()
