"""A few households replayed without a broker: what tests of the findings and of the report look at."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.sent import Sent, summed
from agents.tools.demo.story import Story, most_instructive
from agents.tools.demo.worker import GROCER
from agents.tools.evaluating.history import History
from agents.tools.reports.chronicle.entries import chronicle
from schemas.outputs import Output
from streams.replay import Replay
from streams.rules import Rules


@dataclass(frozen=True)
class Replayed:
    """A history and what the oracle makes of it."""

    history: History
    outputs: list[Output]
    found: Findings
    sent: Sent

    def story(self) -> Story:
        """The story of the customer that the demo would choose."""
        customer = most_instructive(self.found)
        touched = [each for each in self.history.touchpoints() if each.customer == customer]
        return Story(customer, chronicle(touched, [each for each in self.outputs if each.customer == customer]))


def replayed(history: History) -> Replayed:
    """The oracle's findings over this history, by the demo's rules."""
    oracle = Replay(Rules(GROCER)).run(history.touchpoints(), history.until)
    outputs = [emission for emission in oracle.emissions if isinstance(emission, Output)]
    return Replayed(history, outputs, findings_of(outputs), summed(history))


def findings_of(outputs: list[Output]) -> Findings:
    """The findings over these outputs, in this order."""
    found = Findings()
    for output in outputs:
        found.take(msgspec.json.encode(output))
    return found
