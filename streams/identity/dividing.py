"""The division of a journey at a hand-over: all of it goes, or only its current episode. Nothing is lost between the two, and nothing
doubled.

What has a time of its own goes with the episode if it is not older. Of counters, the episode's share is what was counted since the
episode began. For that, an anonymous journey keeps its counters as they were at the beginning of an episode (`Earlier`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from schemas.durations import DAY, week_of
from schemas.vocabulary import START
from streams.identity import pooling, profiles
from streams.rules import Rules
from streams.state import DAYS, FIELDS, WEEKS, Cadence, Earlier, Episode, Journey, Position, Value
from streams.state.counters import Rows
from streams.state.ids import SHORT_HASH
from streams.state.marks import NO_ENTRIES

T = TypeVar("T")
# Fields that stay in a journey whose content was handed over.
STAYS = ("newest", "woken", "recent_ids", "things", "forward", "absorbed_hand_overs", "linked_ids")
# Without any of these there is nothing to hand over.
CONTENT = ("kinds", "deadlines", "open", "contributions", "consents", "made", "deferred")


def note_episode_start(journey: Journey, at: int, silence_ms: int) -> None:
    """Keep the counters of an anonymous journey, if a touchpoint at `at` (ms UTC) begins another episode."""
    episode = journey.episode
    if not episode.count or journey.forward is not None or at - episode.last <= silence_ms:
        return
    journey.earlier = Earlier(
        kinds=dict(journey.kinds), channels=dict(journey.channels), day=journey.day,
        days=_copy_rows(journey.days), weeks=_copy_rows(journey.weeks),
        cadence=msgspec.structs.astuple(journey.cadence), value=_copy_value(journey.value),
        acts=journey.acts, late=journey.late, dropped=journey.dropped,
    )  # fmt: skip


def _copy_value(value: Value) -> tuple[Any, ...]:
    return msgspec.structs.astuple(msgspec.structs.replace(value, foreign=dict(value.foreign)))


def _copy_rows(rows: Rows) -> Rows:
    return {slot: bytearray(row) for slot, row in rows.items()}


def has_content(piece: Journey) -> bool:
    """Return whether there is anything to hand over."""
    return any(getattr(piece, name) for name in CONTENT)


def take_whole(journey: Journey, rules: Rules) -> Journey:
    """Take everything out of the journey and return it. An empty journey stays, which knows where it went and which ids it has seen."""
    piece, empty = rules.codec.new(), rules.codec.new()
    for name in FIELDS:
        setattr(piece, name, getattr(journey, name))
        if name not in STAYS:
            setattr(journey, name, getattr(empty, name))
    piece.recent_ids, piece.things, piece.forward, piece.earlier = bytearray(journey.recent_ids), bytearray(journey.things), None, None
    piece.absorbed_hand_overs, piece.linked_ids, piece.forget_due = bytearray(), bytearray(), 0
    return piece


def take_episode(journey: Journey, rules: Rules) -> Journey:
    """Take the current episode out of the journey and return it. Everything before it stays."""
    earlier = journey.earlier
    if earlier is None:
        return take_whole(journey, rules)
    piece, since = rules.codec.new(), journey.episode.started
    piece.newest, piece.woken, piece.first_seen, piece.day, piece.zone = journey.newest, journey.woken, since, journey.day, journey.zone
    piece.recent_ids, piece.things = bytearray(journey.recent_ids), bytearray(journey.things)
    piece.episode, journey.episode = journey.episode, Episode()
    piece.acted_at, piece.acted_id = (journey.acted_at, journey.acted_id) if journey.acted_at >= since else (0, "")
    piece.deferred, journey.deferred = journey.deferred, None
    _divide_positions(journey, piece, since)
    _divide_by_time(journey, piece, since)
    _divide_counters(journey, piece, earlier)
    _divide_purchases(journey, piece, earlier)
    if "survey_answered" in piece.kinds:
        piece.scores = dict(journey.scores)
    profiles.divide_profile(journey, piece, since)
    journey.earlier = None
    return piece


def _divide_positions(journey: Journey, piece: Journey, since: int) -> None:
    """Give the episode the positions that the customer reached in it; else the first position of each scale."""
    for name, first in (("stage", START), ("phase", "acquisition"), ("rung", "prospect")):
        standing: Position = getattr(journey, name)
        setattr(piece, name, Position(*msgspec.structs.astuple(standing)) if standing.since >= since else Position(first, since))


def _divide_by_time(journey: Journey, piece: Journey, since: int) -> None:
    """Divide entries, deadlines, signals, consents, offers and places by their times."""
    for name in journey.rings.__struct_fields__:
        ring: Sequence[Any] = getattr(journey.rings, name)
        setattr(piece.rings, name, [mark for mark in ring if mark.at >= since] or NO_ENTRIES)
        setattr(journey.rings, name, [mark for mark in ring if mark.at < since] or NO_ENTRIES)
    journey.deadlines, piece.deadlines = _split(journey.deadlines, "opened", since)
    journey.contributions, piece.contributions = _split(journey.contributions, "since", since)
    journey.consents, piece.consents = _split(journey.consents, "at", since)
    journey.places, piece.places = _split(journey.places, "day", since // DAY)
    piece.open, journey.open = [s for s in journey.open if s.opened >= since], [s for s in journey.open if s.opened < since]
    piece.made, journey.made = [m for m in journey.made if m.at >= since], [m for m in journey.made if m.at < since]


def _split(kept: dict[str, T], time: str, since: int) -> tuple[dict[str, T], dict[str, T]]:
    goes = {key: each for key, each in kept.items() if getattr(each, time) >= since}
    return {key: each for key, each in kept.items() if key not in goes}, goes


def _divide_counters(journey: Journey, piece: Journey, earlier: Earlier) -> None:
    day, week = journey.day - earlier.day, week_of(journey.day) - week_of(earlier.day)
    piece.kinds, journey.kinds = pooling.subtract_counts(journey.kinds, earlier.kinds), earlier.kinds
    piece.channels, journey.channels = pooling.subtract_counts(journey.channels, earlier.channels), earlier.channels
    for name, aged, keep in (("days", day, DAYS), ("weeks", week, WEEKS)):
        now, then = getattr(journey, name), getattr(earlier, name)
        setattr(piece, name, pooling.merge_rows(now, then, (0, aged), keep, sign=-1))
        setattr(journey, name, pooling.merge_rows(then, {}, (aged, 0), keep))
    for name in ("acts", "late", "dropped"):
        setattr(piece, name, getattr(journey, name) - getattr(earlier, name))
        setattr(journey, name, getattr(earlier, name))


def _divide_purchases(journey: Journey, piece: Journey, earlier: Earlier) -> None:
    """Divide cadence and value. Purchases within one episode have no rhythm of their own."""
    before, now = Cadence(*earlier.cadence), journey.cadence
    if bought := now.count - before.count:
        piece.cadence = Cadence(bought, now.last, now.last)
        piece.references, journey.references = journey.references[-bought * SHORT_HASH :], journey.references[: -bought * SHORT_HASH]
    value = Value(*earlier.value)
    piece.value, journey.value, journey.cadence = pooling.merge_value(journey.value, value, sign=-1), value, before
