"""Plays a world through the journeys in one process, as live workers would: in order of arrival, hour by hour, with norms and alarms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from agents.insights.norms import Telling
from agents.world.answers import Answer
from agents.world.company import DAY, HOUR
from agents.world.day import begin, play_day
from agents.world.scoring.alarms import Alarm, Watch
from agents.world.scoring.learning import Learning, Learnt
from agents.world.scoring.thumbs import RULES
from agents.world.telling import closing, opening
from schemas.control import ANY_CONTROL
from schemas.inputs import read
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened, FrictionRepeated, ReviewSuspected, SignalRetracted
from schemas.reading import Read
from schemas.writing import from_rfc3339
from streams.customer.loyalty import BUYING
from streams.replay import Replay
from streams.risk.score import risk
from streams.state.place_row import spot_of

_control = msgspec.json.Decoder(ANY_CONTROL).decode


class Claim(NamedTuple):
    """A friction that a detector opened, or said again. A repetition is no claim of its own."""

    detector: str
    customer: str
    at: int  # ms UTC
    place: str
    signal: str
    repeated: bool


@dataclass
class Played:
    """A world that was played: what is true, and what the product said."""

    truths: list[dict[str, Any]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)  # signals that the product took back
    suspected: int = 0  # reviews
    alarms: list[Alarm] = field(default_factory=list)
    told: list[tuple[int, frozenset[str]]] = field(default_factory=list)  # from when on (ms UTC) which steps were known to be blocked
    risks: dict[str, float] = field(default_factory=dict)  # customer -> risk at `judged`
    thumbs: dict[str, dict[str, float]] = field(default_factory=dict)  # rule of thumb -> customer -> its value at `judged`
    learnt: list[Learnt] = field(default_factory=list)  # models that came into force
    judged: int = 0  # day on which the risks were read
    bought: set[str] = field(default_factory=set)  # ids of those who bought something since then
    events: int = 0
    rejected: int = 0
    offers: int = 0
    tried: dict[str, str] = field(default_factory=dict)  # offers of the experiment: id -> family
    decided: dict[str, tuple[str, int]] = field(default_factory=dict)  # customer -> their first of the experiment, and when (ms UTC)

    def was_told(self, channel: str, place: str, at: int) -> bool:
        """Return whether the journeys knew at this time (ms UTC) that a step is blocked.

        >>> Played(told=[(5, frozenset()), (9, frozenset({"web\\t/pay"}))]).was_told("web", "/pay", 10)
        True
        """
        look = bisect_right(self.told, at, key=lambda each: each[0]) - 1
        return look >= 0 and spot_of(channel, place) in self.told[look][1]


def play(
    seed: int, days: int, customers: int, *, answers: bool = False, moved: Callable[[int, int], None] = lambda day, events: None
) -> Played:
    """Make a world and play it through the journeys. With `answers` its customers react to the offers, from the next day on."""
    state, replay, watch, played = begin(seed, days, customers), Replay(), Watch(), Played(judged=max(0, days - 31))
    played.truths += opening(state)
    coming: list[Answer] = []
    telling, learning = Telling(lambda control: _tell(replay, control), lambda: [replay.partition]), Learning(replay)
    for number in range(days):
        if number == played.judged:
            _judge(replay, {one.id for one in state.people}, state.start_of(number), played)
        day = play_day(state, coming)
        played.truths += day.truths
        _pass(replay, watch, telling, day.lines, state.start_of(number), played)
        learning.end_day(number, state.start_of(number + 1))
        coming = _take(replay, played) if answers else _take(replay, played)[:0]
        moved(number + 1, played.events)
    played.truths += closing(state)
    played.told, played.learnt = watch.told, learning.learnt
    played.alarms = sorted(watch.alarms.values(), key=lambda alarm: (alarm.since, alarm.name))
    return played


def _tell(replay: Replay, control: bytes) -> None:
    replay.apply(_control(control))


def _judge(replay: Replay, customers: set[str], at: int, played: Played) -> None:
    """Read the risk of each customer at this time (ms UTC), and what rules of thumb say."""
    known = {one: journey for one, journey in replay.journeys.items() if one in customers}
    played.risks = {one: risk(journey, at, replay.rules) for one, journey in known.items()}
    played.thumbs = {rule: {one: value(journey, at) for one, journey in known.items()} for rule, value in RULES.items()}


def _pass(replay: Replay, watch: Watch, telling: Telling, lines: list[tuple[int, bytes]], start: int, played: Played) -> None:
    """Let a day pass: its events as they arrive, its timers each hour, its norms at the end."""
    hour = start
    for arrives, line in lines:
        while arrives >= hour + HOUR:
            hour += HOUR
            _look(replay, watch, telling, hour)
        found = read(line, logged_at=arrives)
        played.events += 1
        if isinstance(found, Read):
            replay.apply(found.touchpoint)
            if played.risks and isinstance(found.touchpoint, BUYING):
                played.bought.add(found.touchpoint.customer)
        else:
            played.rejected += 1
    while hour < start + DAY:
        hour += HOUR
        _look(replay, watch, telling, hour)


def _look(replay: Replay, watch: Watch, telling: Telling, hour: int) -> None:
    """Let an hour end: its timers fire, and the insights role looks at the counts and tells the journeys what is usual, and blocked."""
    replay.pass_time(hour)
    totals = replay.partition.aggregates.rows
    for _ in telling.round(totals, watch.look(totals, hour)):
        pass


def _take(replay: Replay, played: Played) -> list[Answer]:
    """Take what the journeys said today, and forget it. Return the offers, as the company's marketing system reads them."""
    offers = list[Answer]()
    for said in replay.emissions:
        if isinstance(said, FrictionOpened):
            played.claims.append(Claim(said.detector, said.customer, from_rfc3339(said.at), said.place, said.id, repeated=False))
        elif isinstance(said, FrictionRepeated):
            played.claims.append(Claim(said.detector, said.customer, from_rfc3339(said.at), "", said.signal, repeated=True))
        elif isinstance(said, SignalRetracted):
            played.retracted.add(said.signal)
        elif isinstance(said, ReviewSuspected):
            played.suspected += 1
        elif isinstance(said, DecisionMade) and said.arm and said.outcome in ("offered", "held_out"):
            played.decided.setdefault(said.customer, (said.outcome, from_rfc3339(said.at)))
        elif isinstance(said, OfferMade):
            played.tried |= {said.id: said.family} if said.arm else {}
            offers.append(Answer(said.id, said.customer, said.offer, said.family, said.channel))
    replay.emissions.clear()
    replay.sent.clear()
    played.offers += len(offers)
    return offers
