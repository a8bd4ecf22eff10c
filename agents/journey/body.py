"""The journey role's state of an owned partition: what its journeys share, the rules in force, and the queue of timers."""

from __future__ import annotations

import logging

import msgspec

from agents.carrier.partition import OwnedPartition
from agents.journey.timer_queue import TimerQueue
from agents.running.intake import APART_MS, MARKS, Intake, count_ahead, mark
from agents.running.runs import Runs
from streams.rules import Rules
from streams.state import Journey, Partition
from streams.state.codec import HEADER

log = logging.getLogger(__name__)

PAST = 3_600_000  # ms: a record that sets a timer further into the past belongs to a history


class Stored(Partition):
    """What the journeys share, with counts that no decision reads: of the latest runs of `sojourn send`, and of clocks that are ahead."""

    runs: Runs = msgspec.field(default_factory=dict)
    direct: Intake = msgspec.field(default_factory=Intake)  # times that were set back here, by source; `at` is the log's time
    earlier: list[Intake] = msgspec.field(default_factory=list)  # these counts at earlier moments, for `sojourn doctor`


class Body:
    """The job's state of an owned partition: what its journeys share, the rules in force, and the queue of timers.

    `place` is what control records of this partition are signed for.
    """

    __slots__ = ("committing", "decided", "place", "refused_before", "rules", "shared", "wakes")

    def __init__(self, shared: Stored, rules: Rules, wakes: TimerQueue, place: bytes) -> None:
        self.shared, self.rules, self.wakes, self.place = shared, rules, wakes, place
        self.decided: list[int] = []  # log times (ms UTC) of the records that led to decisions which no commit has taken
        self.committing: list[int] = []  # the same, for decisions in the commit under way
        self.refused_before = shared.outcomes.get("rejected", 0)


def count_clocks(shared: Stored, ahead: list[tuple[str, int]], logged_at: int) -> None:
    """Count times that were set back, by source, and empty the list. The counts are stamped by the log's time, so a replay has the same.

    >>> shared = Stored()
    >>> count_clocks(shared, [("till", 400_000)], 1761555660000), shared.direct.ahead
    (None, {'till': (1, 400000)})
    """
    if not shared.earlier or logged_at - shared.earlier[-1].at >= APART_MS:
        shared.earlier.append(mark(shared.direct, shared.direct.at))  # nothing was counted between that time and this
        del shared.earlier[:-MARKS]
    shared.direct.at = logged_at
    for source, by in ahead:
        shared.direct.clamped += 1
        count_ahead(shared.direct, source, by)
    ahead.clear()


read_body = msgspec.msgpack.Decoder(Stored).decode
write_body = msgspec.msgpack.Encoder().encode


def pass_by_broken(partition: OwnedPartition[Journey]) -> None:
    """Forget stored states that are too short for a journey: nobody but a stranger writes them, and no worker could start with one."""
    broken = [key for key, state in partition.states.items() if isinstance(state, bytes) and len(state) < HEADER.size]
    for key in broken:
        del partition.states[key]
    if broken:
        log.error("partition %d: %d records of its changelog are no journeys and are passed by", partition.number, len(broken))
