"""The watermark (the partition's event time): how far time has come by what customers did, whatever the machines' clocks say."""

from __future__ import annotations

from streams.state import Partition

WATERMARK_QUORUM = 3  # customers that must have passed a time before it is past: one wrong date alone moves nothing
GRAIN = 1_000  # ms by which the earliest of them must be passed: event time moves once a second, not with every event


def advance_watermark(partition: Partition, customer: str, at: int) -> None:
    """Advance the partition's event time to what WATERMARK_QUORUM customers have passed. `customer` was seen at `at` (ms UTC).

    >>> partition = Partition()
    >>> for customer, at in [("a", 9_000_000), ("b", 10_000), ("c", 20_000)]: advance_watermark(partition, customer, at)
    >>> partition.event_time
    10000
    """
    leaders = partition.leaders
    if len(leaders) == WATERMARK_QUORUM and at < leaders[0][0] + GRAIN:
        return
    latest = [(at, customer)]
    for leader in leaders:
        if leader[1] != customer:
            latest.append(leader)
        elif leader[0] > at:
            return
    latest.sort()
    partition.leaders = latest[-WATERMARK_QUORUM:]
    if len(latest) >= WATERMARK_QUORUM:
        partition.event_time = max(partition.event_time, partition.leaders[0][0])
