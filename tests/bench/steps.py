"""Where the time of an event goes in the journey worker's own code: a sampled profile of the whole job, without broker and network.

Every millisecond of processor time the stack is looked at, and the innermost step on it is given that millisecond. Sampling costs next to
nothing, so the sum is what the job really takes, which a tracing profiler would double.
"""

from __future__ import annotations

import gc
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Any, NamedTuple

from agents.app import spare_the_collector
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


class Step(NamedTuple):
    """A capability: the files or functions that are it, and the microseconds an event that it may cost when the caches are hot."""

    places: tuple[str, ...]
    may_us: float


STEPS: dict[str, Step] = {
    "reads the record": Step(("agents/journey/direct_input.py", "schemas/reading/", "schemas/inputs/"), 3.5),
    "privacy: masks texts": Step(("schemas/masking/",), 0.5),
    "knows duplicates": Step(("streams/engine/remember.py:record_id", "streams/engine/things.py"), 1.3),
    "friction detectors": Step(("streams/friction/", "streams/signals/raising.py:ask_patterns", "streams/signals/moving.py"), 4.0),
    "churn signals": Step(("streams/churn/", "streams/detectors/shared/silence.py", "streams/signals/weekly.py"), 1.5),
    "deadlines": Step(("streams/signals/deadlines.py", "streams/signals/raising.py:judge_deadlines"), 1.5),
    "remembers it": Step(("streams/engine/remember.py",), 3.0),
    "counts it in aggregates": Step(("streams/insights/", "streams/state/aggregates.py"), 3.0),
    "stages, loyalty, value": Step(("streams/customer/",), 1.5),
    "raises and closes signals": Step(("streams/signals/",), 1.5),
    "risk": Step(("streams/risk/",), 2.0),
    "offers": Step(("streams/offers/",), 1.5),
    "identity": Step(("streams/identity/", "streams/engine/forgetting.py"), 0.5),
    "keeps the size limit": Step(("streams/engine/size_limit.py",), 0.5),
    "writes the outputs": Step(("agents/journey/outputs.py", "agents/journey/publishing.py"), 1.0),
    "encodes states for the commit": Step(
        (
            "agents/carrier/partition.py:take",
            "agents/carrier/partition.py:encoded",
            "agents/journey/job.py:encode",
            "agents/journey/job.py:rows",
            "streams/state/codec.py",
        ),
        2.5,
    ),
    "decodes states that rested": Step(("agents/journey/job.py:decode",), 0.5),
    "else in decide": Step(("streams/decide.py", "streams/context/", "streams/engine/"), 2.5),
    "else in the job": Step(("agents/",), 1.5),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Microseconds of processor time an event, in all and by step."""

    events: int
    customers: int
    us: float
    steps: dict[str, float]


def profiled(events: int, customers: int) -> Profile:
    """Return the profile of the whole job over so many events of the benchmark's mix. The first third warms up."""
    partition, made, warm = new_partition(), list(records(events, customers)), events // 3
    seen: Counter[str] = Counter()
    with collector_of_the_worker():
        ran(partition, made[:warm])
        began = process_time()
        with sampling(seen, _step):
            ran(partition, made[warm:])
        us = (process_time() - began) / (events - warm) * 1e6
    looks = sum(seen.values())
    return Profile(events, customers, round(us, 2), {step: round(us * seen[step] / looks, 2) for step in STEPS if seen[step]})


def new_job(rules: Rules | None = None, partitions: int = 1) -> JourneyJob:
    """Return the whole job for a topic of so many partitions, with the default rules unless others are given."""
    return JourneyJob(rules or Rules(), [b"a key for the benchmark"], partitions=partitions)


def new_partition(job: JourneyJob | None = None, number: int = 0, states: dict[bytes, bytes] | None = None) -> OwnedPartition[Any]:
    """Return a partition of the whole job, with these states as a start would read them. Without states it is empty."""
    job = job or new_job()
    held = Held(states or {}, 0, "topic-id")
    partition: OwnedPartition[Any] = OwnedPartition(job, number, held, rejections="journey.rejections.v1", failures=Failures())
    job.load(partition, b"", {})
    return partition


@contextmanager
def collector_of_the_worker() -> Iterator[None]:
    """While this lasts, Python's cycle collector is set as the worker sets it. Otherwise its looks cost up to a fifth."""
    before = gc.get_threshold()
    spare_the_collector()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


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
        for step, one in STEPS.items():
            if name.startswith(one.places):
                return step
        frame = frame.f_back
    return "else in the job"
