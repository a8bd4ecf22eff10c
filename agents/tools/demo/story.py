"""The customer whose timeline a report shows, and how they are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.tools.demo.findings import Findings
from agents.tools.reports.chronicle.entries import Entry


@dataclass(frozen=True)
class Story:
    """The customer whose timeline the report shows, with its entries."""

    customer: str
    entries: Sequence[Entry]


def most_instructive(found: Findings) -> str:
    """Return the customer whose timeline teaches most: the most different things in the fewest entries. Empty if nothing was published.

    If anybody got an offer, the timeline must show one. A thing that happens again and again counts once, and makes the timeline longer.
    """
    return max(found.facets, key=lambda customer: (*_rank_story(found, customer), customer), default="")


def _rank_story(found: Findings, customer: str) -> tuple[bool, int, int]:
    facets = found.facets[customer]
    offered = any(facet.startswith("offer:") for facet in facets)
    return offered, len(facets), -facets.total()
