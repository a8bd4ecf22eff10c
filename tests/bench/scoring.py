"""What scoring adds to an event: the job with everything that weighs a risk, and the same job with nothing of it, block by block in turns.

Both are given the same events; a block's difference is taken within tens of milliseconds, so that a machine whose speed drifts treats
both alike. A cadence model is in force, as in a company that fits one: without it scoring costs less.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean, median
from time import process_time
from typing import Any
from unittest.mock import patch

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import FetchedRecord
from agents.ingest import TOUCHPOINTS
from agents.journey import JourneyJob
from schemas.models import CadenceModel, Models
from streams.churn import proving, settling
from streams.rules import Rules
from tests.bench.events import Events

BLOCK = 2_000  # events; a customer has about thirty, within hours
MODEL = CadenceModel(family="mbg_nbd", parameters=(1.4, 9.6, 0.04, 44.0), customers=2_439, purchases=87_816, log_likelihood=-2.3e5)
BEGAN, APART_MS = 1_767_600_000_000, 20


@dataclass(frozen=True, slots=True)
class Scoring:
    """Microseconds of processor time an event, with scoring and without; `adds` is the median of the blocks' differences."""

    events: int
    with_us: float
    without_us: float
    adds_us: float


def measured(events: int, customers: int) -> Scoring:
    """A tenth of the events warms both jobs up."""
    scored, plain = _partition(Rules().judging_by(Models(MODEL, None, 1))), _partition(Rules())
    made, pairs = Events(customers), list[tuple[float, float]]()
    for first in range(0, events, BLOCK):
        block = [_record(made, number) for number in range(first, min(first + BLOCK, events))]
        with_s = _cost(scored, block)
        with _nobody_scores():
            without_s = _cost(plain, block)
        if first >= events // 10:
            pairs.append((with_s / len(block) * 1e6, without_s / len(block) * 1e6))
    ours, theirs = ([pair[which] for pair in pairs] for which in (0, 1))
    adds = median(one - other for one, other in pairs)
    return Scoring(events, round(fmean(ours), 2), round(fmean(theirs), 2), round(adds, 2))


def _partition(rules: Rules) -> OwnedPartition[Any]:
    job = JourneyJob(rules, b"k")
    partition = OwnedPartition(job, 0, Held({}, 0, "t"), limit=1_000_000, rejections="r", failures=Failures())
    job.load(partition, b"", {})
    partition.body.rules = rules
    return partition


def _record(made: Events, number: int) -> FetchedRecord:
    at = BEGAN + APART_MS * number
    key, value = made.one(f"e{number}", at)
    return FetchedRecord(TOUCHPOINTS, 0, number, at, key, value, ())


def _cost(partition: OwnedPartition[Any], block: list[FetchedRecord]) -> float:
    began = process_time()
    partition.apply(block, keyed=True)
    partition.take()
    return process_time() - began


@contextmanager
def _nobody_scores() -> Iterator[None]:
    with (
        patch.object(settling, "settle", lambda _moment: None),
        patch.object(settling, "add", lambda *_: None),
        patch.object(proving, "begin", lambda _moment: None),
    ):
        yield
