"""The names that one partition keeps apart in a group (its channels, its places ...). All other names are counted as `other`.

At first each new name is kept. When the group is full, a name that is not kept waits: its sightings are counted. It takes the place of
the kept name with the fewest recent sightings as soon as it has more of them. So invented names cannot keep out a name that is in use.

The counts of waiting names are a summary of Misra and Gries [Finding repeated elements, 1982]: as many counters as names are kept. If
all are taken, each loses one. A count is therefore never too high. Each loss takes one sighting from every counter, so it stays rare.
With `room` names kept, a name with more than 1/`room` of the recent sightings is kept (tests/laws/test_names.py).

All is in rows of the partition, so a worker that begins again decides as before.
"""

from __future__ import annotations

from collections.abc import Callable

OTHER = "other"
LONGEST = 40  # weeks: a count that is halved so often is 0

Key = tuple[str, ...]  # of a row: its sort, then what it is about
Counts = dict[str, int]


class Names:
    """One group. `kept` has the keys of each kept name's rows.

    `waiting` counts sightings of names that are not kept, `credit` those of kept names from the time when they waited. `told` has
    `week` (of the last halving), `pushed_out` and `other` (sightings that were counted as `other`). `weigh` returns the recent sightings
    in a row.
    """

    __slots__ = ("_floor", "_least", "_weigh", "credit", "kept", "room", "told", "waiting")

    def __init__(self, room: int, weigh: Callable[[Key], int], waiting: Counts, credit: Counts, told: Counts) -> None:
        self.room, self._weigh = room, weigh
        self.waiting, self.credit, self.told = waiting, credit, told
        self.kept: dict[str, set[Key]] = {}
        self.forget_weights()

    def forget_weights(self) -> None:
        """Weigh all names anew: weeks have passed."""
        self._least: Counts = {}  # name -> at most its recent sightings; they only grow
        self._floor = 0  # at most the fewest recent sightings of a kept name

    @property
    def full(self) -> bool:
        """Whether no further name is kept. `other` needs no room."""
        return len(self.kept) - (OTHER in self.kept) >= self.room

    def keep(self, name: str) -> None:
        """Keep this name from now on, with what it was counted while it waited."""
        self.kept[name] = set()
        if earlier := self.waiting.pop(name, 0):
            self.credit[name] = earlier

    def sight(self, name: str) -> str | None:
        """Count a sighting of a name that is not kept. Return the kept name whose place it takes; None if it goes on waiting.

        >>> names = Names(1, lambda key: 1, {}, {}, {})
        >>> names.keep("/")
        >>> names.kept["/"].add(("place", "/"))
        >>> [names.sight("/new"), names.sight("/new")]
        [None, '/']
        """
        waiting = self.waiting
        if name in waiting or len(waiting) < self.room:
            count = waiting[name] = waiting.get(name, 0) + 1
            return self._fewest(count) if count > self._floor else None
        for each, count in list(waiting.items()):
            if count > 1:
                waiting[each] = count - 1
            else:
                del waiting[each]
        return None

    def _fewest(self, count: int) -> str | None:
        """Return the kept name with the fewest recent sightings, if they are fewer than `count`."""
        least = self._least
        for name in self.kept.keys() - least.keys() - {OTHER}:
            least[name] = 0
        while least:
            at_most, name = min((weight, name) for name, weight in least.items())
            self._floor = at_most
            if at_most >= count:
                return None
            weight = self.weight(name)
            if weight == at_most:
                return name
            least[name] = weight
        return None

    def weight(self, name: str) -> int:
        """Return how often a kept name was sighted recently."""
        return sum(map(self._weigh, self.kept[name])) + self.credit.get(name, 0)

    def swap(self, out: str, name: str) -> set[Key]:
        """Keep `name` in place of `out`, which waits from now on. Return the keys of the rows of `out`."""
        weight = self.weight(out)
        self._least.pop(out, None)
        self.credit.pop(out, None)
        keys = self.kept.pop(out)
        self.waiting[name] -= 1  # the last sighting is counted in its own row
        self.keep(name)
        if weight:
            self.waiting[out] = weight
        self.told["pushed_out"] = self.told.get("pushed_out", 0) + 1
        return keys

    def pass_weeks(self, week: int) -> bool:
        """Halve the counts for each week that has passed. Return whether there was something to halve."""
        self.forget_weights()
        passed = min(LONGEST, week - self.told.get("week", week))
        if not self.told or passed <= 0:
            return False
        self.told["week"] = week
        for counts in (self.waiting, self.credit):
            for name, count in list(counts.items()):
                counts[name] = count >> passed
                if not counts[name]:
                    del counts[name]
        return True
