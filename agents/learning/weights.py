"""What each summand of the risk weighs, learnt online from one example after another, beginning at the shipped priors.

River's Newton takes each step: a first precision of the weights, then that of every example on top of it, so that the course of learning
is that of a Gaussian around the priors and no summand needs scaling (strengths are on one scale as it is: 0..1, or logarithms). Signs
are laws (`standing.sign_of`): silence never speaks for staying, whatever the data seem to say. What was learnt against its sign counts as
0, also in the risk by whose error the others learn.

**Source**: E. Hazan, A. Agarwal and S. Kale, Logarithmic regret algorithms for online convex optimization, Machine Learning 69 (2007)
169-192. Their step with rate 1 is natural-gradient descent; on a year of a grocer's customers its log loss was 1.6 % above that of a refit
from all examples after every 500.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from math import fsum, log
from typing import Protocol, cast

from agents.learning.examples import Example
from schemas.models import LearntWeights
from streams.detectors.registry import registry
from streams.risk.score import logistic
from streams.rules.risk_terms import PRIORS, sign_of

SPREAD = 0.7  # standard deviation in which a weight is looked for around its prior, in log-odds at full strength [ours]
FEWEST = 30  # examples in which a summand must have stood before its weight is learnt; until then it keeps its prior
BIAS = ""  # the bias is a weight like the others, of a strength that is always 1


def shipped() -> dict[str, float]:
    """The prior weight of every churn signal and standing term that has one.

    >>> shipped()["cadence"], shipped()["cancelled"] > 0, "idle" in shipped()
    (0.6, True, False)
    """
    return {one.name: one.risk.weight for one in registry() if one.risk is not None} | PRIORS


def risk_of(strengths: Mapping[str, float], bias: float, weights: Mapping[str, float]) -> float:
    """The chance of leaving by these weights; a summand without one weighs nothing.

    >>> round(risk_of({"idle": 2.0, "unheard_of": 1.0}, -2.5, {"idle": 0.5}), 3)
    0.182
    """
    return logistic(fsum([bias, *(weights.get(name, 0.0) * strength for name, strength in strengths.items())]))


def risk_by(learnt: LearntWeights, priors: Mapping[str, float], strengths: Mapping[str, float]) -> float:
    """The chance of leaving as the score has it with these weights in force: what they do not name keeps its prior."""
    return risk_of(strengths, learnt.bias, {**priors, **learnt.weights})


def log_loss(risk: float, left: bool) -> float:
    """Minus the log of the chance that was given to what came true; nothing is surer than 1 in 1,000 million.

    >>> round(log_loss(0.25, True), 4), log_loss(1.0, False) < 21
    (1.3863, True)
    """
    return -log(min(max(risk if left else 1 - risk, 1e-9), 1 - 1e-9))


class Step(Protocol):
    """What is used of river's Newton."""

    def step(self, w: dict[str, float], g: dict[str, float]) -> object: ...


class Learner:
    """Weights that follow the examples; each is predicted before it is learnt from, so what is said of the learner is true of the unseen.

    The same examples in the same order give the same weights.

    >>> learner = Learner({"idle": 0.0}, bias=-2.5, horizon_days=60)
    >>> def seen(customer: int, left: bool) -> Example:
    ...     return Example(customer=f"c{customer}", at=0, due=1, risk=0.1, prior=0.1, strengths={"idle": 3.0 if left else 1.0}, left=left)
    >>> before = learner.learn(seen(0, left=True))
    >>> for customer in range(1, 400): _ = learner.learn(seen(customer, left=customer % 4 == 0))
    >>> before < 0.1 < 0.7 < learner.risk({"idle": 3.0}), learner.candidate(until=1).examples
    (True, 400)
    """

    def __init__(self, priors: Mapping[str, float], bias: float, horizon_days: float) -> None:
        self._priors, self._horizon = dict(priors), horizon_days
        self._weights = {BIAS: bias}
        self._seen = Counter[str]()
        self.examples = 0
        self._lost = self._lost_by_priors = 0.0

    def learn(self, example: Example) -> float:
        """The risk as learnt from the examples before this one (0..1); then this one is learnt from as well."""
        before = self.risk(example.strengths)
        self._lost += log_loss(before, example.left)
        self._lost_by_priors += log_loss(example.prior, example.left)
        self._seen.update(example.strengths.keys())
        self.examples += 1
        known = {name: strength for name, strength in example.strengths.items() if self._seen[name] >= FEWEST}
        for name in known:
            self._weights.setdefault(name, self._priors.get(name, 0.0))
        missed = self.risk(example.strengths) - example.left
        slope = {BIAS: missed, **{name: missed * strength for name, strength in known.items()}}
        self._step.step(self._weights, slope)
        return before

    @cached_property
    def _step(self) -> Step:
        """River's Newton, imported with the first example: the import takes over a second, and a start must not wait for it."""
        from river.optim import Newton  # noqa: PLC0415

        return cast(Step, Newton(lr=1.0, eps=SPREAD**-2))

    @property
    def progressive(self) -> tuple[float, float]:
        """Mean log loss over all examples, each judged before it was learnt from; and that of the shipped priors by the same."""
        every = max(self.examples, 1)
        return self._lost / every, self._lost_by_priors / every

    def risk(self, strengths: Mapping[str, float]) -> float:
        """The chance of leaving by what is learnt so far."""
        return risk_of(strengths, self._weights[BIAS], {**self._priors, **self._learnt()})

    def candidate(self, until: int) -> LearntWeights:
        """What is learnt so far, from what had come true by `until` (ms UTC): summands that stood in too few examples are not named."""
        return LearntWeights(
            bias=round(float(self._weights[BIAS]), 6),
            weights={name: round(float(weight), 6) for name, weight in sorted(self._learnt().items())},
            horizon_days=self._horizon,
            examples=self.examples,
            until=until,
        )

    def _learnt(self) -> dict[str, float]:
        """The weights that were learnt, none against its sign."""
        return {name: weight if weight * sign_of(name) > 0 else 0.0 for name, weight in self._weights.items() if name != BIAS}
