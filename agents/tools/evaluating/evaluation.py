"""Runs a whole evaluation: takes a history and what is asked of it, and returns a chapter for each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agents.tools.evaluating.anchored import Anchored
from agents.tools.evaluating.asking import Answers
from agents.tools.evaluating.chapters import Chapter, chapter, course_of, day
from agents.tools.evaluating.history import History
from agents.tools.evaluating.streaming import all_streamed
from agents.tools.mapping.declared import Horizons, Question
from schemas.durations import DAY
from schemas.touchpoints import kind_of

Moved = Callable[[int], None]


class UnusableError(ValueError):
    """The history cannot answer the question. The message says why, `fix` what to do."""

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.fix = fix


def evaluated(history: History, asked: Question | Horizons, seed: int = 0, moved: Moved = lambda _: None) -> list[Chapter]:
    """Return a chapter for each horizon, or one for the question. Raises UnusableError if the history cannot answer."""
    return (
        _evaluate_on_a_day(history, asked, seed, moved)
        if isinstance(asked, Horizons)
        else [_evaluate_at_a_moment(history, asked, seed, moved)]
    )


def steps(history: History, asked: Question | Horizons) -> int:
    """Return how many touchpoints are replayed in all. The calls of `moved` add up to about as many."""
    return len(asked.within) * len(history.before(asked.cut)) if isinstance(asked, Horizons) else len(history)


def _evaluate_on_a_day(history: History, asked: Horizons, seed: int, moved: Moved) -> list[Chapter]:
    if not len(history.before(asked.cut)):
        raise UnusableError(f"nothing happened before {day(asked.cut)}", "choose a later day: --cut")
    for days in asked.within:
        if asked.cut + days * DAY > history.until:
            left = (history.until - asked.cut) // DAY
            raise UnusableError(
                f"what happened within {days:g} days of {day(asked.cut)} is not known: the history ends {left} days after it",
                f"an earlier day (--cut) or a nearer horizon (--within {max(1, left)})",
            )
    streamed = all_streamed(history, asked.cut, asked.within, moved)
    return [_chapter(one.answers, course_of(one.milestones, one.verdicts, one.examples), seed) for one in streamed]


def _evaluate_at_a_moment(history: History, asked: Question, seed: int, moved: Moved) -> Chapter:
    course = Anchored(asked)
    answers = course.run(history.touchpoints(), moved)
    published = [one for one in course.milestones if one.published]
    reached = [
        f"each was judged {asked.days:g} days after their first {kind_of(asked.anchor.kind)}; who came before {day(asked.split)} was "
        "learnt from",
        f"weights were published {len(published)} times, weekly, learnt from {len(course.examples):,} whose end was known by then",
    ]
    return _chapter(answers, reached, seed)


def _chapter(answers: Answers, reached: Sequence[str], seed: int) -> Chapter:
    try:
        return chapter(answers, reached, seed)
    except ValueError as error:
        raise UnusableError(f"{answers.question}: {error}", "a longer history, another day (--cut) or another horizon (--within)") from None
