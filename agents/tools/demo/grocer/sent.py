"""Counts what the demo sent. Pictures need a few of these counts beside the findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from agents.tools.evaluating.history import History
from schemas.touchpoints import kind_of
from schemas.writing import rfc3339


@dataclass
class Sent:
    """Counts over a history: by kind, new customers by day, visits by place and day."""

    customers: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    newcomers: Counter[str] = field(default_factory=Counter)  # day (YYYY-MM-DD) -> customers first seen
    visits: Counter[tuple[str, str]] = field(default_factory=Counter)  # (place, day)
    first: str = ""  # day of the first touchpoint
    last: str = ""  # day of the last touchpoint


def summed(history: History) -> Sent:
    """Return the counts of this history.

    >>> from agents.tools.evaluating.history import of_lines
    >>> summed(of_lines([b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/"}'])).newcomers
    Counter({'2025-10-27': 1})
    """
    sent, seen = Sent(), set()
    for touchpoint in history.touchpoints():
        day, kind = rfc3339(touchpoint.at)[:10], kind_of(type(touchpoint))
        sent.kinds[kind] += 1
        if touchpoint.customer not in seen:
            seen.add(touchpoint.customer)
            sent.newcomers[day] += 1
        if touchpoint.place and touchpoint.channel == "store":
            sent.visits[touchpoint.place, day] += kind == "purchase_made"
    sent.customers = len(seen)
    if history.times:
        sent.first, sent.last = rfc3339(history.times[0])[:10], rfc3339(history.times[-1])[:10]
    return sent
