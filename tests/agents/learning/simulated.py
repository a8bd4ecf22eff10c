"""Customers who leave by a law that is known: what a learner ought to find, or ought not to. Drawn with a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from agents.learning.examples import Example
from agents.learning.weights import risk_of

DAY = 86_400_000  # ms
BEGUN = 20_454 * DAY  # 2026-01-01
HORIZON = 60  # days
PRIORS = {"cadence": 1.0, "cancel_intent": 2.0, "complaint_unresolved": 1.0, "promise_broken": 1.0}
BIAS = -2.5
TRUE = {"cadence": 0.3, "cancel_intent": 2.6, "complaint_unresolved": 0.2, "promise_broken": 1.0, "idle": 0.4, "lately:buying": -0.7}
TRUE_BIAS = -1.2


def simulated(count: int, seed: int, a_day: int = 25, law: Mapping[str, float] = TRUE, bias: float = TRUE_BIAS) -> list[Example]:
    """So many examples, `a_day` proved each day, in the order in which they came true; risks as the priors state them."""
    dice = np.random.default_rng(seed)
    drawn = {
        "cadence": dice.normal(0.5, 2.0, count),
        "cancel_intent": np.where(dice.random(count) < 0.1, dice.uniform(0.2, 1.0, count), 0.0),
        "complaint_unresolved": np.where(dice.random(count) < 0.2, dice.uniform(0.2, 1.0, count), 0.0),
        "promise_broken": np.where(dice.random(count) < 0.15, dice.uniform(0.2, 1.0, count), 0.0),
        "idle": np.log1p(dice.exponential(12.0, count)),
        "lately:buying": np.log1p(dice.poisson(2.0, count)),
    }
    chances = dice.random(count)
    examples = []
    for nth in range(count):
        strengths = {name: round(float(values[nth]), 6) for name, values in drawn.items() if values[nth]}
        examples.append(example(nth, a_day, strengths, bool(chances[nth] < risk_of(strengths, bias, law))))
    return examples


def meaningless(count: int, seed: int, summands: int = 60, a_day: int = 25) -> list[Example]:
    """As many examples in which nothing that is measured has to do with leaving, which half of the customers do. Each of the summands
    stands in a fifth of them."""
    dice = np.random.default_rng(seed)
    strengths = dice.uniform(0.5, 1.0, (count, summands)) * (dice.random((count, summands)) < 0.2)
    left = dice.random(count) < 0.5
    named = [{f"signal_{nth}": round(float(row[nth]), 6) for nth in np.flatnonzero(row)} for row in strengths]
    return [example(nth, a_day, each, bool(left[nth])) for nth, each in enumerate(named)]


def example(nth: int, a_day: int, strengths: dict[str, float], left: bool) -> Example:
    """The nth example of a stream in which so many a day come true."""
    due = BEGUN + HORIZON * DAY + nth * DAY // a_day
    prior = risk_of(strengths, BIAS, PRIORS)
    return Example(customer=f"c{nth}", at=due - HORIZON * DAY, due=due, risk=prior, prior=prior, strengths=strengths, left=left)


def shuffled(examples: Sequence[Example], seed: int) -> list[Example]:
    """The same customers, stated the same of; who left is drawn anew from all outcomes."""
    left = np.random.default_rng(seed).permutation([each.left for each in examples]).tolist()
    return [replace(each, left=outcome) for each, outcome in zip(examples, left, strict=True)]
