"""The entries of a customer's timeline (chronicle): the records about one customer, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from agents.tools.reports.chronicle.records import PUBLISHED
from agents.tools.reports.chronicle.saying import Saying
from agents.tools.reports.chronicle.wording import say
from schemas.outputs import Output
from schemas.touchpoints.base import Touchpoint
from schemas.writing import from_rfc3339, rfc3339

_RANK: dict[type[Any], int] = {kind: rank for rank, kind in enumerate(PUBLISHED, 1)}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a timeline: something that happened to a customer, or that we noticed or decided about them."""

    at: int  # ms UTC: event time
    what: str  # the record's type in snake_case: purchase_made, friction_opened, decision_made ...
    ours: bool  # True: Sojourn published it; False: a touchpoint
    saying: Saying
    record: Touchpoint | Output

    def document(self) -> dict[str, Any]:
        """Return the entry for programs, in types that JSON has: its words, and the whole record behind them."""
        return {
            "at": rfc3339(self.at), "what": self.what, "words": self.saying.words, "because": list(self.saying.because),
            "record": msgspec.to_builtins(self.record),
        }  # fmt: skip


def entry(record: Touchpoint | Output) -> Entry:
    """Return the entry of a record."""
    at = record.at if isinstance(record, Touchpoint) else from_rfc3339(record.at)
    return Entry(at=at, what=str(record.__struct_config__.tag), ours=isinstance(record, Output), saying=say(record), record=record)


def chronicle(touchpoints: Iterable[Touchpoint], outputs: Iterable[Output]) -> list[Entry]:
    """Return the entries of one customer, in the order of event time. Both arguments must be in the order of their logs.

    >>> from streams.story import story
    >>> [e.what for e in chronicle(story("0 store purchase_made till-4 receipt=r1 value=1250"), [])]
    ['purchase_made']
    """
    entries = [*map(entry, touchpoints), *map(entry, outputs)]
    return sorted(entries, key=lambda e: (e.at, _RANK.get(type(e.record), 0)))
