"""Faust's app, with the carrier's objects as attributes. An exception that crashes the app ends the process."""

import faust

from agents.carrier.commits import Commits
from agents.carrier.exits import die
from agents.carrier.ledger import AnyLedger
from agents.carrier.options import CarrierOptions
from agents.carrier.reader import Reader


class CarrierApp(faust.App):
    """Faust's app with our ledger, commits and reader. `agents.carrier.build` creates it; `worker` sets the attributes."""

    options: CarrierOptions
    ledger: AnyLedger
    commits: Commits
    recovery: Reader
    topic_id: str
    leaving = False

    def _crash(self, reason: BaseException) -> None:
        if not self.leaving:
            die(f"crashed: {reason!r}")
        super()._crash(reason)
