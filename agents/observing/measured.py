"""Where the figures behind the metrics stand: each function reads one of them off a witness, as (label values, figure).

A figure whose role is another one yields nothing, and so does one that is not there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from agents.carrier import Counters
from agents.carrier.rejections import VERSION
from agents.ingest import Progress
from agents.journey.job import Body, JourneyJob
from agents.observing.witness import Witness

if TYPE_CHECKING:  # numpy, scipy and river: in no other role's memory
    from agents.learning.cadence.background import Fits

Sample: TypeAlias = tuple[tuple[str, ...], float]
Reader: TypeAlias = Callable[[Witness], Iterator[Sample]]


def build(witness: Witness) -> Iterator[Sample]:
    yield (VERSION, witness.role, witness.worker), 1


def ready(witness: Witness) -> Iterator[Sample]:
    yield (witness.role,), float(witness.readiness().ready)


def events(witness: Witness) -> Iterator[Sample]:
    for number, body in _bodies(witness):
        outcomes = body.shared.outcomes if isinstance(body, Body) else body.outcomes
        for outcome, count in list(outcomes.items()):
            yield (witness.role, str(number), outcome), count


def lag(witness: Witness) -> Iterator[Sample]:
    if witness.ledger is not None:
        for number, behind in list(witness.ledger.lag.items()):
            yield (witness.ledger.options.source, str(number)), behind


def commit_age(witness: Witness) -> Iterator[Sample]:
    if witness.ledger is not None and (at := witness.ledger.count.committed_at):
        yield (witness.role,), monotonic() - at


def dirty(witness: Witness) -> Iterator[Sample]:
    if witness.ledger is not None:
        yield (witness.role,), sum(len(partition.changed) for partition in list(witness.ledger.owned.values()))


def journeys(witness: Witness) -> Iterator[Sample]:
    if witness.ledger is not None and isinstance(witness.job, JourneyJob):
        for number, partition in list(witness.ledger.owned.items()):
            yield (str(number),), len(partition.states)


def wakes_due(witness: Witness) -> Iterator[Sample]:
    for number, body in _bodies(witness):
        if isinstance(body, Body):
            yield (str(number),), len(body.wakes.sent)


def wakes_waiting(witness: Witness) -> Iterator[Sample]:
    for number, body in _bodies(witness):
        if isinstance(body, Body):
            yield (str(number),), len(body.wakes)


def detector_failures(witness: Witness) -> Iterator[Sample]:
    if isinstance(witness.job, JourneyJob):
        for detector, count in list(witness.job.silences.counts.items()):
            yield (detector,), count


def clamped(witness: Witness) -> Iterator[Sample]:
    if witness.job is not None:
        yield (witness.role,), witness.job.clamped


def booked(kind: str, width: int) -> Reader:
    """Reads the lines of one kind off the job's book, with its first `width` names as labels."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.job is not None:
            for line, count in list(witness.job.book.items()):
                if line[0] == kind:
                    yield line[1 : 1 + width], count

    return read


def counted(figure: Callable[[Counters], float]) -> Reader:
    """Reads one of the carrier's counters."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.ledger is not None:
            yield (witness.role,), figure(witness.ledger.count)

    return read


def served(name: str) -> Reader:
    """Reads one of the serving role's counters."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.serving is not None:
            yield (), witness.serving.seconds if name == "seconds" else witness.serving.counts[name]

    return read


def added_up(name: str) -> Reader:
    """Reads one of the insights role's counters; nothing while another worker adds up."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.adding is not None and (insights := witness.adding.insights) is not None:
            yield (), insights.counts[name]

    return read


def examples(witness: Witness) -> Iterator[Sample]:
    if witness.learning is not None and (adopting := witness.learning.adopting) is not None:
        yield (), adopting.trials.learner.examples


def in_force(witness: Witness) -> Iterator[Sample]:
    if witness.learning is not None:
        for name, words in witness.learning.told.words.items():
            yield (name,), max(list(words), default=0)


def calibration(place: int) -> Reader:
    """Reads the Brier score (0) or the slope (1) of the latest stated risks; nothing while too few came true."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.learning is not None and (adopting := witness.learning.adopting) is not None:
            figures = adopting.calibration()
            if figures is not None and (figure := figures[place]) is not None:
                yield (), figure

    return read


def drift(witness: Witness) -> Iterator[Sample]:
    if witness.learning is not None and (adopting := witness.learning.adopting) is not None and (found := adopting.drift) is not None:
        for summand, index in found.index.items():
            yield (summand,), index


def worse(witness: Witness) -> Iterator[Sample]:
    if witness.learning is not None and (adopting := witness.learning.adopting) is not None:
        yield (), float(adopting.trials.worse_than_priors)


def fits(figure: Callable[[Fits], float]) -> Reader:
    """Reads one of the counters of the cadence fits."""

    def read(witness: Witness) -> Iterator[Sample]:
        if witness.learning is not None:
            yield (), figure(witness.learning.fits)

    return read


def _bodies(witness: Witness) -> Iterator[tuple[int, Body | Progress]]:
    if witness.ledger is not None:
        for number, partition in list(witness.ledger.owned.items()):
            body = partition.body
            if isinstance(body, Body | Progress):
                yield number, body
