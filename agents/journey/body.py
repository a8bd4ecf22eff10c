"""The journey role's state of an owned partition: what its journeys share, the rules in force, and the queue of timers."""

from __future__ import annotations

import msgspec

from agents.journey.timer_queue import TimerQueue
from agents.running.runs import Runs
from streams.rules import Rules
from streams.state import Partition

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
