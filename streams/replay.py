"""The oracle: one thread, without a broker. Its results are the definition of correct: every other driver must give the same."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Mapping

from schemas.control import Addressed, BaselinePublished, Broadcast, ModelPublished, Norm, RulesPublished, Tick
from schemas.control.models import CadenceModel
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened
from schemas.touchpoints.base import Touchpoint
from streams.context import Emission, Sent
from streams.decide import Event, decide
from streams.engine.forgetting import is_empty
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.in_force import Rulebook
from streams.state import Journey, Partition
from streams.story import START, offset, story


class Replay:
    """One partition, replayed. Apply events in log order. `states()` and `emissions` are then what a worker must have.

    `rules` are in force until others are published in the log; `bodies` holds those, by hash. A control record for another journey is
    applied at once, after its cause. With `sent_in_log` it is only noted in `sent`, because the replayed log contains it already.
    """

    def __init__(self, rules: Rules | None = None, bodies: Mapping[str, Blueprint] | None = None, *, sent_in_log: bool = False) -> None:
        self.rulebook = Rulebook(rules or Rules(), (bodies or {}).get)
        self.rules = self.rulebook.defaults
        self.journeys: dict[str, Journey] = {}
        self.partition = Partition(layouts={self.rules.codec.layout_id: self.rules.codec.description}, rules=self.rules.fingerprint)
        self.emissions: list[Emission] = []
        self.sent: list[Addressed] = []
        self._sent_in_log = sent_in_log

    def journey(self, customer: str) -> Journey:
        """Return the journey of this customer, a new one if there was none."""
        if customer not in self.journeys:
            self.journeys[customer] = self.rules.codec.new()
        return self.journeys[customer]

    def apply(self, event: Event, logged_at: int | None = None) -> list[Emission]:
        """Apply one record of the log, and the control records for other journeys that follow from it. Return all emissions.

        `logged_at` is the log's time of the record (ms UTC). Unless it is given, offers are made by the events' own times.
        """
        made, coming = list[Emission](), deque[Event]([event])
        while coming:
            said = self._apply_one(coming.popleft(), logged_at)
            sent = [each.control for each in said if isinstance(each, Sent)]
            self.sent += sent
            coming.extend(() if self._sent_in_log else sent)
            made += [each for each in said if not isinstance(each, Sent)]
        self.emissions += made
        return made

    def _apply_one(self, event: Event, logged_at: int | None) -> list[Emission]:
        if isinstance(event, RulesPublished) and self.rulebook.refusal(self.partition, event):
            return []  # a worker rejects it
        customer = "" if isinstance(event, Broadcast) else event.customer
        journey = self.rules.codec.new() if self._changes_none(event) else self.journey(customer)
        wake, by_event_time = journey.next_wake, event.due if isinstance(event, Tick) else 0
        made = decide(journey, self.partition, event, self.rules, by_event_time if logged_at is None else logged_at)
        if isinstance(event, RulesPublished | ModelPublished):
            self.rules = self.rulebook.rules_for(self.partition)
        if wake and is_empty(journey):
            del self.journeys[customer]
        return made

    def _changes_none(self, event: Event) -> bool:
        """Return whether the event is for the whole partition, or a tick for a journey that is not there: it was forgotten."""
        return isinstance(event, Broadcast) or (isinstance(event, Tick) and event.customer not in self.journeys)

    def run(self, events: Iterable[Event], until: int | None = None) -> Replay:
        """Apply all events in order. Then let time pass to `until` (ms UTC), and fire every timer that is due by then, in order."""
        for event in events:
            self.apply(event)
        if until is not None:
            self.pass_time(until)
        return self

    def pass_time(self, until: int) -> None:
        """Send a tick for every timer that is due by `until`, earliest first."""
        waiting = [(j.next_wake, c) for c, j in self.journeys.items() if 0 < j.next_wake <= until]
        heapq.heapify(waiting)
        while waiting:
            due, customer = heapq.heappop(waiting)
            self.apply(Tick(customer=customer, due=due))
            if (journey := self.journeys.get(customer)) and 0 < (wake := journey.next_wake) <= until:
                heapq.heappush(waiting, (wake, customer))

    def states(self) -> dict[str, bytes]:
        """Return the bytes of every journey, by customer."""
        return {customer: self.rules.codec.encode(journey) for customer, journey in self.journeys.items()}

    def counts(self) -> Counter[str]:
        """Return how many emissions of each type there were."""
        return Counter(type(e).__name__ for e in self.emissions)


def signals_of(
    text: str,
    until: str | None = None,
    rules: Rules | None = None,
    norms: Mapping[str, Mapping[str, tuple[int, float, float]]] | None = None,
    model: CadenceModel | None = None,
) -> list[str]:
    """Return the signals that a story raises, by detector, in order. Then time passes to `until` (offset from the start).

    `norms` are count, mean and standard deviation, by detector and key. `model` is the cadence model in force.

    >>> signals_of("0 web page_viewed /shop page=/shop")
    []
    """
    touchpoints: list[Touchpoint] = story(text)
    replay = Replay(rules)
    for detector, usual in (norms or {}).items():
        replay.apply(BaselinePublished(detector=detector, version=1, norms={key: Norm(*norm) for key, norm in usual.items()}))
    if model:
        replay.apply(ModelPublished(name="cadence", version=1, cadence=model))
    replay.run(touchpoints, None if until is None else START + offset(until))
    return [e.detector for e in replay.emissions if isinstance(e, FrictionOpened | ChurnSignalRaised)]
