"""Whether a candidate has proved better than what it would replace: one window, three scores, the same customers."""

from __future__ import annotations

from math import sqrt

import msgspec

from agents.learning.metrics.figures import Difference, difference, figures
from agents.learning.windows import Course
from schemas.models import Figures, Trial

CALIBRATED = (0.8, 1.2)  # slope of a calibration line that needs no excuse [ours]
BEYOND_CHANCE = 4.0  # standard deviations of a ranking by chance: once in 30,000 trials, for a learner tries again for years


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a trial."""

    trial: Trial
    against_priors: tuple[float, float]  # log loss of the shipped priors minus that of the candidate, 95 % interval
    refused: tuple[str, ...]  # why it was not adopted, in words; empty: it was

    @property
    def adopted(self) -> bool:
        """Whether it came into force."""
        return not self.refused


def verdict(course: Course) -> Verdict:
    """Adopted where log loss is better beyond doubt than that of what is in force and of the shipped priors, the ranking is no worse than
    either's and better than chance, and the risks are calibrated, or better so than those in force."""
    left, customers, ours, force, prior = course.left, course.customers, course.learnt, course.in_force, course.prior
    learnt, in_force = figures(ours, left, customers=customers), figures(force, left, customers=customers)
    against_force = difference(ours, force, left, customers=customers)
    against_priors = against_force if force == prior else difference(ours, prior, left, customers=customers)
    refused = [
        *_beaten(against_force, "what is in force"),
        *(_beaten(against_priors, "the shipped priors") if force != prior else ()),
    ]
    if not ranks(learnt):
        refused.append("it ranks no better than chance would")
    if not calibrated(learnt, in_force):
        refused.append(f"its calibration slope is {_said(learnt.slope)}, in force {_said(in_force.slope)}")
    trial = Trial(since=course.since, until=course.until, learnt=learnt, in_force=in_force, better_by=against_force.log_loss_interval)
    return Verdict(trial=trial, against_priors=against_priors.log_loss_interval, refused=tuple(refused))


def _beaten(gained: Difference, name: str) -> list[str]:
    """What speaks against the candidate, held against another score."""
    found = [] if gained.log_loss_interval[0] > 0 else [f"its log loss is not better than that of {name} beyond doubt"]
    return found if gained.auc_interval[1] >= 0 else [*found, f"{name} ranks better beyond doubt"]


def loses_to_priors(course: Course) -> bool:
    """Whether the shipped priors were better than what is in force, beyond doubt."""
    lost = difference(course.in_force, course.prior, course.left, customers=course.customers)
    return lost.log_loss_interval[1] < 0


def ranks(found: Figures) -> bool:
    """Whether the area under the curve is larger than chance gives once in 30,000 times (Mann and Whitney 1947). Weights that say the same
    of everybody can be well calibrated, and have learnt nothing.

    >>> from msgspec.structs import replace
    >>> known = Figures(examples=500, left=50, auc=0.7, auc_interval=(0.6, 0.8), brier=0.1, log_loss=0.3, intercept=0.0, slope=1.0)
    >>> ranks(known), ranks(replace(known, auc=0.6))
    (True, False)
    """
    stayed = found.examples - found.left
    by_chance = sqrt((found.examples + 1) / (12 * found.left * stayed))
    return found.auc - 0.5 > BEYOND_CHANCE * by_chance


def calibrated(learnt: Figures, in_force: Figures) -> bool:
    """Whether the candidate's calibration slope is as it should be, or nearer to 1 than that of what is in force."""
    if learnt.slope is None:
        return False
    low, high = CALIBRATED
    return low <= learnt.slope <= high or (in_force.slope is not None and abs(learnt.slope - 1) < abs(in_force.slope - 1))


def _said(slope: float | None) -> str:
    return "not to be had" if slope is None else f"{slope:.2f}"
