"""What a churn signal weighs as it is told again, and what takes it away: tables of such stories, and their readers.

A reader takes the rules to judge by, so that a detector with a guard or a strength taken out of it can be heard as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemas.outputs.signals import ChurnSignalRaised
from streams.detectors.registry import registry
from streams.replay import Replay
from streams.rules import Rules
from streams.story import START, offset, story
from tests.streams.friction.mutants import Mutant


class Strengths(NamedTuple):
    """A story, and how strongly the detector speaks in it, one after the other."""

    detector: str
    why: str
    story: str
    until: str
    wanted: list[float]

    def heard(self, rules: Rules | None = None) -> list[float]:
        """How strongly it speaks under these rules."""
        replay = Replay(rules).run(story(self.story), START + offset(self.until))
        return [e.strength for e in replay.emissions if isinstance(e, ChurnSignalRaised) and e.detector == self.detector]


class End(NamedTuple):
    """A story in which the detector speaks, what comes then, and whether it still weighs on the risk afterwards."""

    detector: str
    story: str
    then: str
    weighs: bool

    def heard(self, rules: Rules | None = None) -> bool:
        """Whether it weighs under these rules at the end."""
        before = Replay(rules).run(story(self.story))
        if self.detector not in before.journey("c1").contributions:
            raise ValueError(f"{self.detector} is silent before anything could take it away: {self.story!r}")
        return self.detector in before.run(story(self.then)).journey("c1").contributions


def noticed(mutant: Mutant, courses: Iterable[Strengths | End]) -> list[str]:
    """The stories, here and in the tables of all detectors, that tell this mutant from the sound detector."""
    made = mutant.made()
    rules = Rules(detectors=[made, *(other for other in registry() if other.name != made.name)])
    told = [course for course in courses if course.detector == mutant.detector]
    return mutant.noticed_by() + [course.story for course in told if _differs(course, rules)]


def _differs(course: Strengths | End, rules: Rules) -> bool:
    if isinstance(course, Strengths):
        return course.heard(rules) != course.wanted
    try:
        return course.heard(rules) != course.weighs
    except ValueError:
        return True
