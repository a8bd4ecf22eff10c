"""One history asked about several horizons: a replay for each, as the horizon is part of the rules; side by side where there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.queues import Queue
from queue import Empty

from agents.learning.judging import Verdict
from agents.learning.trials import Trials
from agents.learning.weights import shipped
from agents.tools.evaluating.asking import Answers, asked
from agents.tools.evaluating.course import Course, Milestone
from agents.tools.evaluating.history import History
from streams.rules import Rules
from streams.rules.blueprint import Blueprint

LOOK = 0.5  # seconds between two looks at whether a replay has ended
Moved = Callable[[int], None]  # so many touchpoints more


@dataclass(frozen=True)
class Streamed:
    """What everyone was said to do at the cut, what they did, and by which models."""

    answers: Answers
    milestones: list[Milestone]
    verdicts: list[Verdict]  # of every candidate weights that were tried, the adopted ones included
    examples: int  # stated risks that came true or not before the cut


def streamed(history: History, cut: int, horizon_days: float, moved: Moved) -> Streamed:
    """The history up to `cut` (ms UTC) through the replay, and its answers there; what comes after is looked at for the truth only."""
    blueprint = Blueprint(horizon_days=horizon_days)
    trials = Trials(shipped(), blueprint.bias, horizon_days)
    course = Course(Rules(blueprint), trials)
    before, after = history.split(cut)
    course.run(before.touchpoints(), cut, moved)
    answers = asked(course.replay, cut, horizon_days, after.touchpoints())
    return Streamed(answers, course.milestones, list(trials.verdicts), len(course.examples))


def all_streamed(history: History, cut: int, horizons: Sequence[float], moved: Moved = lambda _: None) -> list[Streamed]:
    """The same for each horizon (days), in their order."""
    workers = min(len(horizons), os.cpu_count() or 1)
    if workers == 1:
        return [streamed(history, cut, horizon, moved) for horizon in horizons]
    spawn = multiprocessing.get_context("spawn")
    progress: Queue[int] = spawn.Queue()
    with ProcessPoolExecutor(workers, spawn, _begin, (history, progress)) as pool:
        futures = [pool.submit(_streamed, cut, horizon) for horizon in horizons]
        _followed(futures, progress, moved)
        return [future.result() for future in futures]


def _followed(futures: Sequence[Future[Streamed]], progress: Queue[int], moved: Moved) -> None:
    while not all(future.done() for future in futures):
        try:
            moved(progress.get(timeout=LOOK))
        except Empty:
            continue


_given: list[tuple[History, Queue[int]]] = []  # of a replaying process: what it was begun with


def _begin(history: History, progress: Queue[int]) -> None:
    _given.append((history, progress))


def _streamed(cut: int, horizon_days: float) -> Streamed:
    history, progress = _given[0]
    return streamed(history, cut, horizon_days, progress.put)
