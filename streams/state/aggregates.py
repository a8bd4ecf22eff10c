"""Aggregates (our word: cells): what one partition counts over its customers, cumulative since the beginning.

Each aggregate is a row of its own beside the journeys. It is written in the same transaction as they are, and always as a whole. So
adding up the newest rows of all partitions counts nothing twice and misses nothing, however often a worker died.

The rows are bounded. A partition keeps a limited number of channels, places, paths and norms apart; all others are counted as `other`.
Rows more than `WEEKS_KEPT` weeks old are deleted.

| sort | key | what it counts |
|---|---|---|
| `place` | week, channel, stage, place | touchpoints, customers, frictions, complaints, answers (`streams.insights.measures`) |
| `path` | stage or place, week, channel, from>to | how often, and the seconds in between (`streams.insights.paths`) |
| `truth` | channel, place | visitors, visitors with a friction, and how many of each lapsed (`streams.insights.moments_of_truth`) |
| `rate` | hour, channel | touchpoints by activity, frictions by detector (`streams.insights.surge`, `streams.insights.channels`) |
| `norm` | detector, what is measured | values (detectors that compare with a norm) |
| `worth` | tiers (and their currency) | customers and their value, by step of a scale; purchases (`streams.customer.value.tiers`) |
| `unpriced` | currency | purchases of a currency without a rate, or of unknown value (`streams.insights.unpriced`) |
| `motive` | quarter, motive | customers with this motive, and how many of them became loyal (`streams.customer.value.cohorts`) |
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from schemas.durations import DAY
from streams.state.histograms import Histogram

OTHER = "other"
MAX_NAMES = 400  # names of one group that a partition keeps apart
MAX_CHANNELS = 24  # channels that a partition keeps apart
WEEKS_KEPT, RATE_WEEKS_KEPT = 60, 10  # a year and a season to compare with; the weeks that a surge is compared with
NAME_CHARS, CHANNEL_CHARS = 80, 24  # the first characters of a place's and of a channel's name; the rest is cut off

Key = tuple[str, ...]  # the sort of row, then what it is about; the last part is a name


class Aggregate(msgspec.Struct, array_like=True):
    """One row: counts and histograms by name."""

    counts: dict[str, int] = {}
    histograms: dict[str, Histogram] = {}

    def count(self, name: str, by: int = 1) -> None:
        """Add `by` to the count of this name."""
        self.counts[name] = self.counts.get(name, 0) + by

    def add_value(self, name: str, value: float) -> None:
        """Add one value to the histogram of this name."""
        if (histogram := self.histograms.get(name)) is None:
            histogram = self.histograms[name] = Histogram()
        histogram.add(value)

    def merge(self, other: Aggregate) -> None:
        """Add everything that the other aggregate has counted."""
        for name, count in other.counts.items():
            self.count(name, count)
        for name, histogram in other.histograms.items():
            self.histograms.setdefault(name, Histogram()).merge(histogram)


_CHANNEL_AT = {"place": 2, "path": 3, "truth": 1, "rate": 2}  # index of the channel in the key of each sort
_TIME_AT = {"place": 1, "path": 2, "rate": 1}  # index of the week or the hour
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

    __slots__ = ("_bounded_keys", "_discarded", "_hour", "_names", "_oldest", "_rate_cache", "changed", "due", "rows")

    def __init__(self, stored: Mapping[bytes, bytes] | None = None) -> None:
        self.rows: dict[Key, Aggregate] = {decode_key(key): decode_aggregate(value) for key, value in (stored or {}).items()}
        self.changed: set[Key] = set()
        self.due = 0  # ms UTC of the partition's event time from which there may be rows to delete
        self._oldest: dict[str, int] = {}  # sort -> the oldest week or hour that is kept
        self._hour = -1  # the hour of the cached `rate` rows
        self._discarded = Aggregate()  # receives the counts of what is older, and is never stored
        self._index_names()

    def row(self, key: Key) -> Aggregate:
        """Return the row of this key and mark it as changed. A new name beyond the limit gets the row of `other`.

        Return a row that is never stored, if the key is too old to be kept.
        """
        aggregate = self.rows.get(key)
        if aggregate is None:
            if (bounded := self._bounded_keys.get(key)) is None:
                if self._is_old(key):
                    return self._discarded
                bounded = self._bound_key(key)
                if len(self._bounded_keys) >= 10 * MAX_NAMES:
                    self._bounded_keys.clear()
                self._bounded_keys[key] = bounded
            key = bounded
            aggregate = self.rows.get(key)
            if aggregate is None:
                aggregate = self.rows[key] = Aggregate()
        self.changed.add(key)
        return aggregate

    def rate_row(self, hour: int, channel: str) -> Aggregate:
        """Return the `rate` row of an hour (since 1970-01-01) and a channel, and mark it as changed.

        Every touchpoint asks for one, so the rows of the latest hour are cached by channel.
        """
        if hour != self._hour:
            self._hour = hour
            self._rate_cache.clear()
        if (found := self._rate_cache.get(channel)) is None:
            aggregate = self.row(key := ("rate", str(hour), channel))
            if aggregate is self._discarded:
                return aggregate
            if len(self._rate_cache) >= 10 * MAX_CHANNELS:
                self._rate_cache.clear()
            found = self._rate_cache[channel] = (self._bounded_keys.get(key, key), aggregate)
        self.changed.add(found[0])
        return found[1]

    def forget_old(self, now: int) -> None:
        """Delete the rows that are too old at event time `now` (ms UTC). The next commit removes them from the log as well."""
        week = (now // DAY + 3) // 7  # as schemas.durations.week_of
        self.due = _monday(week + 1) * DAY
        self._oldest = {"place": week - WEEKS_KEPT, "path": week - WEEKS_KEPT, "rate": 24 * _monday(week - RATE_WEEKS_KEPT)}
        if gone := [key for key in self.rows if self._is_old(key)]:
            for key in gone:
                del self.rows[key]
            self.changed.update(gone)
            self._index_names()

    def _is_old(self, key: Key) -> bool:
        at = _TIME_AT.get(key[0])
        return at is not None and int(key[at]) < self._oldest.get(key[0], 0)

    def _index_names(self) -> None:
        """Rebuild the names in use from the rows alone. So a restarted worker keeps the same names apart as before."""
        self._hour = -1
        self._rate_cache: dict[str, tuple[Key, Aggregate]] = {}  # `rate` rows of the latest hour, by channel
        self._bounded_keys: dict[Key, Key] = {}  # cache of bounded keys: many keys are `other` again and again
        self._names: dict[Key, set[str]] = {}
        for key in self.rows:
            self._names.setdefault(_name_group(key), set()).add(key[-1])
            if at := _CHANNEL_AT.get(key[0]):
                self._names.setdefault(("channel",), set()).add(key[at])

    def _bound_key(self, key: Key) -> Key:
        if at := _CHANNEL_AT.get(key[0]):
            key = (*key[:at], self._bound_name(("channel",), key[at][:CHANNEL_CHARS], MAX_CHANNELS), *key[at + 1 :])
        if key[0] == "rate":
            return key
        long = NAME_CHARS if key[0] in ("place", "truth") else 2 * NAME_CHARS
        return (*key[:-1], self._bound_name(_name_group(key), key[-1][:long], MAX_NAMES))

    def _bound_name(self, sort: Key, name: str, limit: int) -> str:
        names = self._names.setdefault(sort, set())
        if name not in names:
            if len(names) >= limit:
                name = OTHER
            names.add(name)
        return name

    def add_norm_value(self, detector: str, key: str, value: float) -> None:
        """Add one value to the norm of a detector."""
        self.row(("norm", detector, key)).add_value("value", value)

    def take_changes(self) -> dict[bytes, bytes | None]:
        """Return the changed rows as the ledger stores them (None: deleted). They count as written from now on."""
        changed, self.changed = self.changed, set()
        return {_encode(key): _encode(self.rows[key]) if key in self.rows else None for key in sorted(changed)}

    def encoded_rows(self) -> dict[bytes, bytes]:
        """Return every row as the ledger stores it."""
        return {_encode(key): _encode(self.rows[key]) for key in sorted(self.rows)}


def _name_group(key: Key) -> Key:
    """Return the group in which names are limited together: the norms of one detector, all places, all paths between places."""
    return key[:2] if key[0] in ("norm", "path") else key[:1]


def _monday(week: int) -> int:
    """Return the day (since 1970-01-01) on which a week begins.

    >>> _monday(2923), _monday(2924)
    (20458, 20465)
    """
    return 7 * week - 3
