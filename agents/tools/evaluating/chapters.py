"""The result of one question (a chapter): its figures, and sentences about the models behind them that a person can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.learning.judging import CALIBRATED, Verdict
from agents.tools.evaluating.asking import Answers
from agents.tools.evaluating.comparing import Comparison, Row, compared
from agents.tools.evaluating.course import Milestone
from schemas.control.models import LearntWeights
from schemas.writing import rfc3339


@dataclass(frozen=True)
class Chapter:
    """One question with its answers and their figures."""

    answers: Answers
    comparison: Comparison
    reached: tuple[str, ...]  # how the figures came about, in sentences
    remarks: tuple[str, ...]  # what a reader should know, unwelcome facts included

    def document(self) -> dict[str, Any]:
        """Return the figures in types that JSON has."""
        return {
            "question": self.answers.question,
            "customers": len(self.answers.customers),
            "left": sum(self.answers.left),
            "scores": [_row(row) for row in self.comparison.rows],
            "best_rule": self.comparison.best_rule,
            "gained": {"auc": self.comparison.gained.auc, "interval": self.comparison.gained.auc_interval},
            "calibration": [{"stated": one.stated, "left": one.left.rate, "of": one.left.of} for one in self.comparison.bins],
            "reached": list(self.reached),
            "remarks": list(self.remarks),
        }


def chapter(answers: Answers, reached: Sequence[str], seed: int) -> Chapter:
    """Return the figures of these answers; `seed` is for the bootstrap. Raises ValueError if nothing can be measured."""
    found = compared(answers, seed)
    return Chapter(answers, found, tuple(reached), tuple(_remarks(found)))


def course_of(milestones: Sequence[Milestone], verdicts: Sequence[Verdict], examples: int) -> list[str]:
    """Return how the models came about, as lines. `examples`: the number of predictions with a label."""
    cadences = [one for one in milestones if one.published and one.published.cadence]
    lines = [f"{day(one.at)}: no cadence model: {one.why_not}" for one in milestones if one.why_not]
    if cadences:
        model = cadences[-1].published.cadence if cadences[-1].published else None
        if model:
            figures = ", ".join(f"{value:.4g}" for value in model.parameters)
            lines.append(
                f"cadence models from the journeys' own counters: {len(cadences)}, first on {day(cadences[0].at)}, last on "
                f"{day(cadences[-1].at)} ({model.family} {figures}; {model.customers:,} customers)"
            )
    lines.append(
        f"{examples:,} stated risks had come true or not; weights were tried on {len(verdicts)} windows that they had not learnt from"
    )
    lines += [_adoption_line(one.at, weights) for one in milestones if one.published and (weights := one.published.weights)]
    if verdicts and (refused := [one for one in verdicts if not one.adopted]):
        lines.append(f"refused: {len(refused)}; the latest on {day(refused[-1].trial.until)}: {'; '.join(refused[-1].refused)}")
    if not any(one.published and one.published.weights for one in milestones):
        lines.append("in force on the day: the shipped weights")
    return lines


def _adoption_line(at: int, weights: LearntWeights) -> str:
    learnt = f"{day(at)}: weights learnt from {weights.examples:,} examples"
    if (trial := weights.trial) is None:
        return learnt
    return (
        f"{learnt}, adopted on {day(trial.until)}: log loss {trial.learnt.log_loss:.3f} against {trial.in_force.log_loss:.3f} in force, "
        f"on {trial.learnt.examples:,} others"
    )


def _remarks(found: Comparison) -> list[str]:
    ours, priors, *rules = found.rows
    low, high = found.gained.auc_interval
    sure = "beyond doubt" if low > 0 or high < 0 else "not beyond doubt"
    lines = [f"{gained(found)} on the best rule of thumb, {found.best_rule}: {sure}"]
    lines += [f"{rule.name} ranks better than ours: {rule.figures.auc:.3f}" for rule in rules if rule.figures.auc > ours.figures.auc]
    if ours.figures.brier > priors.figures.brier:
        lines.append(f"the shipped weights have the better Brier score: {priors.figures.brier:.4f} against {ours.figures.brier:.4f}")
    slope = ours.figures.slope
    if slope is None or not CALIBRATED[0] <= slope <= CALIBRATED[1]:
        said = "not to be had" if slope is None else f"{slope:.2f}"
        lines.append(f"the calibration slope is {said}: read the risks as an order, not as chances")
    return lines


def gained(found: Comparison) -> str:
    """Return as text how much more AUC our risk has than the best rule of thumb, with the interval."""
    low, high = found.gained.auc_interval
    return f"AUC {found.gained.auc:+.3f} [{low:+.3f}, {high:+.3f}]"


def day(at: int) -> str:
    """Return the day (UTC) of a moment (ms UTC).

    >>> day(0)
    '1970-01-01'
    """
    return rfc3339(at)[:10]


def _row(row: Row) -> dict[str, Any]:
    figures = row.figures
    told: dict[str, Any] = {
        "score": row.name, "auc": figures.auc, "auc_interval": figures.auc_interval, "lift_at_10_percent": row.lift.lift,
        "lift_interval": row.lift.interval,
    }  # fmt: skip
    if row.states_chances:
        told |= {
            "brier": figures.brier,
            "log_loss": figures.log_loss,
            "calibration_slope": figures.slope,
            "calibration_intercept": figures.intercept,
        }
    return told
