"""The first driver: the oracle. One thread, no broker, no bytes in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from schemas.control import HistoryEnded
from schemas.outputs import Output
from streams.context import DetectorFailed, Emission, Sent
from streams.replay import Replay
from tests.drivers.cases import Case, Result, books

_encode = msgspec.json.Encoder().encode


def replayed(case: Case) -> Result:
    """The case as the oracle sees it."""
    replay = Replay(bodies=case.bodies).run([*case.events(), HistoryEnded(until=case.until)], case.until)
    return result_of(replay)


def result_of(replay: Replay) -> Result:
    """What a replay has come to."""
    return Result(
        Counter(map(row, outputs_of(replay.emissions))),
        replay.states(),
        books(replay.partition.outcomes),
        replay.partition.aggregates.encoded_rows(),
    )


def outputs_of(emissions: Iterable[Emission]) -> list[Output]:
    """The outputs; a detector that failed would be a defect, in any case."""
    outputs = []
    for emission in emissions:
        if isinstance(emission, DetectorFailed):
            raise AssertionError(f"{emission.detector} failed: {emission.error}")
        assert not isinstance(emission, Sent), emission
        outputs.append(emission)
    return outputs


def row(output: Output) -> tuple[str, str, bytes]:
    """An output as subscribers compare it."""
    return (output.topic, output.id, _encode(output))
