"""Reads what was published, as subscribers do: offers day by day, and at the end alarms, claims and insights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec
from confluent_kafka import Message

from agents.carrier.record import row_key
from agents.insights.totals import NEWEST_DAYS
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.reports.overview.gathering import published
from agents.world.answers import Answer
from agents.world.scoring.alarms import ALARMS, Alarm
from agents.world.scoring.playing import Claim
from schemas.outputs.insights import ChannelMeasured, Insight
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import FrictionOpened, FrictionRepeated, SignalRetracted
from schemas.topics import DECISIONS, FRICTIONS, JOURNEY_CHANGELOG, OFFERS, TOUCHPOINTS
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferSeen
from schemas.writing import from_rfc3339
from streams.rules.blueprint import Blueprint
from streams.totals import overall_insights, sum_rows

Answered = OfferSeen | OfferAccepted | OfferDeclined


class _Decided(msgspec.Struct):
    customer: str
    at: str
    outcome: str


_offer = msgspec.json.Decoder(OfferMade).decode
_decided = msgspec.json.Decoder(_Decided).decode
_answer = msgspec.json.Decoder(Answered).decode
_signal = msgspec.json.Decoder(FrictionOpened | FrictionRepeated | SignalRetracted).decode
_ARMS = (b'"arm":"treated"', b'"arm":"control"')
_ANSWERS = tuple(f'"kind":"{kind.__struct_config__.tag}"'.encode() for kind in get_args(Answered))
_SIGNALS = tuple(f'"type":"{kind.__struct_config__.tag}"'.encode() for kind in (FrictionOpened, FrictionRepeated, SignalRetracted))


class Offers:
    """The offers of a running company, as its marketing system reads them: committed ones, each once."""

    def __init__(self, settings: Settings) -> None:
        self._reader = LogReader(settings, OFFERS, beginning=True)
        self.made: list[OfferMade] = []  # all that were published until the latest call of `new`

    def __enter__(self) -> Offers:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.__exit__(None, None, None)

    def new(self) -> list[Answer]:
        """Return the offers that were published since the call before, in an order that does not depend on the partitions."""
        found = [_offer(value) for value in _values(self._reader.until_end()) if b'"offer_made"' in value]
        made = sorted(found, key=lambda one: (one.at, one.id))
        self.made += made
        return [Answer(each.id, each.customer, each.offer, each.family, each.channel) for each in made]


def decided(settings: Settings) -> dict[str, tuple[str, int]]:
    """Return each customer's first decision within the experiment: whether they were offered something or held out, and when (ms UTC).

    A repair of what went wrong is never held out. So it is no part of the experiment.
    """
    with LogReader(settings, DECISIONS, beginning=True) as reader:
        found = [_decided(value) for value in _values(reader.until_end()) if any(arm in value for arm in _ARMS)]
    first = dict[str, tuple[str, int]]()
    for each in sorted(found, key=lambda one: one.at):
        first.setdefault(each.customer, (each.outcome, from_rfc3339(each.at)))
    return first


def answered(settings: Settings) -> list[Answered]:
    """Return what customers did with their offers, as the log of touchpoints has it."""
    with LogReader(settings, TOUCHPOINTS, beginning=True) as reader:
        return [_answer(value) for value in _values(reader.until_end()) if any(kind in value for kind in _ANSWERS)]


def frictions(settings: Settings) -> list[FrictionOpened | FrictionRepeated | SignalRetracted]:
    """Return what was published of frictions, in the order of time: opened, repeated, and taken back."""
    found = list[FrictionOpened | FrictionRepeated | SignalRetracted]()
    with LogReader(settings, FRICTIONS, beginning=True) as reader:
        for value in _values(reader.until_end()):
            if any(kind in value for kind in _SIGNALS):
                found.append(_signal(value))
    return sorted(found, key=lambda each: (each.at, each.id))


def claims(said: Iterable[FrictionOpened | FrictionRepeated | SignalRetracted]) -> list[Claim]:
    """Return the claims in it, as they are laid beside what was planted."""
    return [
        Claim(each.detector, each.customer, from_rfc3339(each.at), each.place, each.id, repeated=False) if isinstance(each, FrictionOpened)
        else Claim(each.detector, each.customer, from_rfc3339(each.at), "", each.signal, repeated=True)
        for each in said if not isinstance(each, SignalRetracted)
    ]  # fmt: skip


def alarms(insights: list[Insight]) -> list[Alarm]:
    """Return the alarms among these insights, in the order in which they could be known."""
    found = [read(each) for each in insights if (read := ALARMS.get(type(each))) is not None]
    return sorted(found, key=lambda alarm: (alarm.since, alarm.name, alarm.channel))


class Settled:
    """Whether the insights role has published what follows from the whole log. Create it when the journeys are at rest."""

    def __init__(self, settings: Settings, blueprint: Blueprint) -> None:
        self._settings = settings
        with LogReader(settings, JOURNEY_CHANGELOG, beginning=True) as reader:
            rows = [
                (message.partition() or 0, cell, message.value()) for message in reader.until_end() if (cell := _cell(message)) is not None
            ]
        totals = sum_rows((number, cell, value if isinstance(value, bytes) else None) for number, cell, value in rows)
        told = overall_insights(totals, blueprint, None, NEWEST_DAYS)
        self._awaited = [each for each in told if isinstance(each, ChannelMeasured) or type(each) in ALARMS]

    def insights(self) -> list[Insight] | None:
        """Return all that is published; None if what follows from the log is not yet among it."""
        found = published(self._settings)
        ids = {each.id: each for each in found}
        return found if all(ids.get(each.id) == each for each in self._awaited) else None


def _cell(message: Message) -> bytes | None:
    key = message.key()
    return row_key(key) if isinstance(key, bytes) else None


def _values(messages: Iterator[Message]) -> Iterator[bytes]:
    return (value for message in messages if isinstance(value := message.value(), bytes))
