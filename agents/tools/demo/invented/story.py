"""The customer whose story a demo tells: somebody whom an incident hit, and who was offered something afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from agents.tools.demo.findings import Findings
from agents.tools.demo.invented.run import Ran
from agents.tools.demo.page import Story, most_instructive
from agents.tools.reports.chronicle.entries import Entry
from schemas.durations import DAY, HOUR

BEFORE, AFTER = HOUR // 2, 2 * DAY  # ms around the friction that the story is about
WITHIN = 2 * HOUR  # ms from the planted moment to the friction


def hit(ran: Ran) -> tuple[str, int]:
    """Return the customer to tell about, and the moment (ms UTC) of their friction; 0 if no incident hit anybody who got an offer.

    Of all whom an incident hit, it is the one about whom there is least else to tell. Some were offered something before it.
    """
    planted: dict[tuple[str, str], list[int]] = {}
    for each in ran.truths:
        if each["truth"] == "friction" and each["by"]:
            planted.setdefault((each["detector"], each["customer"]), []).append(each["at"])
    told = [
        (ran.found.facets[claim.customer].total(), claim.customer, claim.at)
        for claim in ran.claims
        if not claim.repeated and _offered(ran.found, claim.customer)
        and any(abs(claim.at - at) <= WITHIN for at in planted.get((claim.detector, claim.customer), ()))
    ]  # fmt: skip
    if not told:
        return most_instructive(ran.found), 0
    _, customer, at = min(told)
    return customer, at


def _offered(found: Findings, customer: str) -> bool:
    return any(facet.startswith("offer:") for facet in found.facets.get(customer, ()))


def around(story: Story, at: int) -> Sequence[Entry]:
    """Return the part of a story around this moment; the whole, if the moment is 0."""
    return [each for each in story.entries if not at or at - BEFORE <= each.at <= at + AFTER]
