"""Words for an id whose journey goes on under another id: where it goes on, and what of it."""

from __future__ import annotations

from collections.abc import Iterable

from agents.tools.reports.chronicle.saying import Saying
from schemas.control import JourneyLinked
from schemas.writing import rfc3339


def say_link(record: JourneyLinked) -> Saying:
    """Return the words for a link, in the journey that is to be handed over.

    >>> say_link(JourneyLinked(customer="s-21b", to="s-21a", at=0, cause="e1", whole=True)).words
    'goes on as s-21a: `sojourn explain s-21a` follows it'
    """
    what = "all of its history" if record.whole else "its current episode; the device may be shared"
    return Saying(f"goes on as {record.to}: `sojourn explain {record.to}` follows it", (f"handed over is {what}",), "moved")


def going_on(links: Iterable[JourneyLinked]) -> str:
    """Return in one sentence where a journey goes on after these links, in the order of the log; empty without links.

    An id without a sign-in (`anon:`) that two customers used is shared. Nothing more of it goes to anybody.

    >>> first = JourneyLinked(customer="anon:1", to="c1", at=1772442120000, cause="e1")
    >>> going_on([first])
    'goes on as c1 since 2026-03-02: `sojourn explain c1`'
    >>> going_on([first, JourneyLinked(customer="anon:1", to="c2", at=1772442180000, cause="e2")])
    'is shared by c1 and c2: nothing more of it goes to anybody'
    """
    by_customer: dict[str, JourneyLinked] = {}
    for link in links:
        by_customer.setdefault(link.to, link)
    names = list(by_customer)
    if len(names) > 1 and names and next(iter(by_customer.values())).customer.startswith("anon:"):
        return f"is shared by {', '.join(names[:-1])} and {names[-1]}: nothing more of it goes to anybody"
    return "; ".join(f"goes on as {to} since {rfc3339(link.at)[:10]}: `sojourn explain {to}`" for to, link in by_customer.items())
