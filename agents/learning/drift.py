"""Detects drift: whether the examples still look like those that were learnt from.

ADWIN watches the errors of the stated risks. It notices larger errors even if every strength looks as before. A stability index compares
the strengths of churn signals and base features, whatever the outcomes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import msgspec
import numpy as np

from agents.learning.examples import Example
from agents.learning.metrics.resampling import Numbers
from agents.learning.weights import log_loss

COMPARED = 500  # examples on either side of a comparison
DRIFTED = 0.2  # a strength with a larger stability index counts as drifted: the convention of credit scoring
PARTS = 5  # quantiles of the values that are not 0; 0 is a part of its own
WORST = 5.0  # larger log losses count as this one: ADWIN needs bounded values


class Adaptive(Protocol):
    """A mean over the span in which it has not changed. These are the parts of river's ADWIN that we use; river has no types."""

    @property
    def drift_detected(self) -> bool: ...
    @property
    def estimation(self) -> float: ...
    def update(self, x: float) -> object: ...


def adaptive() -> Adaptive:
    """Return a new ADWIN. River's drift package is imported here, with the first example: it takes seconds, because it imports SciPy."""
    from river.drift import ADWIN  # noqa: PLC0415

    return cast("Callable[[], Adaptive]", ADWIN)()


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """How much the examples differ from the reference."""

    examples: int  # seen since the reference began
    losses: int  # how often ADWIN found a lasting change of the log loss, up or down, since then
    log_loss: float  # mean over the span without a change; each loss counts at most 5
    index: dict[str, float]  # churn signal or base feature -> population stability index of the newest examples; empty: too few examples

    @property
    def drifted(self) -> tuple[str, ...]:
        """The churn signals and base features that have drifted, the largest index first."""
        return tuple(sorted((name for name in self.index if self.index[name] > DRIFTED), key=lambda name: (-self.index[name], name)))


class DriftWatch:
    """Watches examples when their outcome is known. It uses the risks as they were stated.

    The first 500 are the reference. `renew` begins a new reference, for instance when other weights come into force.

    >>> watch = DriftWatch()
    >>> def seen(strength: float) -> Example:
    ...     return Example(customer="c7", at=0, due=1, risk=0.5, prior=0.5, strengths={"idle": strength}, left=False)
    >>> for nth in range(1_000): watch.take(seen(1.0 + nth % 7))
    >>> watch.report().drifted
    ()
    >>> for nth in range(500): watch.take(seen(5.0 + nth % 7))
    >>> watch.report().drifted
    ('idle',)
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin a new reference: the examples that come next."""
        self._reference = list[dict[str, float]]()
        self._latest = deque[dict[str, float]](maxlen=COMPARED)
        self._adwin: Adaptive | None = None
        self._changes, self._examples = 0, 0

    def take(self, example: Example) -> None:
        """Add one example."""
        self._examples += 1
        adwin = self._adwin = self._adwin or adaptive()
        adwin.update(min(log_loss(example.risk, example.left), WORST) / WORST)
        self._changes += bool(adwin.drift_detected)
        if len(self._reference) < COMPARED:
            self._reference.append(example.strengths)
        else:
            self._latest.append(example.strengths)

    def report(self) -> Drift:
        """Return how much the examples differ from the reference."""
        return Drift(
            examples=self._examples,
            losses=self._changes,
            log_loss=float(self._adwin.estimation) * WORST if self._adwin else 0.0,
            index=self._index() if len(self._latest) == COMPARED else {},
        )

    def _index(self) -> dict[str, float]:
        names = sorted({name for strengths in (*self._reference, *self._latest) for name in strengths})
        return {
            name: stability(*([each.get(name, 0.0) for each in examples] for examples in (self._reference, self._latest))) for name in names
        }


def stability(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the population stability index: the sum over parts of (share after - share before) x log(share after / share before).

    The parts are 0, and the fifths of the values that were not 0 before. Each border of them is a part too, because many values may lie
    on it. Half an example is added to each part, so that none is empty.

    **Source**: N. Siddiqi, Credit Risk Scorecards, 2006. Below .1 there is no change; above .2 (some say .25) one should act.

    >>> stability([0.0, 1.0, 2.0, 3.0] * 50, [3.0, 1.0, 0.0, 2.0] * 50)
    0.0
    >>> stability([0.0, 1.0, 2.0, 3.0] * 50, [2.0, 3.0] * 100) > 0.2
    True
    """
    first, second = np.asarray(before), np.asarray(after)
    some = first[first != 0]
    borders = np.unique(np.quantile(some, np.linspace(0, 1, PARTS, endpoint=False)[1:])) if len(some) else np.empty(0)
    shares = [_shares(values, borders) for values in (first, second)]
    return round(float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0]))), 6)


def _shares(values: Numbers, borders: Numbers) -> Numbers:
    beyond = np.searchsorted(borders, values, side="left") + np.searchsorted(borders, values, side="right")  # a border is a part too
    counts = np.bincount(np.where(values == 0, 0, 1 + beyond), minlength=2 * len(borders) + 2) + 0.5
    shares: Numbers = counts / counts.sum()
    return shares
