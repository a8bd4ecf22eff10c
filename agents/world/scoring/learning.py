"""Learns in a replay what the learning role of live workers learns there: a cadence model of purchases, and the weights of the risk.

The code is that of the role, and what is worth publishing goes to the journeys as the same control record. The weights are learnt at the
end of each day of the world. So is the first cadence model: as soon as enough customers came back, as with live workers. From then on one
is fitted once a week. Live workers do so once a day (`SOJOURN_CADENCE_INTERVAL_MS`), but a fit to 3000 customers takes up to a second of
a core, and a model that is a week old differs little.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from agents.learning.beginning import adopting
from agents.learning.cadence.background import ENOUGH, fitted
from agents.learning.cadence.histories import Buyers
from agents.published.models import PublishedModels
from schemas.control import ModelPublished
from schemas.outputs.signals import RiskProved, RiskStated
from streams.replay import Replay

AGAIN = 7  # days from one fit to the next, once there is a model


class Learnt(NamedTuple):
    """A model that came into force."""

    day: int  # of the world, at its end
    name: str  # cadence, or weights
    version: int
    why: str


class Learning:
    """The learning role of a replay. It fits no cadence model before `least` customers have bought on a second day."""

    def __init__(self, replay: Replay, least: int = ENOUGH) -> None:
        self.learnt: list[Learnt] = []
        self._replay, self._least, self._fits_on = replay, least, 0
        self._told, self._adopting = PublishedModels(), adopting(replay.rules, settling_ms=0)

    def end_day(self, day: int, now: int) -> None:
        """Learn from a day that has ended (`now` is its end, ms UTC), before its emissions are forgotten. Publish what is worth it."""
        for said in self._replay.emissions:
            if isinstance(said, RiskStated | RiskProved):
                self._adopting.take(msgspec.json.encode(said), now)
        while self._adopting.learn(self._told, now):
            pass
        if (weights := self._adopting.worth_publishing(self._told)) is not None:
            why = f"better on {weights.trial.learnt.examples} customers" if weights.trial else ""
            self._publish(day, ModelPublished(name="weights", version=self._told.version("weights") + 1, weights=weights, why=why))
        if day >= self._fits_on:
            self._fit(day)

    def _fit(self, day: int) -> None:
        found = fitted(self._bought(), self._told.cadence, self._least)
        if found.worth_publishing():
            version = self._told.version("cadence") + 1
            self._publish(day, ModelPublished(name="cadence", version=version, cadence=found.model, why=found.reason()))
        self._fits_on = day + (AGAIN if self._told.version("cadence") else 1)

    def _bought(self) -> Buyers:
        bought = Buyers()
        bought.pass_to(0, self._replay.partition.event_time)
        for customer, journey in self._replay.journeys.items():
            bought.note(customer.encode(), journey.cadence)
        return bought

    def _publish(self, day: int, word: ModelPublished) -> None:
        self._told.take(word)
        self._replay.apply(word)
        self.learnt.append(Learnt(day, word.name, word.version, word.why))
