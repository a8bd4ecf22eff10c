"""What of a journey is handed over: all of it, or its current episode alone. Between what goes and what stays nothing is lost or doubled.

What has a time of its own goes where it belongs. Of counters the episode's share is what has come since the episode began: an anonymous
journey that begins another episode notes how they stand (`Earlier`).
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from schemas.durations import DAY, week_of
from schemas.vocabulary import START
from streams.identity import pooling, profiles
from streams.rules import Rules
from streams.state import DAYS, WEEKS, Cadence, Earlier, Episode, Journey, Position, Value
from streams.state.counters import Rows
from streams.state.ids import SHORT_HASH

T = TypeVar("T")
STAYS = ("newest", "woken", "recent_ids", "forward", "absorbed_hand_overs", "linked_ids")  # what a journey that was handed over goes on by
WORTH = (
    "kinds",
    "deadlines",
    "open",
    "contributions",
    "consents",
    "made",
    "deferred",
)  # without any of these there is nothing to hand over


def note_beginning(journey: Journey, at: int, silence_ms: int) -> None:
    """If a touchpoint at `at` (ms UTC) begins another episode of an anonymous journey, its counters are noted as they stand."""
    episode = journey.episode
    if not episode.count or journey.forward is not None or at - episode.last <= silence_ms:
        return
    journey.earlier = Earlier(
        kinds=dict(journey.kinds), channels=dict(journey.channels), day=journey.day,
        days=_copied(journey.days), weeks=_copied(journey.weeks),
        cadence=msgspec.structs.astuple(journey.cadence), value=msgspec.structs.astuple(journey.value),
        acts=journey.acts, late=journey.late, dropped=journey.dropped,
    )  # fmt: skip


def _copied(rows: Rows) -> Rows:
    return {slot: bytearray(row) for slot, row in rows.items()}


def worth_it(piece: Journey) -> bool:
    """Whether there is anything to hand over."""
    return any(getattr(piece, name) for name in WORTH)


def whole(journey: Journey, rules: Rules) -> Journey:
    """Everything goes; what stays is an empty journey that knows where it went and what it has seen."""
    piece, empty = rules.codec.new(), rules.codec.new()
    for name in journey.__struct_fields__:
        setattr(piece, name, getattr(journey, name))
        if name not in STAYS:
            setattr(journey, name, getattr(empty, name))
    piece.recent_ids, piece.forward, piece.earlier = bytearray(journey.recent_ids), None, None
    piece.absorbed_hand_overs, piece.linked_ids = bytearray(), bytearray()
    return piece


def episode(journey: Journey, rules: Rules) -> Journey:
    """The current episode goes, all before it stays."""
    earlier = journey.earlier
    if earlier is None:
        return whole(journey, rules)
    piece, since = rules.codec.new(), journey.episode.started
    piece.newest, piece.woken, piece.first_seen, piece.day, piece.zone = journey.newest, journey.woken, since, journey.day, journey.zone
    piece.recent_ids = bytearray(journey.recent_ids)
    piece.episode, journey.episode = journey.episode, Episode()
    piece.acted_at, piece.acted_id = (journey.acted_at, journey.acted_id) if journey.acted_at >= since else (0, "")
    piece.deferred, journey.deferred = journey.deferred, None
    _standings(journey, piece, since)
    _timed(journey, piece, since)
    _counters(journey, piece, earlier)
    _bought(journey, piece, earlier)
    if "survey_answered" in piece.kinds:
        piece.scores = dict(journey.scores)
    profiles.part(journey, piece, since)
    journey.earlier = None
    return piece


def _standings(journey: Journey, piece: Journey, since: int) -> None:
    """Where the customer came to stand in this episode; else where everybody begins."""
    for name, first in (("stage", START), ("phase", "acquisition"), ("rung", "prospect")):
        standing: Position = getattr(journey, name)
        setattr(piece, name, Position(*msgspec.structs.astuple(standing)) if standing.since >= since else Position(first, since))


def _timed(journey: Journey, piece: Journey, since: int) -> None:
    """Marks, matters, signals, consents, offers and places go by their times."""
    for name in journey.rings.__struct_fields__:
        ring: list[Any] = getattr(journey.rings, name)
        setattr(piece.rings, name, [mark for mark in ring if mark.at >= since])
        setattr(journey.rings, name, [mark for mark in ring if mark.at < since])
    journey.deadlines, piece.deadlines = _parted(journey.deadlines, "opened", since)
    journey.contributions, piece.contributions = _parted(journey.contributions, "since", since)
    journey.consents, piece.consents = _parted(journey.consents, "at", since)
    journey.places, piece.places = _parted(journey.places, "day", since // DAY)
    piece.open, journey.open = [s for s in journey.open if s.opened >= since], [s for s in journey.open if s.opened < since]
    piece.made, journey.made = [m for m in journey.made if m.at >= since], [m for m in journey.made if m.at < since]


def _parted(kept: dict[str, T], time: str, since: int) -> tuple[dict[str, T], dict[str, T]]:
    goes = {key: each for key, each in kept.items() if getattr(each, time) >= since}
    return {key: each for key, each in kept.items() if key not in goes}, goes


def _counters(journey: Journey, piece: Journey, earlier: Earlier) -> None:
    day, week = journey.day - earlier.day, week_of(journey.day) - week_of(earlier.day)
    piece.kinds, journey.kinds = pooling.without(journey.kinds, earlier.kinds), earlier.kinds
    piece.channels, journey.channels = pooling.without(journey.channels, earlier.channels), earlier.channels
    for name, aged, keep in (("days", day, DAYS), ("weeks", week, WEEKS)):
        now, then = getattr(journey, name), getattr(earlier, name)
        setattr(piece, name, pooling.rows(now, then, (0, aged), keep, sign=-1))
        setattr(journey, name, pooling.rows(then, {}, (aged, 0), keep))
    for name in ("acts", "late", "dropped"):
        setattr(piece, name, getattr(journey, name) - getattr(earlier, name))
        setattr(journey, name, getattr(earlier, name))


def _bought(journey: Journey, piece: Journey, earlier: Earlier) -> None:
    """Purchases within an episode have no rhythm of their own."""
    before, now = Cadence(*earlier.cadence), journey.cadence
    if bought := now.count - before.count:
        piece.cadence = Cadence(bought, now.last, now.last)
        piece.references, journey.references = journey.references[-bought * SHORT_HASH :], journey.references[: -bought * SHORT_HASH]
    value = Value(*earlier.value)
    piece.value, journey.value, journey.cadence = pooling.value(journey.value, value, sign=-1), value, before
