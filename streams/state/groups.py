"""Finds the row that a key is counted in: its own, or that of `other` where its channel or its name is not kept apart.

When a name takes the place of another, all rows of the other are added to the rows of `other`, so no total changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.touchpoints import ACTIVITIES
from streams.state.aggregate import Aggregate
from streams.state.names import OTHER, Key, Names

MAX_NAMES = 400  # names of one group that a partition keeps apart
MAX_CHANNELS = 24  # channels that a partition keeps apart
NAME_CHARS, CHANNEL_CHARS = 80, 24  # the first characters of a place's and of a channel's name; the rest is cut off

CHANNEL_AT = {"place": 2, "path": 3, "truth": 1, "rate": 2, "step": 2}  # index of the channel in the key of each sort
TIME_AT = {"place": 1, "path": 2, "rate": 1, "step": 1}  # index of the week or the hour
_BOOKS = ("names", "waiting", "credit")  # sorts of rows that hold what `Names` counts
_CHANNEL: Key = ("channel",)
_CACHED = 10 * MAX_NAMES  # keys whose row is remembered


class Groups:
    """All groups of a partition. `held` are dicts of rows that others hold: they are cleared when rows are added to those of `other`."""

    __slots__ = ("_cache", "_changed", "_held", "_names", "_recent", "_room", "_rows", "_week")

    def __init__(self, rows: dict[Key, Aggregate], changed: set[Key], room: Mapping[str, int], held: Iterable[dict[Any, Any]] = ()) -> None:
        self._rows, self._changed, self._room, self._held = rows, changed, room, tuple(held)
        self._week, self._recent = 0, dict[str, int]()
        self.index()

    def index(self) -> None:
        """Find the names in use from the rows alone. So a worker that begins again keeps the same names apart as before."""
        self._cache: dict[Key, Key] = {}  # key -> key of the row it is counted in: many keys are `other` again and again
        self._names: dict[Key, Names] = {}
        self._forget_held()
        for key in self._rows:
            self.add(key)

    def add(self, key: Key) -> None:
        """Note that there is a row of this key."""
        for group, at in _groups_of(key):
            kept, name = self._names_of(group).kept, key[at]
            if (keys := kept.get(name)) is None:
                kept[name] = {key}
            else:
                keys.add(key)

    def cached(self, key: Key, *, seen: bool) -> Key | None:
        """Return the key of the row, if it is remembered and no sighting of a waiting name is to be counted."""
        bounded = self._cache.get(key)
        return None if bounded is not None and seen and bounded[-1] == OTHER else bounded

    def bound(self, key: Key, *, seen: bool) -> Key:
        """Return the key of the row in which this key is counted. If `seen`, count a sighting of its last part."""
        bounded, last = _cut(key), len(key) - 1
        for group, at in _groups_of(key):
            names = self._names_of(group)
            if bounded[at] not in names.kept and not self._is_kept(group, names, bounded[at], seen=seen and at == last):
                bounded = (*bounded[:at], OTHER, *bounded[at + 1 :])
        if len(self._cache) >= _CACHED:
            self._cache.clear()
        self._cache[key] = bounded
        return bounded

    def pass_weeks(self, week: int, recent: dict[str, int]) -> None:
        """Halve the counts of waiting names each week. `recent` is the first week, or hour, of the sightings that count, by sort."""
        self._week, self._recent = week, recent
        for group, names in self._names.items():
            if names.pass_weeks(week):
                self._changed.update((sort, *group) for sort in _BOOKS)

    def told(self) -> Iterator[tuple[str, Mapping[str, int]]]:
        """Yield the sort of each group that has been full, and what was counted of its names."""
        for group, names in list(self._names.items()):
            if names.told:
                yield group[0], names.told

    def _names_of(self, group: Key) -> Names:
        if (names := self._names.get(group)) is None:
            books = [self._rows[key].counts if (key := (sort, *group)) in self._rows else {} for sort in ("waiting", "credit", "names")]
            room = self._room.get(group[0], MAX_CHANNELS if group == _CHANNEL else MAX_NAMES)
            names = self._names[group] = Names(room, lambda key: self._sightings(group[0], key), *books)
        return names

    def _is_kept(self, group: Key, names: Names, name: str, *, seen: bool) -> bool:
        """Return whether a new name gets rows of its own: while there is room, and when it is seen more than another."""
        if name == OTHER:
            return True
        if not names.full:
            names.keep(name)
            self._changed.update(key for sort in _BOOKS if (key := (sort, *group)) in self._rows)
            return True
        if not seen:
            return False
        self._open_books(group, names)
        if (out := names.sight(name)) is None:
            names.told["other"] = names.told.get("other", 0) + 1
            return False
        self._fold(group, names.swap(out, name))
        return True

    def _open_books(self, group: Key, names: Names) -> None:
        for sort, counts in (("waiting", names.waiting), ("credit", names.credit), ("names", names.told)):
            if (key := (sort, *group)) not in self._rows:
                self._rows[key] = Aggregate(counts)
            self._changed.add(key)
        names.told.setdefault("week", self._week)

    def _fold(self, group: Key, keys: set[Key]) -> None:
        """Add these rows to the rows of `other`."""
        for key in sorted(keys):
            at = next(at for each, at in _groups_of(key) if each == group)
            target = (*key[:at], OTHER, *key[at + 1 :])
            row = self._rows.pop(key)
            for each, place in _groups_of(key):
                if each != group:
                    self._names[each].kept[key[place]].discard(key)
            self._rows.setdefault(target, Aggregate()).merge(row)
            self.add(target)
            self._changed.update((key, target))
        self._cache.clear()
        self._forget_held()

    def _forget_held(self) -> None:
        for rows in self._held:
            rows.clear()

    def _sightings(self, sort: str, key: Key) -> int:
        """Return the recent sightings in a row of a name; rows of another sort tell of the same sightings, and count nothing."""
        if key[0] != ("rate" if sort == "channel" else sort) or (
            key[0] in TIME_AT and int(key[TIME_AT[key[0]]]) < self._recent.get(key[0], 0)
        ):
            return 0
        row = self._rows[key]
        if sort == "place":
            return row.counts.get("volume", 0)
        if sort == "channel":
            return sum(row.counts.get(activity, 0) for activity in ACTIVITIES)
        return sum(histogram.count for histogram in row.histograms.values())


_PLACE: Key = ("place",)
_GROUPS_OF: dict[str, tuple[tuple[Key, int], ...]] = {  # sort of row -> its groups; visitors are counted by the same places as touchpoints
    "place": ((_CHANNEL, 2), (_PLACE, 4)),
    "truth": ((_CHANNEL, 1), (_PLACE, 2)),
    "rate": ((_CHANNEL, 2),),
    "step": ((_CHANNEL, 2), (_PLACE, 3)),
    **dict.fromkeys(_BOOKS, ()),
}


def _groups_of(key: Key) -> tuple[tuple[Key, int], ...]:
    """Return the groups that a key has names of, each with the index of the name.

    >>> _groups_of(("place", "2923", "web", "using", "/")), _groups_of(("norm", "long_handling", "refund"))
    (((('channel',), 2), (('place',), 4)), ((('norm', 'long_handling'), 2),))
    """
    if (found := _GROUPS_OF.get(key[0])) is not None:
        return found
    if key[0] == "path":  # paths between places are limited apart from those between stages
        return (_CHANNEL, 3), (key[:2], 4)
    return ((key[:2] if key[0] == "norm" else key[:1], len(key) - 1),)


def _cut(key: Key) -> Key:
    sort, name = key[0], key[-1]
    if (at := CHANNEL_AT.get(sort)) and len(key[at]) > CHANNEL_CHARS:
        key = (*key[:at], key[at][:CHANNEL_CHARS], *key[at + 1 :])
    if sort == "rate" or len(name) <= NAME_CHARS:
        return key
    return (*key[:-1], name[: NAME_CHARS if sort in ("place", "truth", "step") else 2 * NAME_CHARS])
