"""The entries of a customer's timeline (chronicle): the records about one customer, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from agents.tools.reports.chronicle.joining import say_link
from agents.tools.reports.chronicle.reasons import span
from agents.tools.reports.chronicle.records import PUBLISHED
from agents.tools.reports.chronicle.repeating import repeats
from agents.tools.reports.chronicle.saying import Saying
from agents.tools.reports.chronicle.wording import say
from schemas.characters import visible
from schemas.control import JourneyLinked
from schemas.outputs import Output
from schemas.touchpoints.base import Touchpoint
from schemas.writing import from_rfc3339, rfc3339

_RANK: dict[type[Any], int] = {kind: rank for rank, kind in enumerate(PUBLISHED, 1)}


class Told(NamedTuple):
    """A touchpoint as it lies in the log, and by how many ms its time lay ahead of its arrival before it was set back; 0: it was not."""

    touchpoint: Touchpoint
    ahead: int = 0


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a timeline: something that happened to a customer, or that we noticed or decided about them."""

    at: int  # ms UTC: event time
    what: str  # the record's type in snake_case: purchase_made, friction_opened, decision_made ...
    ours: bool  # True: Sojourn published it; False: a touchpoint
    saying: Saying
    record: Touchpoint | Output | JourneyLinked
    again: bool = False  # a touchpoint that tells again what was told before: no total counts it
    ahead: int = 0  # ms by which the time of a touchpoint lay ahead of its arrival; it was set back

    def document(self) -> dict[str, Any]:
        """Return the entry for programs, in types that JSON has: its words, and the whole record behind them."""
        return {
            "at": rfc3339(self.at), "what": self.what, "again": self.again, "set_back_ms": self.ahead, "words": self.saying.words,
            "because": list(self.saying.because), "record": msgspec.to_builtins(self.record),
        }  # fmt: skip


def entry(record: Touchpoint | Output | JourneyLinked, *, again: bool = False, ahead: int = 0) -> Entry:
    """Return the entry of a record. Characters that a terminal would not show are written visibly."""
    at = from_rfc3339(record.at) if isinstance(record, Output) else record.at
    saying = say_link(record) if isinstance(record, JourneyLinked) else say(record)
    before = "again: " if again else ""
    behind = f" (time set back to its arrival; it was {span(ahead // 1000)} ahead)" if ahead else ""
    shown = Saying(visible(f"{before}{saying.words}{behind}"), tuple(map(visible, saying.because)), "plain" if again else saying.tone)
    ours = not isinstance(record, Touchpoint)
    return Entry(
        at=at, what=str(record.__struct_config__.tag), ours=ours, saying=shown, record=record, again=again, ahead=ahead
    )  # fmt: skip


def chronicle(touchpoints: Iterable[Touchpoint | Told], outputs: Iterable[Output], links: Iterable[JourneyLinked] = ()) -> list[Entry]:
    """Return the entries of one customer, in the order of event time. All arguments must be in the order of their logs.

    `links` ask for a hand-over of this journey to another id.

    >>> from streams.story import story
    >>> [e.what for e in chronicle(story("0 store purchase_made till-4 receipt=r1 value=1250"), [])]
    ['purchase_made']
    """
    told = [each if isinstance(each, Told) else Told(each) for each in touchpoints]
    found = zip(told, repeats(each.touchpoint for each in told), strict=True)
    entries = [*(entry(each.touchpoint, again=again, ahead=each.ahead) for each, again in found), *map(entry, outputs), *map(entry, links)]
    return sorted(entries, key=lambda e: (e.at, _RANK.get(type(e.record), 0)))
