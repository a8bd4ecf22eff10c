"""Figures are of the same customers for every score, and what is unwelcome is told as well."""

from __future__ import annotations

import pytest
from scipy.stats import mannwhitneyu

from agents.tools.evaluating.asking import Answers
from agents.tools.evaluating.chapters import chapter
from agents.tools.evaluating.comparing import as_ranks, compared
from agents.tools.evaluating.curves import lifts, roc
from agents.tools.evaluating.streaming import streamed
from tests.agents.tools.evaluating.shop import CUT, history, purchases


@pytest.fixture(scope="module")
def answers() -> Answers:
    return streamed(history(purchases()), CUT, 30, lambda _: None).answers


def test_the_answers_are_of_everyone_known_and_true(answers: Answers) -> None:
    """Counted from the purchases themselves: who came within 30 days of the cut had not left."""
    shop = purchases()
    came = {each.customer for each in shop if CUT <= each.at <= CUT + 30 * 86_400_000}
    assert answers.customers == sorted({each.customer for each in shop if each.at < CUT})
    assert answers.left == [customer not in came for customer in answers.customers]
    assert 10 < sum(answers.left) < len(answers.left) - 10


def test_a_rule_of_thumb_is_measured_by_its_order_alone(answers: Answers) -> None:
    """The AUC of the days since the latest visit, by Mann and Whitney's statistic. Mutant caught: the scale of a rule left in its ranks."""
    gap = answers.naive["days since the latest visit"]
    leavers = [value for value, left in zip(gap, answers.left, strict=True) if left]
    stayers = [value for value, left in zip(gap, answers.left, strict=True) if not left]
    area = mannwhitneyu(leavers, stayers).statistic / (len(leavers) * len(stayers))
    found = {row.name: row for row in compared(answers).rows}
    assert found["days since the latest visit"].figures.auc == pytest.approx(area)
    assert max(as_ranks(gap)) == 1.0
    assert not found["days since the latest visit"].states_chances


def test_the_curve_has_the_area_that_is_told(answers: Answers) -> None:
    """Trapezes under the points: the AUC, to what thinning to 120 points costs."""
    curve = roc(answers.ours, answers.left)
    area = sum((x2 - x1) * (y1 + y2) / 2 for x1, x2, y1, y2 in zip(curve.x, curve.x[1:], curve.y, curve.y[1:], strict=False))
    assert area == pytest.approx(compared(answers).rows[0].figures.auc, abs=0.005)
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    assert lifts(answers.ours, answers.left).y[-1] == pytest.approx(1)


def test_what_is_unwelcome_is_told() -> None:
    """A rule of thumb that knows the truth beats risks that are drawn without it, and risks far from the truth are no chances."""
    left = [number % 3 == 0 for number in range(120)]
    risks = [0.02 + 0.9 * (number * 37 % 120) / 120 for number in range(120)]
    made_up = Answers(
        "made up", [f"c{n}" for n in range(120)], [0] * 120, risks, risks, {"an oracle": [float(one) for one in left]}, [()] * 120, left
    )
    told = chapter(made_up, [], seed=1).remarks
    assert any("an oracle ranks better than ours: 1.000" in line for line in told)
    assert any("beyond doubt" in line and "AUC -" in line for line in told)
    assert any(line.startswith("the calibration slope is") for line in told)


def test_intervals_come_from_the_seed(answers: Answers) -> None:
    assert compared(answers, seed=3) == compared(answers, seed=3)
    assert compared(answers, seed=3).rows[0].figures.auc_interval != compared(answers, seed=4).rows[0].figures.auc_interval
