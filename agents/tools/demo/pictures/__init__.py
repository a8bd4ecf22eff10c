"""The report's pictures, one a file: each takes what was found and what was sent, and gives a figure with its numbers."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.pictures import decisions, flows, offers, places, risk, signals
from agents.tools.demo.sent import Sent
from agents.tools.reports.drawing import Picture

__all__ = ["Picture", "pictures"]


def pictures(found: Findings, sent: Sent) -> list[Picture]:
    """Every picture of a whole year, in the order of the page; one customer's own is `timeline`."""
    return [
        risk.picture(found, sent),
        signals.picture(found),
        places.picture(found, sent),
        flows.stages(found),
        flows.rungs(found),
        decisions.outcomes(found),
        decisions.funnel(found),
        offers.picture(found),
    ]
