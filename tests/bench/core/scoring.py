"""What scoring costs an event: of the whole job's processor time, what is spent below anything that weighs a risk.

Taken from the job as it is, by looking at the stack every millisecond, and not as the difference of two jobs: two runs of the very same job
differ by half a microsecond here and more. A cadence model is in force, as in a company that fits one: without it scoring costs less.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from time import process_time
from types import FrameType
from typing import Any

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.journey.job import JourneyJob
from schemas.control.models import CadenceModel, Models
from streams.rules import Rules
from tests.bench.steps import ROOT, ran, records, sampling

MODEL = CadenceModel(family="mbg_nbd", parameters=(1.4, 9.6, 0.04, 44.0), customers=2_439, purchases=87_816, log_likelihood=-2.3e5)
WEIGHS = tuple(f"{ROOT}/{file}" for file in (
    "streams/risk/update.py", "streams/risk/score.py", "streams/risk/crossing.py", "streams/rules/risk_terms.py",
    "streams/risk/labels.py", "streams/cadence/",
))  # fmt: skip
SCORING, ELSE = "scoring", "else"


@dataclass(frozen=True, slots=True)
class Scoring:
    """Microseconds of processor time an event: of scoring, give or take one standard error of the looks, and of the whole job."""

    events: int
    scoring_us: float
    error_us: float
    job_us: float


def measured(events: int, customers: int) -> Scoring:
    """The whole job over so many events; the first fifth warms up."""
    job = JourneyJob(Rules(), [b"a key for the benchmark"])
    partition: OwnedPartition[Any] = OwnedPartition(
        job, 0, Held({}, 0, "topic-id"), rejections="journey.rejections.v1", failures=Failures()
    )
    job.load(partition, b"", {})
    partition.body.rules = partition.body.rules.with_models(Models(MODEL, None, 1))
    made, warm = list(records(events, customers)), events // 5
    ran(partition, made[:warm])
    seen: Counter[str] = Counter()
    began = process_time()
    with sampling(seen, _where):
        ran(partition, made[warm:])
    us = (process_time() - began) / (events - warm) * 1e6
    looks = max(sum(seen.values()), 1)
    share = seen[SCORING] / looks
    return Scoring(events, round(us * share, 2), round(us * sqrt(share * (1 - share) / looks), 2), round(us, 2))


def _where(frame: FrameType | None) -> str:
    while frame is not None:
        if frame.f_code.co_filename.startswith(WEIGHS):
            return SCORING
        frame = frame.f_back
    return ELSE
