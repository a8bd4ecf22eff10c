"""Fits weights to a set of examples at once, for a company's own question. The sign of each weight is fixed.

The result has the highest posterior. Each weight has a Gaussian prior around the shipped one, as wide as that of the learner in the stream.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from agents.learning.examples import Example
from agents.learning.metrics.resampling import Numbers
from agents.learning.weights import FEWEST, KNOWN_BIAS, SPREAD, bias_of, shipped
from schemas.control.models import BASIS, LearntWeights
from streams.rules.risk_terms import USUAL, sign_of

LOOSE = 100.0  # variance of a bias around its prior. It is wide because every question has a base rate of its own


def weighed(examples: Sequence[Example], bias: float, horizon_days: float, until: int) -> LearntWeights:
    """Return fitted weights of every summand that is in enough examples. `bias` is the shipped one, of customers without a known rhythm.

    `until` (ms UTC) is when all labels were known.

    >>> def one(number: int) -> Example:
    ...     left = number % 4 == 0
    ...     return Example(customer=f"c{number}", at=0, due=1, risk=0, prior=0, strengths={"idle": 3.0 if left else 1.0}, left=left)
    >>> learnt = weighed([one(number) for number in range(200)], bias=-2.5, horizon_days=7, until=1)
    >>> learnt.examples, learnt.weights["idle"] > 1
    (200, True)
    """
    stood = Counter(name for example in examples for name in example.strengths)
    names = sorted(name for name, count in stood.items() if count >= FEWEST)
    priors = shipped()
    known = [bias_of(example.strengths) == KNOWN_BIAS for example in examples]
    columns = np.array(
        [[1.0 - which, which, *(each.strengths.get(name, 0.0) for name in names)] for which, each in zip(known, examples, strict=True)]
    )
    left = np.array([example.left for example in examples], dtype=float)
    begin = np.array([bias, USUAL, *(priors.get(name, 0.0) for name in names)])
    tight = np.array([1 / LOOSE, 1 / LOOSE, *(SPREAD**-2 for _ in names)])

    def cost(weights: Numbers) -> tuple[float, Numbers]:
        odds, away = columns @ weights, weights - begin
        missed = 1 / (1 + np.exp(-odds)) - left
        lost = float((np.logaddexp(0, odds) - left * odds).sum() + (tight * away * away).sum() / 2)
        return lost, columns.T @ missed + tight * away

    bounds = [(None, None), (None, None), *((0, None) if sign_of(name) > 0 else (None, 0) for name in names)]
    found = minimize(cost, begin, jac=True, bounds=bounds, method="L-BFGS-B").x.tolist()
    weights = {name: round(weight, 6) for name, weight in zip(names, found[2:], strict=True)}
    return LearntWeights(
        bias=round(found[0], 6), weights=weights, horizon_days=horizon_days, examples=len(examples), until=until, basis=BASIS,
        known_bias=round(found[1], 6),
    )  # fmt: skip
