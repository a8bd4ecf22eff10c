"""Where the time of an event goes in the journey worker's own code: a sampled profile of the whole job, without broker and network.

Every millisecond of processor time the stack is looked at, and the innermost step on it is given that millisecond. Sampling costs next to
nothing, so the sum is what the job really takes, which a tracing profiler would double.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Any

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import FetchedRecord
from agents.journey.job import JourneyJob
from schemas.topics import TOUCHPOINTS
from streams.rules import Rules
from tests.bench.events import Events

EVERY_S = 0.001
COMMIT = 5_000  # events: a quarter of a second's, as the worker takes them
ROOT = Path(__file__).parents[2]
STEPS: dict[str, tuple[str, ...]] = {  # what a step is called -> the functions that are it
    "reads the record": ("agents/journey/direct_input.py",),
    "asks the detectors": ("streams/signals/raising.py:ask_patterns",),
    "remembers it": ("streams/engine/remember.py:remember", "streams/engine/remember.py:record_id"),
    "counts it in aggregates": ("streams/insights/",),
    "opens and closes deadlines": ("streams/signals/deadlines.py", "streams/decide.py:_apply_answers"),
    "moves the stage": ("streams/customer/stages.py:update_stage",),
    "keeps the size limit": ("streams/engine/size_limit.py:enforce_size_limit",),
    "raises signals": ("streams/signals/raising.py:raise_signal",),
    "risk, offers, next timer": ("streams/engine/finish.py:conclude", "streams/engine/timers.py:fire_timers"),
    "writes the outputs": ("agents/journey/outputs.py",),
    "encodes states for the commit": (
        "agents/carrier/partition.py:take",
        "agents/carrier/partition.py:encoded",
        "agents/journey/job.py:encode",
        "agents/journey/job.py:rows",
        "streams/state/codec.py",
    ),
    "decodes states that rested": ("agents/journey/job.py:decode",),
    "else in decide": ("streams/decide.py",),
    "else in the job": ("agents/",),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Microseconds of processor time an event, in all and by step."""

    events: int
    us: float
    steps: dict[str, float]


def profiled(events: int, customers: int) -> Profile:
    """The whole job over so many events of the benchmark's mix, a partition's worth of customers; the first third warms up."""
    job = JourneyJob(Rules(), [b"a key for the benchmark"])
    partition: OwnedPartition[Any] = OwnedPartition(
        job, 0, Held({}, 0, "topic-id"), limit=100_000, rejections="journey.rejections.v1", failures=Failures()
    )
    job.load(partition, b"", {})
    made = list(records(events, customers))
    warm = events // 3
    ran(partition, made[:warm])
    seen: Counter[str] = Counter()
    began = process_time()
    with sampling(seen, _step):
        ran(partition, made[warm:])
    us = (process_time() - began) / (events - warm) * 1e6
    looks = sum(seen.values())
    return Profile(events, round(us, 2), {step: round(us * seen[step] / looks, 2) for step in STEPS if seen[step]})


def ran(partition: OwnedPartition[Any], records: Sequence[FetchedRecord]) -> None:
    for first in range(0, len(records), COMMIT):
        partition.apply(records[first : first + COMMIT], keyed=True)
        partition.take()


def records(events: int, customers: int) -> Iterator[FetchedRecord]:
    made, start = Events(customers), 1_767_600_000_000
    for number in range(events):
        at = start + 20 * number
        key, value = made.one(f"e{number}", at)
        yield FetchedRecord(TOUCHPOINTS, 0, number, at, key, value, ())


@contextmanager
def sampling(seen: Counter[str], step_of: Callable[[FrameType | None], str]) -> Iterator[None]:
    """While this lasts, every millisecond of processor time is counted for the step it was spent in, by the stack's innermost frame."""

    def look(_number: int, frame: FrameType | None) -> None:
        seen[step_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _step(frame: FrameType | None) -> str:
    """The innermost step on this stack."""
    while frame is not None:
        code = frame.f_code
        name = f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_name}"
        for step, functions in STEPS.items():
            if name.startswith(functions):
                return step
        frame = frame.f_back
    return "else in the job"
