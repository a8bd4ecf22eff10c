"""I4: state, partition record and group offset say the same; nothing but ticks was left unread; no wake was forgotten."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from schemas.control import Tick
from streams.state import Partition
from streams.state.codec import stored_next_wake
from tests.faults.evidence import FRONT, LOG, PROGRESS, Evidence, Stored, newest
from tests.faults.oracle import Truth, understood
from tests.faults.verdict import Verdict


def check_progress(evidence: Evidence, stored: Mapping[int, Stored], truths: Mapping[int, Truth], verdict: Verdict) -> None:
    """Both carriers have come to the end of their log and agree with themselves about it."""
    for number, held in stored.items():
        _check_end(evidence, LOG, number, held, verdict)
        _check_end(evidence, FRONT, number, newest(evidence.reading.of(PROGRESS, number)), verdict)
        _check_outcomes(held, truths[number], number, verdict)
        _check_wakes(evidence, held, number, verdict)


def _check_end(evidence: Evidence, topic: str, number: int, held: Stored, verdict: Verdict) -> None:
    position = held.record.position if held.record else 0
    committed = evidence.committed.get(topic, {}).get(number, 0)
    if committed != position:
        verdict.count("unsettled", f"{topic} {number}: the group stands at {committed}, the partition record at {position}")
    unread = [each for each in evidence.reading.of(topic, number) if each.offset >= position]
    if unread and not (topic == LOG and all(isinstance(understood(each, evidence.seal), Tick) for each in unread)):
        verdict.count("unsettled", f"{topic} {number}: {len(unread)} records from {unread[0].offset} on were not applied")


def _check_outcomes(held: Stored, truth: Truth, number: int, verdict: Verdict) -> None:
    """Received equals the sum of outcomes, and each of them is the oracle's."""
    if held.record is None:
        if truth.outcomes or truth.rejected:
            verdict.count("unsettled", f"partition {number} has no record")
        return
    outcomes = msgspec.msgpack.decode(held.record.body, type=Partition).outcomes
    expected = {**truth.outcomes, **({"rejected": len(truth.rejected)} if truth.rejected else {})}
    if outcomes != expected:
        verdict.count("unsettled", f"partition {number} counts {outcomes}, the oracle {expected}")


def _check_wakes(evidence: Evidence, held: Stored, number: int, verdict: Verdict) -> None:
    limit = evidence.stopped_at - evidence.wake_grace_ms
    forgotten = [key for key, state in held.states.items() if 0 < stored_next_wake(state) < limit]
    if forgotten:
        oldest = min(stored_next_wake(held.states[key]) for key in forgotten)
        overdue = (evidence.stopped_at - oldest) / 1000
        verdict.count(
            "unsettled", f"partition {number}: {len(forgotten)} wakes never fired, the oldest {overdue:.0f} s overdue", len(forgotten)
        )
