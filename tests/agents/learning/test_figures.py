"""Figures are those of their definitions, intervals are as wide as theory has them, and nothing is measured where nothing can be."""

from __future__ import annotations

from itertools import pairwise
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from agents.learning.metrics.calibration import calibration_table
from agents.learning.metrics.figures import difference, figures, lift

RISKS = st.lists(st.tuples(st.sampled_from([0.05, 0.1, 0.2, 0.35, 0.5, 0.8]), st.booleans()), min_size=30, max_size=80)


def drawn(count: int, seed: int, steep: float = 1.0) -> tuple[list[float], list[bool]]:
    """Risks whose log-odds are `steep` times the true ones, and what came true."""
    dice = np.random.default_rng(seed)
    odds = dice.normal(-1.0, 1.5, count)
    left = dice.random(count) < 1 / (1 + np.exp(-odds))
    return (1 / (1 + np.exp(-steep * odds))).tolist(), left.tolist()


@given(RISKS.filter(lambda pairs: 0 < sum(left for _, left in pairs) < len(pairs)))
@settings(max_examples=25)
def test_area_brier_and_log_loss_are_those_of_their_definitions(pairs: list[tuple[float, bool]]) -> None:
    """The area is Mann and Whitney's statistic, ties half. Mutant caught: `side="right"` on both sides of a tie."""
    risks, left = [risk for risk, _ in pairs], [truth for _, truth in pairs]
    found = figures(risks, left)
    gone, there = [risk for risk, truth in pairs if truth], [risk for risk, truth in pairs if not truth]
    assert found.auc == pytest.approx(mannwhitneyu(gone, there).statistic / (len(gone) * len(there)))
    assert found.brier == pytest.approx(sum((risk - truth) ** 2 for risk, truth in pairs) / len(pairs))
    assert found.log_loss == pytest.approx(-sum(log(risk if truth else 1 - risk) for risk, truth in pairs) / len(pairs))
    assert (found.examples, found.left) == (len(pairs), len(gone))
    assert found.auc_interval[0] <= found.auc <= found.auc_interval[1]


def test_the_slope_tells_by_how_much_risks_are_too_sure() -> None:
    """Log-odds stated twice as large as they are have a slope of one half, stated rightly of one."""
    for steep, slope in ((1.0, 1.0), (2.0, 0.5), (0.5, 2.0)):
        found = figures(*drawn(20_000, seed=3, steep=steep))
        assert found.slope == pytest.approx(slope, rel=0.04)
        assert found.intercept == pytest.approx(0.0, abs=0.05)


def test_there_is_no_line_where_none_can_be_drawn() -> None:
    """All alike, or all leavers above all stayers (also where they meet): no line, rather than whatever the steps ended at."""
    left = [False] * 20 + [True] * 20
    for risks in ([0.3] * 40, [0.1] * 20 + [0.9] * 20, [0.1] * 19 + [0.5] + [0.5] + [0.9] * 19, [0.9] * 20 + [0.1] * 20):
        found = figures(risks, left)
        assert (found.slope, found.intercept) == (None, None)


def test_intervals_are_as_wide_as_theory_has_them() -> None:
    """The area's standard error by Hanley and McNeil (1982); the log loss's by the paired differences' own deviation."""
    risks, left = drawn(2_000, seed=5)
    found, gone = figures(risks, left), sum(left)
    area, pairs = found.auc, gone * (len(left) - gone)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    error = sqrt((area * (1 - area) + (gone - 1) * (q1 - area**2) + (len(left) - gone - 1) * (q2 - area**2)) / pairs)
    assert (found.auc_interval[1] - found.auc_interval[0]) / (2 * 1.96) == pytest.approx(error, rel=0.15)
    flat = [gone / len(left)] * len(left)
    gained = difference(risks, flat, left)
    each = [log((risk / base) if truth else (1 - risk) / (1 - base)) for risk, base, truth in zip(risks, flat, left, strict=True)]
    width = gained.log_loss_interval[1] - gained.log_loss_interval[0]
    assert gained.log_loss == pytest.approx(float(np.mean(each)))
    assert width / (2 * 1.96) == pytest.approx(float(np.std(each)) / sqrt(len(each)), rel=0.1)


def test_differences_are_paired() -> None:
    """A score that differs by a hair is told apart by the same customers, where two intervals side by side overlap widely; one score
    does not differ from itself at all. Mutant caught: each score with resamples of its own."""
    risks, left = drawn(2_000, seed=7)
    same = difference(risks, risks, left)
    assert (same.auc, same.log_loss, same.auc_interval, same.log_loss_interval) == (0.0, 0.0, (0.0, 0.0), (0.0, 0.0))
    blurred = [
        1 / (1 + (1 - risk) / risk * float(np.exp(0.4 * nth)))
        for risk, nth in zip(risks, np.random.default_rng(8).normal(size=2_000), strict=True)
    ]
    gained = difference(risks, blurred, left)
    assert gained.auc_interval[0] > 0
    assert gained.log_loss_interval[0] > 0
    ours, theirs = figures(risks, left), figures(blurred, left)
    assert ours.auc_interval[0] < theirs.auc_interval[1]


def test_four_examples_of_one_customer_are_one_witness() -> None:
    """Repeated four times, as if of four customers, the interval halves; said whose they are, it stays.

    Mutant caught: `customers` unused.
    """
    risks, left = drawn(500, seed=9)
    width = np.diff(figures(risks, left).auc_interval)[0]
    as_if = np.diff(figures(risks * 4, left * 4).auc_interval)[0]
    whose = np.diff(figures(risks * 4, left * 4, customers=[f"c{nth}" for nth in range(500)] * 4).auc_interval)[0]
    assert as_if == pytest.approx(width / 2, rel=0.15)
    assert whose == pytest.approx(width, rel=0.15)


def test_lift_is_of_the_highest_risks() -> None:
    """A tenth that all leave where a fifth does: 5. Of equal risks at the border an equal part counts, whoever was named first."""
    left = [True] * 10 + [False] * 80 + [True] * 10
    found = lift([0.9] * 10 + [0.1] * 90, left)
    assert (found.rate, found.overall, found.lift) == (1.0, 0.2, 5.0)
    assert found.interval[0] < 5.0 <= found.interval[1]
    assert lift([0.4] * 100, left).lift == pytest.approx(1.0)
    assert lift([0.9] * 10 + [0.1] * 90, left, share=0.2).rate == pytest.approx((10 + 10 * 10 / 90) / 20)


def test_the_table_is_of_equal_bins_that_never_part_equal_risks() -> None:
    """Every example is in one bin, bins ascend, and the share that left lies within its interval."""
    risks, left = drawn(1_000, seed=11)
    rows = calibration_table(risks, left)
    assert [row.left.of for row in rows] == [100] * 10
    assert sum(row.left.count for row in rows) == sum(left)
    assert all(row.lowest <= row.stated <= row.highest for row in rows)
    assert all(before.highest <= after.lowest for before, after in pairwise(rows))
    assert sum(row.left.low <= row.stated <= row.left.high for row in rows) >= 9
    coarse = calibration_table([round(risk, 1) for risk in risks], left)
    assert sum(row.left.of for row in coarse) == 1_000
    assert all(before.highest < after.lowest for before, after in pairwise(coarse))


@pytest.mark.parametrize(
    ("risks", "left", "why"),
    [
        ([0.2] * 29, [True] * 9 + [False] * 20, "29 examples are too few"),
        ([0.2] * 40, [False] * 40, "nobody left of 40"),
        ([0.2] * 40, [True] * 40, "everybody left of 40"),
        ([0.2] * 40, [True] * 30, "40 risks and 30 outcomes"),
        ([0.2] * 39 + [1.1], [True] * 20 + [False] * 20, "a chance from 0 to 1"),
        ([0.2] * 39 + [float("nan")], [True] * 20 + [False] * 20, "a chance from 0 to 1"),
    ],
)
def test_nothing_is_measured_where_nothing_can_be(risks: list[float], left: list[bool], why: str) -> None:
    """Each says what is missing, from all four doors."""
    for measure in (figures, lift, calibration_table, lambda stated, truth: difference(stated, stated, truth)):
        with pytest.raises(ValueError, match=why):
            measure(risks, left)


def test_figures_are_the_same_each_time_and_vary_with_the_seed() -> None:
    """So an adoption can be reckoned anew from the same examples."""
    risks, left = drawn(400, seed=13)
    assert figures(risks, left) == figures(risks, left)
    assert figures(risks, left, seed=1).auc_interval != figures(risks, left).auc_interval
