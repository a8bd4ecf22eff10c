"""The row of a place as those who count hold it: looked up once, with what the next event of a visit there asks for.

An event finds it by place, channel and stage. The names of its key are neither cut nor joined again. `Aggregates` forgets it when rows
are added to others or deleted.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.durations import DAY
from schemas.vocabulary import STAGES
from streams.state.aggregate import Aggregate
from streams.state.groups import CHANNEL_CHARS, NAME_CHARS
from streams.state.histograms import Histogram
from streams.state.names import Key

STAGE_NUMBERS = {stage: number for number, stage in enumerate(STAGES)}
MOST = 1_000  # rows held of one partition; then all are looked up anew


class Move(NamedTuple):
    """The rows of a way from one place to another: the way itself, and the place that the customer left."""

    key: Key  # of the way
    left: Key  # of the place
    histograms: tuple[Histogram, Histogram]  # how long they were at the place, in both rows


class PlaceRow:
    """One row, in the week from `begin` to `end` (ms UTC); it begins on `day`.

    `key` is that of the row that counts: of `other`, if the name is not kept apart.
    """

    __slots__ = ("aggregate", "begin", "counts", "day", "end", "key", "moves", "spot", "stage", "truth", "week")

    def __init__(self, key: Key, aggregate: Aggregate, spot: str, week: int, stage: str) -> None:
        self.key, self.aggregate, self.counts, self.spot = key, aggregate, aggregate.counts, spot
        self.week, self.day, self.begin, self.end = week, 7 * week - 3, (7 * week - 3) * DAY, (7 * week + 4) * DAY
        self.stage = STAGE_NUMBERS.get(stage, 0)
        self.truth: tuple[Key, dict[str, int]] | None = None  # the `truth` row of the place; None: it was not asked for yet
        self.moves: dict[str, Move] = {}  # spot that the customer left -> the way from there, where both rows are their own

    def count(self, name: str, by: int = 1) -> None:
        """Add `by` to the count of this name."""
        self.counts[name] = self.counts.get(name, 0) + by


def spot_of(channel: str, place: str) -> str:
    """Return channel and place as one name, cut to the length that aggregates keep.

    >>> split_spot(spot_of("call centre", "queue/orders"))
    ('call centre', 'queue/orders')
    """
    return f"{channel[:CHANNEL_CHARS]}\t{place[:NAME_CHARS]}"


def split_spot(spot: str) -> tuple[str, str]:
    """Return the channel and the place of such a name."""
    channel, _, place = spot.partition("\t")
    return channel, place
