"""The pooling of two journeys' counters: added up, or one taken from the other. It covers counts, the rhythm of purchases, and value."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.durations import DAY
from streams.state import CHANNELS, CURRENCIES, Cadence, Journey, Value
from streams.state.counters import Rows, pack_row, unpack_row
from streams.state.ids import SHORT_HASH

Counts = dict[str, int]
MOST = 0xFFFF
_COUNTED = tuple(name for name in Value.__struct_fields__ if name not in ("currency", "foreign"))


def add_counts(one: Counts, other: Counts) -> Counts:
    """Return both together.

    >>> add_counts({"web": 1}, {"web": 2, "app": 1})
    {'app': 1, 'web': 3}
    """
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted(one.keys() | other.keys())}


def subtract_counts(one: Counts, part: Counts) -> Counts:
    """Return what is left of `one` without `part`.

    >>> subtract_counts({"web": 3, "app": 1}, {"web": 1, "app": 1})
    {'web': 2}
    """
    return {name: left for name, count in one.items() if (left := count - part.get(name, 0)) > 0}


def merge_channels(one: Counts, other: Counts) -> Counts:
    """Return both together. If there are too many channels, the least used ones become `other`."""
    together = add_counts(one, other)
    rest = together.pop("other", 0)
    ranked = sorted(together, key=lambda name: (-together[name], name))
    rest += sum(together.pop(name) for name in ranked[CHANNELS:])
    return {**together, "other": rest} if rest else together


def merge_rows(one: Rows, other: Rows, aged: tuple[int, int], keep: int, sign: int = 1) -> Rows:
    """Return both together or, with `sign` -1, the first without the second. Each is first moved back by so many days or weeks."""
    made: Rows = {}
    for slot in sorted(one.keys() | other.keys()):
        mine, theirs = _age_row(one.get(slot), aged[0], keep), _age_row(other.get(slot), aged[1], keep)
        if row := pack_row(min(MOST, max(0, a + sign * b)) for a, b in zip(mine, theirs, strict=True)):
            made[slot] = row
    return made


def _age_row(row: bytearray | None, by: int, keep: int) -> tuple[int, ...]:
    return ((0,) * min(by, keep) + (unpack_row(row) if row else ()) + (0,) * keep)[:keep]


def purchases_to_merge(one: Journey, other: Journey) -> tuple[Journey, Journey]:
    """Return both journeys for their purchases. One that only repeats the other's purchases is replaced by an empty journey.

    A purchase may be reported by the device first and by the till later. Purchases are recognised by the short hashes of their
    numbers. If only some are the same, all count, because the sums of the single purchases are not remembered.
    """
    first, then = sorted((one, other), key=_told_most)
    same = set(_hashes_newest_first(first.references)).intersection(_hashes_newest_first(then.references))
    return first, Journey() if same and len(same) >= then.cadence.count else then


def _told_most(each: Journey) -> tuple[float, ...]:
    """Return the order of two journeys with the same purchases: the one that was told more of them comes first."""
    cadence, value = each.cadence, each.value
    return (-cadence.count, cadence.first, cadence.last, value.spend, *(-getattr(value, name) for name in _COUNTED))


def merge_cadence(one: Cadence, other: Cadence) -> Cadence:
    """Return the rhythm of both. It is exact if all purchases of one are before those of the other. Otherwise it is a mean of both
    rhythms.

    >>> early = Cadence(count=2, first=0, last=7 * DAY, gaps=1, mean_days=7.0)
    >>> merge_cadence(early, Cadence(count=1, first=21 * DAY, last=21 * DAY))
    Cadence(count=3, first=0, last=1814400000, gaps=2, mean_days=10.5, squares=24.5)
    """
    if not one.count or not other.count:
        return one if one.count else other
    first, then = sorted((one, other), key=lambda each: (each.first, each.last, each.count, each.mean_days))
    gaps = _merge_gaps((first.gaps, first.mean_days, first.squares), (then.gaps, then.mean_days, then.squares))
    if (between := then.first // DAY - first.last // DAY) > 0:
        gaps = _merge_gaps(gaps, (1, float(between), 0.0))
    return Cadence(one.count + other.count, first.first, max(one.last, other.last), *gaps)


def _merge_gaps(one: tuple[int, float, float], other: tuple[int, float, float]) -> tuple[int, float, float]:
    """Return count, mean and squared deviations of two sets of gaps together (Chan, Golub and LeVeque 1983)."""
    if not one[0] or not other[0]:
        return one if one[0] else other
    count, off = one[0] + other[0], other[1] - one[1]
    return count, one[1] + off * other[0] / count, one[2] + other[2] + off * off * one[0] * other[0] / count


def merge_value(one: Value, other: Value, *, sign: int = 1) -> Value:
    """Return both together or, with `sign` -1, the first without the second. Both are in one currency (`spending.in_one_currency`).

    >>> merge_value(Value(spend=100, currency="EUR", foreign={"USD": 5}), Value(spend=50, foreign={"GBP": 7, "USD": -5}))
    Value(spend=150, discount=0, coupons=0, refunded=0, margin=0, margins=0, step=0, unpriced=0, currency='EUR', foreign={'GBP': 7})
    """
    counted = {name: getattr(one, name) + sign * getattr(other, name) for name in _COUNTED}
    apart = merge_foreign(one.foreign, other.foreign, sign=sign)
    return Value(**counted, currency=one.currency or other.currency, foreign=dict(list(apart.items())[:CURRENCIES]))


def merge_foreign(one: Counts, other: Counts, *, sign: int = 1) -> Counts:
    """Return the amounts of both per currency, without those that cancel out."""
    codes = sorted(one.keys() | other.keys())
    return {code: total for code in codes if (total := one.get(code, 0) + sign * other.get(code, 0))}


def currencies_dropped(one: Value, other: Value) -> int:
    """Return how many currencies the merged value cannot keep apart."""
    return max(0, len(merge_foreign(one.foreign, other.foreign)) - CURRENCIES)


def merge_hashes(one: bytearray, other: bytearray, keep: int) -> bytearray:
    """Return the latest hashes of both in turn, so that the latest half of each is still recognised."""
    mine, theirs = _hashes_newest_first(one), _hashes_newest_first(other)
    turns = [mark for at in range(max(len(mine), len(theirs))) for each in (mine, theirs) for mark in each[at : at + 1]]
    return bytearray().join(reversed(list(dict.fromkeys(turns))[:keep]))


def _hashes_newest_first(ring: bytearray) -> list[bytes]:
    return [bytes(ring[at : at + SHORT_HASH]) for at in range(len(ring) - SHORT_HASH, -1, -SHORT_HASH)]


def earliest(times: Iterable[int]) -> int:
    """The smallest that is not 0, else 0.

    >>> earliest((0, 7, 5)), earliest((0, 0))
    (5, 0)
    """
    return min(filter(None, times), default=0)


def agreed(one: str, other: str) -> str:
    """Return what both say. If only one says something, it counts; if they disagree, it is unknown.

    >>> agreed("de", ""), agreed("de", "de"), agreed("de", "fr")
    ('de', 'de', '')
    """
    return one if one == other or not other else "" if one else other
