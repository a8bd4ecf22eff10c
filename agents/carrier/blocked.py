"""Notices transactions of others that stay open. A reader of committed records gets nothing behind the first record of one."""

from collections.abc import Mapping
from dataclasses import dataclass

LONG = 30.0  # seconds; our own transactions end sooner (`transaction_timeout`), so a longer one is somebody else's


@dataclass(frozen=True, slots=True)
class Blocked:
    """What waits behind an open transaction: the offset where it begins, how many offsets, and since when (monotonic seconds)."""

    offset: int
    records: int
    since: float


def look(ends: Mapping[int, tuple[int, int]], before: Mapping[int, Blocked], now: float) -> dict[int, Blocked]:
    """Return what is blocked in each partition now. `ends`: partition -> last stable offset, high watermark. `before`: the last look.

    >>> first = look({0: (5, 9), 1: (7, 7)}, {}, now=10.0)
    >>> first
    {0: Blocked(offset=5, records=4, since=10.0)}
    >>> look({0: (5, 12)}, first, now=40.0)[0].since, look({0: (6, 12)}, first, now=40.0)[0].since
    (10.0, 40.0)
    """
    found = {}
    for number, (stable, high) in ends.items():
        if high > stable:
            known = before.get(number)
            found[number] = Blocked(stable, high - stable, known.since if known and known.offset == stable else now)
    return found


def reasons(blocked: Mapping[int, Blocked], topic: str, now: float) -> tuple[str, ...]:
    """Return a line for each partition in which something has waited for long."""
    return tuple(
        f"{topic} partition {number}: {each.records} records have waited for {now - each.since:.0f} s behind a transaction that is open at "
        f"offset {each.offset}; `sojourn topics transactions` names its producer and ends it"
        for number, each in sorted(blocked.items())
        if now - each.since > LONG
    )
