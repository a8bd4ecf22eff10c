"""Drift is noticed where something has changed, and not where it has not."""

from __future__ import annotations

from math import log

import pytest
from msgspec.structs import replace

from agents.learning.drift import COMPARED, DRIFTED, DriftWatch, stability
from agents.learning.weights import log_loss
from tests.agents.learning.simulated import BIAS, PRIORS, simulated


def test_the_index_is_that_of_its_definition() -> None:
    """Two parts, 0 and the rest: 30 and 70 of 100 before, 60 and 40 after, half an example added to each."""
    before, after = [0.0] * 30 + [1.0] * 70, [0.0] * 60 + [1.0] * 40
    shares = [(30.5, 60.5), (0.5, 0.5), (70.5, 40.5), (0.5, 0.5)]  # 1.0 is every quantile of what is not 0: nothing lies below or above
    total = [sum(part[side] for part in shares) for side in (0, 1)]
    expected = sum((b / total[1] - a / total[0]) * log((b / total[1]) / (a / total[0])) for a, b in shares)
    assert stability(before, after) == pytest.approx(expected, abs=1e-6)
    assert stability(before, before) == 0.0
    assert stability([0.0] * 50, [0.0] * 25 + [2.0] * 25) > DRIFTED


def test_the_same_law_does_not_drift() -> None:
    """5,000 examples of customers who are as they were. Mutant caught: no half example added (an empty part is infinitely far)."""
    watch = DriftWatch()
    for each in simulated(5_000, seed=1, law=PRIORS, bias=BIAS):
        watch.take(each)
    found = watch.report()
    assert (found.examples, found.losses, found.drifted) == (5_000, 0, ())
    assert set(found.index) == {"cadence", "cancel_intent", "complaint_unresolved", "idle", "lately:buying", "promise_broken"}
    assert max(found.index.values()) < 0.1


def test_strengths_that_come_otherwise_are_named() -> None:
    """Complaints in every second example in place of every fifth, nothing else: that strength, and no other."""
    watch, usual, later = DriftWatch(), simulated(COMPARED, seed=2), simulated(2 * COMPARED, seed=3)
    for each in usual:
        watch.take(each)
    assert watch.report().index == {}
    for nth, each in enumerate(later):
        watch.take(replace(each, strengths=each.strengths | {"complaint_unresolved": 0.9}) if nth % 3 == 0 else each)
    assert watch.report().drifted == ("complaint_unresolved",)


def test_risks_that_come_to_err_are_noticed_though_strengths_stay() -> None:
    """From one day on those leave who stayed: the loss changes for good, and its mean is that of the new time."""
    watch, stream = DriftWatch(), simulated(4_000, seed=4, law=PRIORS, bias=BIAS)
    for nth, each in enumerate(stream):
        watch.take(each if nth < 2_000 else replace(each, left=not each.left))
        if nth < 2_000:
            assert watch.report().losses == 0
    found = watch.report()
    assert found.losses >= 1
    assert found.drifted == ()
    assert found.log_loss == pytest.approx(sum(min(5.0, log_loss(each.risk, not each.left)) for each in stream[2_000:]) / 2_000, rel=0.1)


def test_other_weights_begin_another_reference() -> None:
    """What drifted before is the new usual. Mutant caught: `renew` keeps the newest examples."""
    watch = DriftWatch()
    for nth, each in enumerate(simulated(3 * COMPARED, seed=5)):
        watch.take(replace(each, strengths={"idle": 1.0 if nth < COMPARED else 3.0}))
    assert watch.report().drifted == ("idle",)
    watch.renew()
    assert watch.report().index == {}
    for each in simulated(2 * COMPARED, seed=6):
        watch.take(replace(each, strengths={"idle": 3.0}))
    assert watch.report().drifted == ()
    assert watch.report().examples == 2 * COMPARED
