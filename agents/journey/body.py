"""The journey role's state of an owned partition: what its journeys share, the rules in force, and the queue of timers."""

from __future__ import annotations

import logging

import msgspec

from agents.carrier.partition import OwnedPartition
from agents.journey.timer_queue import TimerQueue
from agents.running.runs import Runs
from streams.rules import Rules
from streams.state import Journey, Partition
from streams.state.codec import HEADER

log = logging.getLogger(__name__)

PAST = 3_600_000  # ms: a record that sets a timer further into the past belongs to a history


class Stored(Partition):
    """What the journeys share, with the counts of the latest runs of `sojourn send`. No decision reads those."""

    runs: Runs = msgspec.field(default_factory=dict)


class Body:
    """The job's state of an owned partition: what its journeys share, the rules in force, and the queue of timers."""

    __slots__ = ("committing", "decided", "refused_before", "rules", "shared", "wakes")

    def __init__(self, shared: Stored, rules: Rules, wakes: TimerQueue) -> None:
        self.shared, self.rules, self.wakes = shared, rules, wakes
        self.decided: list[int] = []  # log times (ms UTC) of the records that led to decisions which no commit has taken
        self.committing: list[int] = []  # the same, for decisions in the commit under way
        self.refused_before = shared.outcomes.get("rejected", 0)


read_body = msgspec.msgpack.Decoder(Stored).decode
write_body = msgspec.msgpack.Encoder().encode


def pass_by_broken(partition: OwnedPartition[Journey]) -> None:
    """Forget stored states that are too short for a journey: nobody but a stranger writes them, and no worker could start with one."""
    broken = [key for key, state in partition.states.items() if isinstance(state, bytes) and len(state) < HEADER.size]
    for key in broken:
        del partition.states[key]
    if broken:
        log.error("partition %d: %d records of its changelog are no journeys and are passed by", partition.number, len(broken))
