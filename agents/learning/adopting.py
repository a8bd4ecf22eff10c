"""Turns stated risks and their outcomes into examples in order, runs trials, and says which weights are worth publishing.

At each start everything is learnt again from the log. Nothing is stored, and the same decisions are made again. What was published
before is not published again: weights of a window of time that the published models have already passed are not offered.
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
from schemas.control.models import BASIS, LearntWeights
from schemas.durations import DAY
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import from_rfc3339
from streams.rules.risk_terms import usable

log = logging.getLogger(__name__)

ANOTHER = 7 * DAY  # ms; a window that ends so much later is a new one; a window that is read again may end an example earlier or later
RECENT = 2_000  # examples from which calibration is measured
SURE = 1e-6  # risks are kept within SURE and 1 - SURE
_read = msgspec.json.Decoder(RiskStated | RiskProved).decode


class Adopting:
    """Learns from statements and proofs, and returns weights that are worth publishing.

    `horizon_days` is that of the labels under the rules in force. Statements for another horizon, or added to another basis, are ignored,
    because they mean something else.
    `settling_ms` says how long a proof must be in the log before it is learnt from.
    """

    def __init__(self, trials: Trials, horizon_days: float, settling_ms: int) -> None:
        self.trials = trials
        self.drift: Drift | None = None
        self._horizon, self._joiner, self._order, self._watch = horizon_days, Joiner(), InOrder(settling_ms), DriftWatch()
        self._since: dict[int, int] = {}  # version of the weights -> ms UTC of the first risk that was stated with them
        self._ours: list[LearntWeights] = []  # adopted here, in order
        self._recent = deque[tuple[float, bool]](maxlen=RECENT)

    def take(self, value: bytes, logged_at: int) -> None:
        """Add a record of `journey.proofs.v1`. `logged_at` is the log's time of it (ms UTC)."""
        output = _read(value)
        if isinstance(output, RiskStated):
            if output.horizon_days != self._horizon or output.basis != BASIS:
                return
            at = from_rfc3339(output.at)
            self._since[output.weights] = min(at, self._since.get(output.weights, at))
        if (example := self._joiner.take(output)) is not None:
            self._order.put(example, logged_at)

    def make_room(self, told: PublishedModels) -> None:
        """Learn from the earliest examples if too many wait. While the past is read, not all examples fit into memory."""
        self._learn(self._order.surplus(), told)

    def learn(self, told: PublishedModels, now: int, most: int = 1_000) -> int:
        """Learn from at most `most` examples that are due at `now` (ms UTC). Return how many there were."""
        return self._learn(islice(self._order.passed(now), most), told)

    def _learn(self, examples: Iterator[Example], told: PublishedModels) -> int:
        before = self.trials.learner.examples
        for example in examples:
            self._follow_log(example, told)
            self._recent.append((example.risk, example.left))
            self._watch.take(example)
            if (adopted := self.trials.take(example)) is not None:
                self._ours.append(adopted)
                self._watch.renew()
        if learnt := self.trials.learner.examples - before:
            self.drift = self._watch.report()
        return learnt

    def worth_publishing(self, told: PublishedModels) -> LearntWeights | None:
        """Return the weights that won the latest trial, or None. None too if a published trial already covers that window."""
        if not self._ours or (trial := self._ours[-1].trial) is None or self.trials.in_force != self._ours[-1]:
            return None
        decided = max(
            (weights.trial.until for word in told.words["weights"].values() if (weights := usable(word.weights)) and weights.trial),
            default=0,
        )
        return self._ours[-1] if not decided or trial.until >= decided + ANOTHER else None

    def calibration(self) -> tuple[float, float | None] | None:
        """Return the Brier score of the latest stated risks and the slope of their calibration line (1 is right); None if too early."""
        recent = list(self._recent)
        if not 0 < sum(left for _, left in recent) < len(recent):
            return None
        risks, left = (np.array(column, dtype=np.float64) for column in zip(*recent, strict=True))
        fitted = line(log_odds(risks, SURE), left)
        return float(np.mean((risks - left) ** 2)), fitted[1] if fitted else None

    def counters(self) -> Iterator[Sample]:
        """Yield the number of examples, the quality of the latest stated risks, and the drift of their strengths."""
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

    def _follow_log(self, example: Example, told: PublishedModels) -> None:
        """Put other weights in force for the trials if the log did so. Mostly an operator has published them."""
        for version in sorted(version for version, at in self._since.items() if at <= example.due):
            del self._since[version]
            word = told.words["weights"].get(version)
            if word is None or (weights := usable(word.weights)) in self._ours or weights == self.trials.in_force:
                continue
            self.trials.put_in_force(weights)
            self._watch.renew()
