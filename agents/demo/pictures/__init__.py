"""The report's pictures, one a file: each takes what was found and what was sent, and gives a figure with its numbers."""

from __future__ import annotations

from agents.demo.findings import Findings
from agents.demo.pictures import decisions, flows, offers, places, risk, signals
from agents.demo.pictures.drawing import Picture
from agents.demo.sent import Sent

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
