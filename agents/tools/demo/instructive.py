"""Which customer's story teaches most: the one that shows the most different things, in the fewest words."""

from __future__ import annotations

from agents.tools.demo.findings import Findings


def most_instructive(found: Findings) -> str:
    """The customer to tell of; the same one for the same outputs. Empty where nothing was published about anybody.

    An offer must be among what is shown, if anybody got one. What happened over and over counts once, and costs words.
    """
    return max(found.facets, key=lambda customer: (*_worth(found, customer), customer), default="")


def _worth(found: Findings, customer: str) -> tuple[bool, int, int]:
    facets = found.facets[customer]
    offered = any(facet.startswith("offer:") for facet in facets)
    return offered, len(facets), -facets.total()
