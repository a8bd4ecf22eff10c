"""Several events of one record: each is judged alone, and what could not be read of them is told by index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from schemas.conventions import Conventions
from schemas.reading import Batch, Found, Passed, Read, Reason, Rejected
from schemas.reading.acceptance import accept
from schemas.touchpoints import Touchpoint

_SEVERAL = (list, tuple)
MAX_NAMED = 240  # characters in which the rejection of a batch names what was not read

Several: TypeAlias = Sequence["Found | Sequence[Found]"]  # an event may be several touchpoints, which have one index


def accept_found(found: Found, logged_at: int, conventions: Conventions) -> Read | Passed | Rejected:
    """Return what becomes of one event that a format has read. What the format could not read of it stays told."""
    if isinstance(found, Touchpoint):
        return accept(found, logged_at, None, conventions)
    if not isinstance(found, Read):
        return found
    accepted = accept(found.touchpoint, logged_at, None, conventions)
    if isinstance(accepted, Rejected):
        return accepted
    return msgspec.structs.replace(accepted, unread=found.unread + accepted.unread, masked=found.masked + accepted.masked)


def to_batch(found: Several, logged_at: int, conventions: Conventions) -> Batch | Rejected:
    """Return the batch. If nothing of it could be read or passed by, return the rejection alone."""
    if not found:
        return Rejected("empty", "a batch without events")
    reads: list[Read] = []
    passed: list[str] = []
    refused: dict[int, Rejected] = {}  # index of an event -> why the first of it was refused
    for index, each in enumerate(found):
        for event in each if isinstance(each, _SEVERAL) else (each,):
            judged = accept_found(event, logged_at, conventions)
            if isinstance(judged, Read):
                reads.append(judged)
            elif isinstance(judged, Passed):
                passed.append(judged.name)
            else:
                refused.setdefault(index, judged)
    refusal = _refusal(refused, len(found)) if refused else None
    return Batch(tuple(reads), refusal, tuple(passed)) if reads or passed or refusal is None else refusal


def _refusal(judged: dict[int, Rejected], count: int) -> Rejected:
    """Return what could not be read of a batch: the first reason, and every place by its index, as far as there is room."""
    places: dict[Reason, list[int]] = {}
    for index in sorted(judged):
        places.setdefault(judged[index].reason, []).append(index)
    first = judged[min(judged)]
    if count == 1:
        return first
    counts = tuple((reason, len(indexes)) for reason, indexes in places.items())
    named = ", ".join(f"{index_ranges(indexes)} {reason}" for reason, indexes in places.items())
    return Rejected(first.reason, f"not read of {count} in the batch: {named}; {first.detail}"[:MAX_NAMED], counts)


def index_ranges(numbers: list[int]) -> str:
    """Return ascending numbers as short text.

    >>> index_ranges([0, 1, 2, 5, 7, 8])
    '0-2 5 7-8'
    """
    cuts = [i for i, number in enumerate(numbers) if i == 0 or numbers[i - 1] != number - 1]
    pairs = zip(cuts, [*cuts[1:], len(numbers)], strict=True)
    return " ".join(f"{numbers[i]}" if j - i == 1 else f"{numbers[i]}-{numbers[j - 1]}" for i, j in pairs)
