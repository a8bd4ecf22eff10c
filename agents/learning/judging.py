"""Judges a candidate: whether its weights are better than those in force and the priors, in one window on the same customers."""

from __future__ import annotations

from math import sqrt

import msgspec

from agents.learning.metrics.figures import Difference, area, difference, figures
from agents.learning.windows import Course
from schemas.control.models import Figures, Trial

CALIBRATED = (0.8, 1.2)  # slopes of a calibration line that are always accepted [ours]
BEYOND_CHANCE = 4.0  # standard deviations of a random ranking; chance exceeds it once in 30,000 trials, and there are many trials


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial."""

    trial: Trial
    against_priors: tuple[float, float]  # 95 % interval of the priors' log loss minus the candidate's
    refused: tuple[str, ...]  # why it was not adopted, in words; empty: it was adopted

    @property
    def adopted(self) -> bool:
        """Whether the candidate comes into force."""
        return not self.refused


def verdict(course: Course, by_rule: str = "") -> Verdict:
    """Return the verdict on the candidate of a window. It is adopted if all of this holds:

    - its log loss is better than that of the weights in force and of the shipped priors (the 95 % interval is above 0);
    - its ranking is not worse than either's (the interval is not below 0), and better than chance;
    - its risks are calibrated, or better calibrated than those in force.

    Where a rule of thumb ranked better than what is in force, the bar is lower, because the sum must learn what anybody knows. Then it is
    enough that log loss and ranking are better in the mean than those of the weights in force and of the priors. Weights that came in so
    were never proved beyond doubt. So they go by the same bar: `by_rule` is the rule by which those in force came in ("": by none).
    """
    left, customers, ours, force, prior = course.left, course.customers, course.learnt, course.in_force, course.prior
    learnt, in_force = figures(ours, left, customers=customers), figures(force, left, customers=customers)
    against_force = difference(ours, force, left, customers=customers)
    against_priors = against_force if force == prior else difference(ours, prior, left, customers=customers)
    compared = [(against_force, "what is in force"), *([(against_priors, "the shipped priors")] if force != prior else ())]
    refused, rule = [why for each in compared for why in _objections(*each)], ""
    if refused and (rule := better_rule(course) or by_rule):
        refused = [why for each in compared for why in _objections_beside_a_rule(*each)]
    if not ranks(learnt):
        refused.append("it ranks no better than chance would")
    if not calibrated(learnt, in_force):
        refused.append(f"its calibration slope is {_slope_text(learnt.slope)}, in force {_slope_text(in_force.slope)}")
    trial = Trial(
        since=course.since, until=course.until, learnt=learnt, in_force=in_force, better_by=against_force.log_loss_interval, rule=rule
    )
    return Verdict(trial=trial, against_priors=against_priors.log_loss_interval, refused=tuple(refused))


def _objections(gained: Difference, name: str) -> list[str]:
    """Return what speaks against the candidate in a comparison with another score."""
    found = [] if gained.log_loss_interval[0] > 0 else [f"its log loss is not better than that of {name} beyond doubt"]
    return found if gained.auc_interval[1] >= 0 else [*found, f"{name} ranks better beyond doubt"]


def _objections_beside_a_rule(gained: Difference, name: str) -> list[str]:
    """Return what speaks against the candidate where a rule of thumb won."""
    found = [] if gained.log_loss > 0 else [f"its log loss is not better than that of {name}"]
    return found if gained.auc > 0 else [*found, f"{name} ranks as well"]


def better_rule(course: Course) -> str:
    """Return the rule of thumb that ranked best, if it ranked better than what is in force; else ""."""
    areas = {rule: area(values, course.left) for rule, values in course.rules.items()}
    best = max(areas, key=lambda rule: areas[rule])
    return best if areas[best] > area(course.in_force, course.left) else ""


def loses_to_priors(course: Course) -> bool:
    """Return whether the log loss of the shipped priors was better than that of the weights in force (the interval is below 0)."""
    lost = difference(course.in_force, course.prior, course.left, customers=course.customers)
    return lost.log_loss_interval[1] < 0


def ranks(found: Figures) -> bool:
    """Return whether the area under the ROC curve is larger than what chance gives once in 30,000 times (Mann and Whitney 1947).

    Weights that give everybody the same risk can be well calibrated, although they have learnt nothing.

    >>> from msgspec.structs import replace
    >>> known = Figures(examples=500, left=50, auc=0.7, auc_interval=(0.6, 0.8), brier=0.1, log_loss=0.3, intercept=0.0, slope=1.0)
    >>> ranks(known), ranks(replace(known, auc=0.6))
    (True, False)
    """
    stayed = found.examples - found.left
    by_chance = sqrt((found.examples + 1) / (12 * found.left * stayed))
    return found.auc - 0.5 > BEYOND_CHANCE * by_chance


def calibrated(learnt: Figures, in_force: Figures) -> bool:
    """Return whether the candidate's calibration slope is within `CALIBRATED`, or nearer to 1 than that of the weights in force."""
    if learnt.slope is None:
        return False
    low, high = CALIBRATED
    return low <= learnt.slope <= high or (in_force.slope is not None and abs(learnt.slope - 1) < abs(in_force.slope - 1))


def _slope_text(slope: float | None) -> str:
    return "not to be had" if slope is None else f"{slope:.2f}"
