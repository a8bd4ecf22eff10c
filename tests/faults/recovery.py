"""How long the workers took: whether all is applied by now, and how long the unluckiest event waited for its commit."""

from __future__ import annotations

from collections.abc import Mapping

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from streams.state.codec import stored_next_wake
from tests.faults.evidence import FRONT, JOURNEYS, LOG, PROGRESS, newest
from tests.faults.reading import TICK, Reading, Record

PAIRS = ((FRONT, PROGRESS), (LOG, JOURNEYS))


def committing(reading: Reading) -> bool:
    """Both carriers have made their first commit."""
    return flowing(reading, {})


def flowing(reading: Reading, before: Mapping[tuple[str, int], Record]) -> bool:
    """Both carriers have committed since; `before` is the `progress` of then."""
    newer = {at[0] for at, record in list(reading.progress.items()) if at not in before or record.offset > before[at].offset}
    return all(changelog in newer for _, changelog in PAIRS)


def settled(reading: Reading) -> bool:
    """Every record that lies on a source is applied; a tick that has just come may wait."""
    ends = list(reading.last.items())
    return all(end < reading.position(dict(PAIRS)[topic], partition) for (topic, partition), end in ends if topic in (FRONT, LOG))


def woken(reading: Reading, by: int) -> bool:
    """No journey waits for a moment that was over at `by` (ms UTC)."""
    states = (state for number in range(reading.partitions) for state in newest(reading.of(JOURNEYS, number)).states.values())
    return not any(0 < stored_next_wake(state) < by for state in states)


def slowest(reading: Reading) -> float:
    """The longest time in seconds from an event's arrival at the broker to the commit that contains it, as subscribers saw it."""
    found = (max((wait for _, wait in waits(reading, *pair, number)), default=0) for pair in PAIRS for number in range(reading.partitions))
    return round(max(found, default=0) / 1000, 1)


def silences(reading: Reading, since: int) -> list[float]:
    """The longest such time by partition of the journey, of events that came after `since` (ms UTC)."""
    return [round(max((wait for _, wait in arrivals(reading, number, since)), default=0) / 1000, 1) for number in range(reading.partitions)]


def pauses(reading: Reading, since: int, over_s: float = 1.0) -> list[tuple[int, int, int]]:
    """When a partition of the journey was silent for longer: (partition, ms UTC when its first event came, ms that it waited)."""
    found: list[tuple[int, int, int]] = []
    for number in range(reading.partitions):
        waiting = False
        for came, wait in arrivals(reading, number, since):
            if wait > over_s * 1000 and not waiting:
                found.append((number, came, wait))
            waiting = wait > over_s * 1000
    return sorted(found, key=lambda pause: pause[1])


def late(reading: Reading, since: int, share: float) -> float:
    """The time in seconds within which this share (0..1) of the journey's events was committed."""
    found = sorted(wait for number in range(reading.partitions) for _, wait in arrivals(reading, number, since))
    return round(found[min(len(found) - 1, int(share * len(found)))] / 1000, 2) if found else 0.0


def arrivals(reading: Reading, number: int, since: int) -> list[tuple[int, int]]:
    """When (ms UTC) each event of a partition of the journey came, and how long (ms) it waited for its commit. Ticks are left out."""
    found = waits(reading, LOG, JOURNEYS, number)
    return [(event.at, wait) for event, wait in found if event.at >= since and not (event.value or b"").startswith(TICK)]


def waits(reading: Reading, source: str, changelog: str, number: int) -> list[tuple[Record, int]]:
    """The records of a partition, and how long (ms) each waited for its commit."""
    commits = [each for each in reading.of(changelog, number) if each.key == PARTITION_KEY and each.value]
    positions = [(PartitionRecord.decode(each.value or b"").position, each.seen) for each in commits]
    found, at = [], 0
    for event in reading.of(source, number):
        while at < len(positions) and positions[at][0] <= event.offset:
            at += 1
        if at == len(positions):
            break
        found.append((event, positions[at][1] - event.at))
    return found
