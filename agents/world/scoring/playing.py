"""Plays a world through the journeys in one process, as live workers would: in order of arrival, hour by hour, with norms and alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agents.world.answers import Answer
from agents.world.company import DAY, HOUR
from agents.world.day import begin, play_day
from agents.world.scoring.alarms import Alarm, Watch
from agents.world.telling import closing, opening
from schemas.control import Norm
from schemas.inputs import read
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened, FrictionRepeated, ReviewSuspected, SignalRetracted
from schemas.reading import Read
from schemas.writing import from_rfc3339
from streams.insights.baselines import baselines, should_publish_norms
from streams.replay import Replay
from streams.risk.score import risk

LOOKS_EVERY = 6  # hours


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
    risks: dict[str, float] = field(default_factory=dict)  # customer -> risk at `judged`
    judged: int = 0  # day on which the risks were read
    events: int = 0
    rejected: int = 0
    offers: int = 0


def play(
    seed: int, days: int, customers: int, *, answers: bool = False, moved: Callable[[int, int], None] = lambda day, events: None
) -> Played:
    """Make a world and play it through the journeys. With `answers` its customers react to the offers, from the next day on."""
    state, replay, watch, played = begin(seed, days, customers), Replay(), Watch(), Played(judged=max(0, days - 31))
    played.truths += opening(state)
    coming: list[Answer] = []
    for number in range(days):
        if number == played.judged:
            played.risks = _risks(replay, {one.id for one in state.people}, state.start_of(number))
        day = play_day(state, coming)
        played.truths += day.truths
        _pass(replay, watch, day.lines, state.start_of(number), played)
        coming = _take(replay, played) if answers else _take(replay, played)[:0]
        moved(number + 1, played.events)
    played.truths += closing(state)
    played.alarms = sorted(watch.alarms.values(), key=lambda alarm: (alarm.since, alarm.name))
    return played


def _risks(replay: Replay, customers: set[str], at: int) -> dict[str, float]:
    return {one: risk(journey, at, replay.rules) for one, journey in replay.journeys.items() if one in customers}


def _pass(replay: Replay, watch: Watch, lines: list[tuple[int, bytes]], start: int, played: Played) -> None:
    """Let a day pass: its events as they arrive, its timers each hour, its norms at the end."""
    hour = start
    for arrives, line in lines:
        while arrives >= hour + HOUR:
            hour += HOUR
            _look(replay, watch, hour)
        found = read(line, logged_at=arrives)
        played.events += 1
        if isinstance(found, Read):
            replay.apply(found.touchpoint)
        else:
            played.rejected += 1
    while hour < start + DAY:
        hour += HOUR
        _look(replay, watch, hour)
    _publish_norms(replay)


def _look(replay: Replay, watch: Watch, hour: int) -> None:
    replay.pass_time(hour)
    if hour // HOUR % LOOKS_EVERY == 0:
        watch.look(replay.partition.aggregates.rows, hour)


def _publish_norms(replay: Replay) -> None:
    known: Mapping[str, Mapping[str, Norm]] = replay.partition.norms
    for detector, baseline in baselines(replay.partition.aggregates.rows).items():
        if should_publish_norms(known.get(detector, {}), baseline.norms):
            replay.apply(baseline)


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
        elif isinstance(said, OfferMade):
            offers.append(Answer(said.id, said.customer, said.offer, said.family, said.channel))
    replay.emissions.clear()
    replay.sent.clear()
    played.offers += len(offers)
    return offers
