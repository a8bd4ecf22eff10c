"""Plays an invented company through running servers and a worker, day by day of its own time. Each step waits for a fact in the ledger.

1. A day of the company is made and sent to ingest. It is over when the ledger says that all of it was applied.
2. The offers of that day are read as a subscriber reads them. The customers answer on the next day, and behave by them.
3. After the last day every partition gets a control record that time may pass to its end, and the run waits until no timer is left.
4. The run is over when the insights role has published what follows from the whole log.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents.settings import Settings
from agents.tools.demo.findings import Findings
from agents.tools.demo.gathering import gathered
from agents.tools.demo.invented.listening import Answered, Offers, Settled, answered, claims, decided, frictions
from agents.tools.demo.ledgers import Ledgers, Onlooker
from agents.tools.demo.measured import Measured
from agents.tools.demo.sending import UnsentError
from agents.tools.demo.worker import TendedWorker
from agents.tools.operating.feeding import Line, feed
from agents.world.day import play_day
from agents.world.scoring.playing import Claim
from agents.world.state import State
from agents.world.telling import closing, opening
from schemas.outputs.insights import Insight
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened, SignalRetracted
from schemas.topics import INTERACTIONS
from streams.rules.blueprint import Blueprint

LOOK_S = 0.1  # seconds between two looks at the ledger: a day waits for them


class DayOnlooker(Onlooker, Protocol):
    """Also gets told which day begins."""

    def began(self, day: int) -> None:
        """Take the day that begins, from 0."""


@dataclass
class Ran:
    """The results of a run: what is true, and what was published."""

    truths: list[dict[str, Any]]
    measured: Measured
    until: int  # ms UTC: the end of the last day
    found: Findings = field(default_factory=Findings)
    opened: list[FrictionOpened] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)  # ids of frictions that were taken back
    made: list[OfferMade] = field(default_factory=list)  # offers that the customers got to know
    answered: list[Answered] = field(default_factory=list)
    decided: dict[str, tuple[str, int]] = field(default_factory=dict)  # customer -> offered or held_out, and when first (ms UTC)
    insights: list[Insight] = field(default_factory=list)


class Run:
    """One run of one company. The worker is restarted if something kills it."""

    def __init__(self, settings: Settings, worker: TendedWorker, onlooker: DayOnlooker, blueprint: Blueprint) -> None:
        self._settings, self._worker, self._onlooker, self._blueprint = settings, worker, onlooker, blueprint
        self._ledgers = Ledgers(settings, worker, onlooker, LOOK_S)
        self._truths: list[dict[str, Any]] = []
        self._made, self._offers = 0, list[OfferMade]()

    def all_of(self, world: State) -> Ran:
        """Play every day of it, wait until all has taken effect, and read what was published. Raises StalledError, UnsentError."""
        ledgers, until = self._ledgers, world.start_of(world.days)
        with ThreadPoolExecutor(1) as pool, ledgers:
            began = time.monotonic()
            sending = pool.submit(feed, self._settings, INTERACTIONS, self._lines(world), lambda events, _: ledgers.note_sent(events))
            ledgers.until(lambda: sending.done() and ledgers.applied >= self._made, "playing the days")
            if unsent := sending.result().unsent:
                raise UnsentError("; ".join(unsent[:3]))
            seconds = time.monotonic() - began
            self._onlooker.said("the last day is over: waiting until no journey waits for a moment in it")
            ledgers.end_time(until)
            insights = self._await_insights()
            measured = Measured(
                sent=self._made, became=ledgers.outcomes(), ticks=ledgers.journey.outcomes["tick"], seconds=seconds, replayed=self._made,
                restarts=self._worker.restarts,
            )  # fmt: skip
        self._onlooker.said("reading what was published")
        return self._read(Ran([*self._truths, *closing(world)], measured, until, made=self._offers, insights=insights))

    def _read(self, ran: Ran) -> Ran:
        """Fill in what the journeys published."""
        said = frictions(self._settings)
        ran.opened = [each for each in said if isinstance(each, FrictionOpened)]
        ran.retracted = {each.signal for each in said if isinstance(each, SignalRetracted)}
        ran.claims, ran.found = claims(said), gathered(self._settings)
        ran.answered, ran.decided = answered(self._settings), decided(self._settings)
        return ran

    def _lines(self, world: State) -> Iterator[Line]:
        """Yield the events of all days. Between two days, wait until the first is applied, and read its offers."""
        self._truths += opening(world)
        with Offers(self._settings) as offers:
            for number in range(world.days):
                self._onlooker.began(number)
                day = play_day(world, offers.new())
                self._offers = offers.made
                self._truths += day.truths
                self._made += len(day.lines)
                for _, line in day.lines:
                    yield Line(line, 0)
                while self._ledgers.applied < self._made:
                    if self._ledgers.stop.wait(LOOK_S / 4):
                        return

    def _await_insights(self) -> list[Insight]:
        settled, found = Settled(self._settings, self._blueprint), list[Insight]()

        def published() -> bool:
            nonlocal found
            found = settled.insights() or []
            return bool(found)

        self._ledgers.until(published, "publishing insights")
        return found
