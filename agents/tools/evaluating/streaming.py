"""Evaluates one history for several horizons. The horizon is part of the rules, so each needs a replay. They run in parallel processes."""

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
from streams.risk.labels import proved_within
from streams.rules import Rules
from streams.rules.blueprint import Blueprint

LOOK = 0.5  # seconds between two looks at whether a replay has ended
Moved = Callable[[int], None]  # called with the number of touchpoints since the last call


@dataclass(frozen=True)
class Streamed:
    """The answers of one horizon: predictions at the cut, what customers did after it, and the models used."""

    answers: Answers
    milestones: list[Milestone]
    verdicts: list[Verdict]  # one for each candidate set of weights that was tried, adopted ones included
    examples: int  # predictions that got their label before the cut


def streamed(history: History, cut: int, horizon_days: float, moved: Moved) -> Streamed:
    """Replay the history up to `cut` (ms UTC), and return the answers there. What comes after gives only the labels."""
    rules = Rules(Blueprint(horizon_days=horizon_days))
    trials = Trials(shipped(), rules.blueprint.bias, proved_within(rules).horizon_days)
    course = Course(rules, trials)
    before, after = history.split(cut)
    course.run(before.touchpoints(), cut, moved)
    answers = asked(course.replay, cut, horizon_days, after.touchpoints())
    return Streamed(answers, course.milestones, list(trials.verdicts), len(course.examples))


def all_streamed(history: History, cut: int, horizons: Sequence[float], moved: Moved = lambda _: None) -> list[Streamed]:
    """Return what `streamed` returns for each horizon (days), in their order. Uses up to one process a core."""
    workers = min(len(horizons), os.cpu_count() or 1)
    if workers == 1:
        return [streamed(history, cut, horizon, moved) for horizon in horizons]
    spawn = multiprocessing.get_context("spawn")
    progress: Queue[int] = spawn.Queue()
    with ProcessPoolExecutor(workers, spawn, _init_worker, (history, progress)) as pool:
        futures = [pool.submit(_stream_in_worker, cut, horizon) for horizon in horizons]
        _report_progress(futures, progress, moved)
        return [future.result() for future in futures]


def _report_progress(futures: Sequence[Future[Streamed]], progress: Queue[int], moved: Moved) -> None:
    while not all(future.done() for future in futures):
        try:
            moved(progress.get(timeout=LOOK))
        except Empty:
            continue


_worker_inputs: list[tuple[History, Queue[int]]] = []  # filled in a replaying process only


def _init_worker(history: History, progress: Queue[int]) -> None:
    _worker_inputs.append((history, progress))


def _stream_in_worker(cut: int, horizon_days: float) -> Streamed:
    history, progress = _worker_inputs[0]
    return streamed(history, cut, horizon_days, progress.put)
