"""Counters of two journeys added up, or one's taken from the other's: touchpoints by name and age, the rhythm of purchases, their value."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.durations import DAY
from streams.state import CHANNELS, Cadence, Journey, Value
from streams.state.counters import Rows, pack_row, unpack_row
from streams.state.ids import SHORT_HASH

Counts = dict[str, int]
MOST = 0xFFFF


def added(one: Counts, other: Counts) -> Counts:
    """Both together.

    >>> added({"web": 1}, {"web": 2, "app": 1})
    {'app': 1, 'web': 3}
    """
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted(one.keys() | other.keys())}


def without(one: Counts, part: Counts) -> Counts:
    """What is left of one, where the other is a part of it.

    >>> without({"web": 3, "app": 1}, {"web": 1, "app": 1})
    {'web': 2}
    """
    return {name: left for name, count in one.items() if (left := count - part.get(name, 0)) > 0}


def channels(one: Counts, other: Counts) -> Counts:
    """Both together; of too many the least used are `other`."""
    together = added(one, other)
    rest = together.pop("other", 0)
    ranked = sorted(together, key=lambda name: (-together[name], name))
    rest += sum(together.pop(name) for name in ranked[CHANNELS:])
    return {**together, "other": rest} if rest else together


def rows(one: Rows, other: Rows, aged: tuple[int, int], keep: int, sign: int = 1) -> Rows:
    """Both together (or, `sign` -1, the first without the second); each is first aged by so many days or weeks."""
    made: Rows = {}
    for slot in sorted(one.keys() | other.keys()):
        mine, theirs = _aged(one.get(slot), aged[0], keep), _aged(other.get(slot), aged[1], keep)
        if row := pack_row(min(MOST, max(0, a + sign * b)) for a, b in zip(mine, theirs, strict=True)):
            made[slot] = row
    return made


def _aged(row: bytearray | None, by: int, keep: int) -> tuple[int, ...]:
    return ((0,) * min(by, keep) + (unpack_row(row) if row else ()) + (0,) * keep)[:keep]


def buying(one: Journey, other: Journey) -> tuple[Journey, Journey]:
    """Both, for their purchases; one that only repeats the other's (the page told of it on the device, the till later) as if empty.

    Purchases are known by the marks of their numbers. Where only some are the same, all count: which sums they had is not remembered.
    """
    first, then = sorted((one, other), key=lambda each: (-each.cadence.count, each.cadence.first, each.cadence.last, each.value.spend))
    same = set(_latest(first.references)).intersection(_latest(then.references))
    return first, Journey() if same and len(same) >= then.cadence.count else then


def cadence(one: Cadence, other: Cadence) -> Cadence:
    """The rhythm of both: exact where the one's purchases lie before the other's; where they lie among each other, of both rhythms.

    >>> early = Cadence(count=2, first=0, last=7 * DAY, gaps=1, mean_days=7.0)
    >>> cadence(early, Cadence(count=1, first=21 * DAY, last=21 * DAY))
    Cadence(count=3, first=0, last=1814400000, gaps=2, mean_days=10.5, squares=24.5)
    """
    if not one.count or not other.count:
        return one if one.count else other
    first, then = sorted((one, other), key=lambda each: (each.first, each.last, each.count, each.mean_days))
    gaps = _rhythm((first.gaps, first.mean_days, first.squares), (then.gaps, then.mean_days, then.squares))
    if (between := then.first // DAY - first.last // DAY) > 0:
        gaps = _rhythm(gaps, (1, float(between), 0.0))
    return Cadence(one.count + other.count, first.first, max(one.last, other.last), *gaps)


def _rhythm(one: tuple[int, float, float], other: tuple[int, float, float]) -> tuple[int, float, float]:
    """Count, mean and squared deviations of two sets of gaps together (Chan, Golub and LeVeque 1983)."""
    if not one[0] or not other[0]:
        return one if one[0] else other
    count, off = one[0] + other[0], other[1] - one[1]
    return count, one[1] + off * other[0] / count, one[2] + other[2] + off * off * one[0] * other[0] / count


def value(one: Value, other: Value, *, sign: int = 1) -> Value:
    """Both together (or, `sign` -1, the first without the second)."""
    return Value(*(getattr(one, name) + sign * getattr(other, name) for name in Value.__struct_fields__))


def marks(one: bytearray, other: bytearray, keep: int) -> bytearray:
    """The latest of both in turn, so that either's last half is known again."""
    mine, theirs = _latest(one), _latest(other)
    turns = [mark for at in range(max(len(mine), len(theirs))) for each in (mine, theirs) for mark in each[at : at + 1]]
    return bytearray().join(reversed(list(dict.fromkeys(turns))[:keep]))


def _latest(ring: bytearray) -> list[bytes]:
    return [bytes(ring[at : at + SHORT_HASH]) for at in range(len(ring) - SHORT_HASH, -1, -SHORT_HASH)]


def earliest(times: Iterable[int]) -> int:
    """The smallest that is not 0, else 0.

    >>> earliest((0, 7, 5)), earliest((0, 0))
    (5, 0)
    """
    return min(filter(None, times), default=0)
