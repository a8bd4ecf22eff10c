"""Cells: what is counted over customers, in one partition, cumulative since the beginning.

A cell is a row of the ledger beside the journeys, written with them in one transaction, and always whole: whoever adds up the newest of
each partition's cells counts nothing twice and misses nothing, however often a worker died on the way. They are bounded: a partition
knows so many channels, places, paths and norms, everything else is `other`; and what lies more than `WEEKS_KEPT` back is forgotten.

| sort | key | what it counts |
|---|---|---|
| `place` | week, channel, stage, place | touchpoints, customers, frictions, complaints, answers (`streams.insights.measures`) |
| `path` | stage or place, week, channel, from>to | how often, and the seconds in between (`streams.insights.paths`) |
| `truth` | channel, place | visitors, hurt, and how many of either lapsed (`streams.insights.moments_of_truth`) |
| `rate` | hour, channel | touchpoints by activity, frictions by detector (`streams.insights.surge`) |
| `norm` | detector, what is measured | values (detectors that judge against a norm) |
| `worth` | tiers | customers and what they brought, by step of a scale (`streams.customer.value.tiers`) |
| `motive` | quarter, motive | customers whose motive it was, and who of them was won for good (`streams.customer.value.cohorts`) |
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from schemas.durations import DAY
from streams.state.spreads import Histogram

OTHER = "other"
KNOWN = 400  # names of one sort that a partition's cells tell apart
CHANNELS = 24  # channels that they tell apart
WEEKS_KEPT, RATE_WEEKS_KEPT = 60, 10  # a year and a season to compare with; the weeks a surge is held against
NAME, CHANNEL_NAME = 80, 24  # characters of a place's name, and of a channel's, that tell it apart

Key = tuple[str, ...]  # the sort of cell, then what it is about; the last is a name


class Aggregate(msgspec.Struct, array_like=True):
    """Counts and spreads by name."""

    counts: dict[str, int] = {}
    histograms: dict[str, Histogram] = {}

    def count(self, name: str, by: int = 1) -> None:
        """So many more of this."""
        self.counts[name] = self.counts.get(name, 0) + by

    def spread(self, name: str, value: float) -> None:
        """One more value of this."""
        if (spread := self.histograms.get(name)) is None:
            spread = self.histograms[name] = Histogram()
        spread.add(value)

    def merge(self, other: Aggregate) -> None:
        """Everything the other one has counted as well."""
        for name, count in other.counts.items():
            self.count(name, count)
        for name, spread in other.histograms.items():
            self.histograms.setdefault(name, Histogram()).merge(spread)


_CHANNEL_AT = {"place": 2, "path": 3, "truth": 1, "rate": 2}  # where in the key of each sort the channel stands
_TIME_AT = {"place": 1, "path": 2, "rate": 1}  # where the week or the hour stands
_decode = msgspec.msgpack.Decoder(Aggregate).decode
_encode = msgspec.msgpack.Encoder().encode
_decode_key = msgspec.msgpack.Decoder(Key).decode


class Aggregates:
    """A partition's cells. `changed` are those that the next commit writes, or takes back where they were forgotten.

    >>> cells = Aggregates()
    >>> cells.at(("truth", "web", "/")).count("visitors")
    >>> Aggregates(cells.stored()).rows
    {('truth', 'web', '/'): Cell(counts={'visitors': 1}, spreads={})}
    """

    __slots__ = ("_aside", "_at_hand", "_called", "_hour", "_names", "_oldest", "changed", "due", "rows")

    def __init__(self, stored: Mapping[bytes, bytes] | None = None) -> None:
        self.rows: dict[Key, Aggregate] = {key_of(key): _decode(value) for key, value in (stored or {}).items()}
        self.changed: set[Key] = set()
        self.due = 0  # ms UTC of the partition's event time from which there may be something to forget
        self._oldest: dict[str, int] = {}  # sort -> the oldest week or hour that is kept
        self._hour = -1  # of the cells at hand
        self._aside = Aggregate()  # what lies before that is counted here, and nowhere
        self._name_all()

    def at(self, key: Key) -> Aggregate:
        """The cell with this key, about to be changed; that of `other` where the partition knows too many of its sort."""
        cell = self.rows.get(key)
        if cell is None:
            if (called := self._called.get(key)) is None:
                if self._is_old(key):
                    return self._aside
                called = self._bounded(key)
                if len(self._called) >= 10 * KNOWN:
                    self._called.clear()
                self._called[key] = called
            key = called
            cell = self.rows.get(key)
            if cell is None:
                cell = self.rows[key] = Aggregate()
        self.changed.add(key)
        return cell

    def rate(self, hour: int, channel: str) -> Aggregate:
        """The cell of an hour (since 1970-01-01) and a channel: asked for with every touchpoint, so the latest hour's are at hand."""
        if hour != self._hour:
            self._hour = hour
            self._at_hand.clear()
        if (found := self._at_hand.get(channel)) is None:
            cell = self.at(key := ("rate", str(hour), channel))
            if cell is self._aside:
                return cell
            found = self._at_hand[channel] = (self._called.get(key, key), cell)
        self.changed.add(found[0])
        return found[1]

    def forget(self, now: int) -> None:
        """The partition's event time is `now` (ms UTC): what lies too far back is gone, from the log's point of view at this moment."""
        week = (now // DAY + 3) // 7  # as schemas.durations.week_of, which stands above us
        self.due = _monday(week + 1) * DAY
        self._oldest = {"place": week - WEEKS_KEPT, "path": week - WEEKS_KEPT, "rate": 24 * _monday(week - RATE_WEEKS_KEPT)}
        if gone := [key for key in self.rows if self._is_old(key)]:
            for key in gone:
                del self.rows[key]
            self.changed.update(gone)
            self._name_all()

    def _is_old(self, key: Key) -> bool:
        at = _TIME_AT.get(key[0])
        return at is not None and int(key[at]) < self._oldest.get(key[0], 0)

    def _name_all(self) -> None:
        """The names in use, from the rows alone: a worker that begins again tells apart what its predecessor did."""
        self._hour = -1
        self._at_hand: dict[str, tuple[Key, Aggregate]] = {}  # cells of the hour counted last, by channel
        self._called: dict[Key, Key] = {}  # what the latest keys are called: many are `other`, again and again
        self._names: dict[Key, set[str]] = {}
        for key in self.rows:
            self._names.setdefault(_sort(key), set()).add(key[-1])
            if at := _CHANNEL_AT.get(key[0]):
                self._names.setdefault(("channel",), set()).add(key[at])

    def _bounded(self, key: Key) -> Key:
        if at := _CHANNEL_AT.get(key[0]):
            key = (*key[:at], self._known(("channel",), key[at][:CHANNEL_NAME], CHANNELS), *key[at + 1 :])
        if key[0] == "rate":
            return key
        long = NAME if key[0] in ("place", "truth") else 2 * NAME
        return (*key[:-1], self._known(_sort(key), key[-1][:long], KNOWN))

    def _known(self, sort: Key, name: str, limit: int) -> str:
        names = self._names.setdefault(sort, set())
        if name not in names:
            if len(names) >= limit:
                name = OTHER
            names.add(name)
        return name

    def measure(self, detector: str, key: str, value: float) -> None:
        """One more value towards the norm of a detector."""
        self.at(("norm", detector, key)).spread("value", value)

    def taken(self) -> dict[bytes, bytes | None]:
        """The changed cells as the ledger stores them, None for what was forgotten; from now on they count as written."""
        changed, self.changed = self.changed, set()
        return {_encode(key): _encode(self.rows[key]) if key in self.rows else None for key in sorted(changed)}

    def stored(self) -> dict[bytes, bytes]:
        """Every cell as the ledger stores it."""
        return {_encode(key): _encode(self.rows[key]) for key in sorted(self.rows)}


def key_of(stored: bytes) -> Key:
    """The cell's key as stored."""
    return _decode_key(stored)


def cell_of(stored: bytes) -> Aggregate:
    """The cell as stored."""
    return _decode(stored)


def _sort(key: Key) -> Key:
    """Cells whose names are bounded together: those of one detector's norm, all places, all paths between places."""
    return key[:2] if key[0] in ("norm", "path") else key[:1]


def _monday(week: int) -> int:
    """The day (since 1970-01-01) on which a week begins.

    >>> _monday(2923), _monday(2924)
    (20458, 20465)
    """
    return 7 * week - 3
