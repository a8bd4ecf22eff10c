"""Aggregates (our word: cells): what one partition counts over its customers, cumulative since the beginning.

Each aggregate is a row of its own beside the journeys. It is written in the same transaction as they are, and always as a whole. So
adding up the newest rows of all partitions counts nothing twice and misses nothing, however often a worker died.

The rows are bounded. A partition keeps a limited number of channels, places, paths and norms apart, those seen most of late; all others
are counted as `other` (`streams.state.names`). Rows more than `WEEKS_KEPT` weeks old are deleted.

| sort | key | what it counts |
|---|---|---|
| `place` | week, channel, stage, place | touchpoints, customers, frictions, complaints, answers (`streams.insights.measures`) |
| `path` | stage or place, week, channel, from>to | how often, and the seconds in between (`streams.insights.paths`) |
| `truth` | channel, place | visitors, visitors with a friction, and how many of each lapsed (`streams.insights.moments_of_truth`) |
| `rate` | hour, channel | touchpoints by activity, frictions by detector (`streams.insights.surges.surge`, `streams.insights.channels`) |
| `step` | week, channel, place | who came there and got on, by hour of the week (`streams.insights.blocked`) |
| `norm` | detector, what is measured | values (detectors that compare with a norm) |
| `worth` | tiers (and their currency) | customers and their value, by step of a scale; purchases (`streams.customer.value.tiers`) |
| `unpriced` | currency | purchases of a currency without a rate, or of unknown value (`streams.insights.unpriced`) |
| `names`, `waiting`, `credit` | group | what `streams.state.names` counts of the names that are not kept apart |
| `motive` | quarter, motive | customers with this motive, and how many of them became loyal (`streams.customer.value.cohorts`) |
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from schemas.durations import DAY, week_of
from streams.state.aggregate import Aggregate
from streams.state.groups import CHANNEL_CHARS, MAX_CHANNELS, MAX_NAMES, NAME_CHARS, TIME_AT, Groups
from streams.state.names import OTHER, Key
from streams.state.place_row import MOST, PlaceRow, split_spot, spot_of

__all__ = [
    "CHANNEL_CHARS",
    "MAX_CHANNELS",
    "MAX_NAMES",
    "NAME_CHARS",
    "OTHER",
    "Aggregate",
    "Aggregates",
    "Key",
    "decode_aggregate",
    "decode_key",
    "is_own",
]

WEEKS_KEPT, RATE_WEEKS_KEPT = 60, 10  # a year and a season to compare with; the weeks that a surge is compared with
RECENT_WEEKS = 4  # this week and those before it, in which a name must be seen often to be kept apart
_encode = msgspec.msgpack.Encoder().encode
decode_key = msgspec.msgpack.Decoder(Key).decode  # the key of a stored row
decode_aggregate = msgspec.msgpack.Decoder(Aggregate).decode  # the aggregate of a stored row


class Aggregates:
    """All aggregates of one partition. `changed` holds the keys that the next commit writes or, where the row was deleted, removes.

    >>> aggregates = Aggregates()
    >>> aggregates.row(("truth", "web", "/")).count("visitors")
    >>> Aggregates(aggregates.encoded_rows()).rows
    {('truth', 'web', '/'): Aggregate(counts={'visitors': 1}, histograms={})}
    """

    __slots__ = ("_discarded", "_oldest", "changed", "due", "groups", "place_rows", "rate_rows", "rows", "step_rows")

    def __init__(self, stored: Mapping[bytes, bytes] | None = None, room: Mapping[str, int] | None = None) -> None:
        self.rows: dict[Key, Aggregate] = {decode_key(key): decode_aggregate(value) for key, value in (stored or {}).items()}
        self.changed: set[Key] = set()
        self.due = 0  # ms UTC of the partition's event time from which there may be rows to delete
        self._oldest: dict[str, int] = {}  # sort -> the oldest week or hour that is kept
        self._discarded = Aggregate()  # receives the counts of what is older, and is never stored
        self.rate_rows: dict[str, tuple[int, Key, Aggregate]] = {}  # channel -> hour, key and `rate` row of the hour asked for last
        self.place_rows: dict[tuple[str, str, str], PlaceRow] = {}  # place, channel, stage -> the row of the week that was asked for last
        self.step_rows: dict[str, tuple[int, Key, Aggregate]] = {}  # spot -> week, key and `step` row of the week asked for last
        self.groups = Groups(self.rows, self.changed, room or {}, (self.rate_rows, self.place_rows, self.step_rows))

    def row(self, key: Key, *, seen: bool = False) -> Aggregate:
        """Return the row of this key and mark it as changed. A name that is not kept apart gets the row of `other`.

        Give `seen` where the row is asked for to count one sighting of the name. Return a row that is never stored, if the key is too
        old to be kept.
        """
        return self.found(key, seen=seen)[1]

    def found(self, key: Key, *, seen: bool = False) -> tuple[Key, Aggregate]:
        """Return the row as `row` does, with the key that it is stored under. The key is empty for a row that is never stored."""
        aggregate = self.rows.get(key)
        if aggregate is None:
            if (bounded := self.groups.cached(key, seen=seen)) is None:
                if self._is_old(key):
                    return (), self._discarded
                bounded = self.groups.bound(key, seen=seen)
            key = bounded
            aggregate = self.rows.get(key)
            if aggregate is None:
                aggregate = self.rows[key] = Aggregate()
                self.groups.add(key)
        self.changed.add(key)
        return key, aggregate

    def place(self, at: int, channel: str, stage: str, place: str, *, seen: bool = False) -> PlaceRow:
        """Return the row of a place in the week of `at` (ms UTC), and mark it as changed. `seen` is as in `row`."""
        held = self.place_rows.get((place, channel, stage))
        if held is not None and held.begin <= at < held.end:
            self.changed.add(held.key)
            return held
        week = week_of(at // DAY)
        key, aggregate = self.found(("place", str(week), channel, stage, place), seen=seen)
        held = PlaceRow(key, aggregate, spot_of(channel, place), week, stage)
        if is_own(key):
            if len(self.place_rows) >= MOST:
                self.place_rows.clear()
            self.place_rows[place, channel, stage] = held
        return held

    def rate_row(self, hour: int, channel: str, *, seen: bool = False) -> Aggregate:
        """Return the `rate` row of an hour (since 1970-01-01) and a channel, and mark it as changed.

        Every touchpoint asks for one, so the row of the hour asked for last is held by channel, for channels that are kept apart.
        """
        held = self.rate_rows.get(channel)
        if held is None or held[0] != hour:
            key, aggregate = self.found(("rate", str(hour), channel), seen=seen)
            if key[-1:] == (channel,):
                self.rate_rows[channel] = hour, key, aggregate
            return aggregate
        self.changed.add(held[1])
        return held[2]

    def step_row(self, week: int, spot: str) -> Aggregate:
        """Return the `step` row of a place (`streams.state.place_row.spot_of`) in a week, and mark it as changed."""
        held = self.step_rows.get(spot)
        if held is None or held[0] != week:
            key, aggregate = self.found(("step", str(week), *split_spot(spot)))
            if is_own(key):
                self.step_rows[spot] = week, key, aggregate
            return aggregate
        self.changed.add(held[1])
        return held[2]

    def forget_old(self, now: int) -> None:
        """Delete the rows that are too old at event time `now` (ms UTC). The next commit removes them from the log as well."""
        week = (now // DAY + 3) // 7  # as schemas.durations.week_of
        self.due = _monday(week + 1) * DAY
        self._oldest = {"place": week - WEEKS_KEPT, "path": week - WEEKS_KEPT, "step": week - RATE_WEEKS_KEPT}
        self._oldest["rate"] = 24 * _monday(week - RATE_WEEKS_KEPT)
        if gone := [key for key in self.rows if self._is_old(key)]:
            for key in gone:
                del self.rows[key]
            self.changed.update(gone)
            self.groups.index()
        recent = week - RECENT_WEEKS + 1
        self.groups.pass_weeks(week, {"place": recent, "path": recent, "rate": 24 * _monday(recent)})

    def _is_old(self, key: Key) -> bool:
        at = TIME_AT.get(key[0])
        return at is not None and int(key[at]) < self._oldest.get(key[0], 0)

    def add_norm_value(self, detector: str, key: str, value: float) -> None:
        """Add one value to the norm of a detector."""
        self.row(("norm", detector, key), seen=True).add_value("value", value)

    def take_changes(self) -> dict[bytes, bytes | None]:
        """Return the changed rows as the ledger stores them (None: deleted). They count as written from now on."""
        changed = sorted(self.changed)
        self.changed.clear()
        return {_encode(key): _encode(self.rows[key]) if key in self.rows else None for key in changed}

    def encoded_rows(self) -> dict[bytes, bytes]:
        """Return every row as the ledger stores it."""
        return {_encode(key): _encode(self.rows[key]) for key in sorted(self.rows)}


def is_own(key: Key) -> bool:
    """Return whether this is the key of a stored row of a name that is kept apart: no sighting of it need be counted any more.

    >>> is_own(("truth", "web", "/")), is_own(("truth", "web", "other")), is_own(())
    (True, False, False)
    """
    return key[-1:] not in ((), (OTHER,))


def _monday(week: int) -> int:
    """Return the day (since 1970-01-01) on which a week begins.

    >>> _monday(2923), _monday(2924)
    (20458, 20465)
    """
    return 7 * week - 3
