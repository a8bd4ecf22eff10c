"""The pictures of the demo's report. Each takes what was found and what was sent, and returns a chart with its numbers."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.pictures import decisions, flows, offers, places, risk, signals
from agents.tools.demo.grocer.sent import Sent
from agents.tools.reports.drawing import Picture

__all__ = ["Picture", "pictures"]


def pictures(found: Findings, sent: Sent) -> list[Picture]:
    """Return all pictures of the year, in the order of the page. `timeline` has the picture of one customer."""
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
