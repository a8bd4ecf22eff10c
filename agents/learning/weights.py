"""The learner of the weights of the risk. It learns from one example after another, and begins with the shipped prior weights.

There are two biases: customers whose rhythm a cadence model knows (their examples have the strength `cadence`) have one of their own. It
begins where the risk is the model's own chance of no purchase, and so does the weight of `cadence`. Both are learnt from there.

River's Newton takes each step. It begins with a precision of the weights and adds that of every example. The weights then follow a
Gaussian around the priors. No strength needs scaling: all are 0..1 or logarithms.

The sign of a weight is fixed (`risk_terms.sign_of`). Silence, for instance, must never lower the risk, whatever the data seem to say.
A weight learnt with the wrong sign counts as 0. This also holds for the risk from whose error the other weights learn.

**Source**: E. Hazan, A. Agarwal and S. Kale, Logarithmic regret algorithms for online convex optimization, Machine Learning 69 (2007)
169-192. Their step with rate 1 is natural-gradient descent. On a year of a grocer's customers its log loss was 1.6 % above that of a
refit from all examples after every 500.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from math import fsum, log
from typing import Protocol, cast

from agents.learning.examples import Example
from schemas.control.models import BASIS, LearntWeights
from streams.detectors.registry import registry
from streams.risk.score import logistic
from streams.rules.risk_terms import CADENCE, PRIORS, USUAL, sign_of

SPREAD = 0.7  # standard deviation of a weight around its prior, in log-odds at full strength [ours]
FEWEST = 30  # examples that a churn signal or base feature must be in before its weight is learnt; until then it has its prior
BIAS, KNOWN_BIAS = "", "known:"  # names of the biases: they are weights like the others, one of them with the strength 1


def shipped() -> dict[str, float]:
    """Return the prior weight of every churn signal and base feature that has one.

    >>> shipped()["cadence"], shipped()["cancelled"] > 0, "idle" in shipped()
    (1.0, True, False)
    """
    return {one.name: one.risk.weight for one in registry() if one.risk is not None} | PRIORS


def risk_of(strengths: Mapping[str, float], bias: float, weights: Mapping[str, float]) -> float:
    """Return the chance of leaving (0..1) by these weights. A strength without a weight is ignored.

    >>> round(risk_of({"idle": 2.0, "unheard_of": 1.0}, -2.5, {"idle": 0.5}), 3)
    0.182
    """
    return logistic(fsum([bias, *(weights.get(name, 0.0) * strength for name, strength in strengths.items())]))


def risk_by(learnt: LearntWeights, priors: Mapping[str, float], strengths: Mapping[str, float]) -> float:
    """Return the chance of leaving (0..1) as the score computes it with these weights in force. Others keep their prior weight."""
    known = USUAL if learnt.known_bias is None else learnt.known_bias
    return risk_of(strengths, known if CADENCE in strengths else learnt.bias, {**priors, **learnt.weights})


def bias_of(strengths: Mapping[str, float]) -> str:
    """Return the name of the bias that these strengths are added to.

    >>> bias_of({"idle": 1.0}), bias_of({"cadence": 0.0})
    ('', 'known:')
    """
    return KNOWN_BIAS if CADENCE in strengths else BIAS


def log_loss(risk: float, left: bool) -> float:
    """Return minus the log of the chance that was given to the actual outcome. Chances are kept within 1e-9 and 1 - 1e-9.

    >>> round(log_loss(0.25, True), 4), log_loss(1.0, False) < 21
    (1.3863, True)
    """
    return -log(min(max(risk if left else 1 - risk, 1e-9), 1 - 1e-9))


class Step(Protocol):
    """The part of river's Newton that we use."""

    def step(self, w: dict[str, float], g: dict[str, float]) -> object: ...


class Learner:
    """Learns weights from examples. It predicts each example before it learns from it, so its log loss is one on unseen examples.

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
        self._weights = {BIAS: bias, KNOWN_BIAS: USUAL}
        self._seen = Counter[str]()
        self.examples = 0
        self._lost = self._lost_by_priors = 0.0

    def learn(self, example: Example) -> float:
        """Learn from an example. Return its risk (0..1) as predicted from the examples before it."""
        before = self.risk(example.strengths)
        self._lost += log_loss(before, example.left)
        self._lost_by_priors += log_loss(example.prior, example.left)
        self._seen.update(example.strengths.keys())
        self.examples += 1
        known = {name: strength for name, strength in example.strengths.items() if self._seen[name] >= FEWEST}
        for name in known:
            self._weights.setdefault(name, self._priors.get(name, 0.0))
        missed = self.risk(example.strengths) - example.left
        slope = {bias_of(example.strengths): missed, **{name: missed * strength for name, strength in known.items()}}
        self._step.step(self._weights, slope)
        return before

    @cached_property
    def _step(self) -> Step:
        """River's Newton. It is imported with the first example: the import takes over a second, and a start must not wait for it."""
        from river.optim import Newton  # noqa: PLC0415

        return cast(Step, Newton(lr=1.0, eps=SPREAD**-2))

    @property
    def progressive(self) -> tuple[float, float]:
        """The mean log loss of the learner, each example predicted before it was learnt from, and that of the shipped priors."""
        every = max(self.examples, 1)
        return self._lost / every, self._lost_by_priors / every

    def risk(self, strengths: Mapping[str, float]) -> float:
        """Return the chance of leaving (0..1) by the weights learnt so far."""
        return risk_of(strengths, self._weights[bias_of(strengths)], {**self._priors, **self._signed_weights()})

    def candidate(self, until: int) -> LearntWeights:
        """Return the weights learnt so far, from outcomes known by `until` (ms UTC). Weights with too few examples are left out."""
        return LearntWeights(
            bias=round(float(self._weights[BIAS]), 6),
            weights={name: round(float(weight), 6) for name, weight in sorted(self._signed_weights().items())},
            horizon_days=self._horizon,
            examples=self.examples,
            until=until,
            basis=BASIS,
            known_bias=round(float(self._weights[KNOWN_BIAS]), 6),
        )

    def _signed_weights(self) -> dict[str, float]:
        """Return the learnt weights; one with the wrong sign is 0."""
        return {
            name: weight if weight * sign_of(name) > 0 else 0.0 for name, weight in self._weights.items() if name not in (BIAS, KNOWN_BIAS)
        }
