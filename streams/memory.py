"""A touchpoint becomes memory: episode, counters, rings, purchases, places. Nothing here grows without a limit."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints import ACTIVITIES, KINDS, kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.feedback import SurveyAnswered
from streams.detectors import DAY
from streams.ids import digest
from streams.moment import Moment
from streams.presence import present
from streams.state import ACTIVITY_SLOTS, CHANNELS, DAYS, RECENT_IDS, REFERENCES, WEEKS, Journey

NAMES = {kind: kind_of(kind) for kind in KINDS}
WIDTH = 2 * ACTIVITY_SLOTS  # bytes of a row of counters
SLOTS = {kind: ACTIVITIES.index(kind.activity) for kind in KINDS}


def seen_before(journey: Journey, touchpoint: Touchpoint) -> bool:
    """Whether this (source, id) was among the journey's last 64; if not, it is from now on."""
    return not _new(journey.recent, digest(touchpoint.source, touchpoint.id), RECENT_IDS)


def _new(ring: bytearray, mark: bytes, keep: int) -> bool:
    """Whether the mark was not in the ring; it is now. (A hit across two marks is as unlikely as two equal digests.)"""
    if mark in ring:
        return False
    ring += mark
    if len(ring) > keep * len(mark):
        del ring[: len(mark)]
    return True


def remember(moment: Moment, touchpoint: Touchpoint) -> None:
    """The touchpoint enters the journey's memory. A late one counts, and moves neither the episode nor the clock."""
    journey, kind = moment.journey, type(touchpoint)
    name = NAMES[kind]
    journey.kinds[name] = journey.kinds.get(name, 0) + 1
    if channel := touchpoint.channel:
        known = channel in journey.channels or len(journey.channels) < CHANNELS
        channel = channel if known else "other"
        journey.channels[channel] = journey.channels.get(channel, 0) + 1
    if present(touchpoint):
        journey.acts += 1
        if touchpoint.at >= journey.acted_at:
            journey.acted_at, journey.acted = touchpoint.at, touchpoint.id
    _count(journey, touchpoint.at, SLOTS[kind])
    if writer := moment.rules.layout.remember.get(kind):
        writer(journey.rings, touchpoint)
    if specially := SPECIALLY.get(kind):
        specially(journey, touchpoint)
    if touchpoint.at >= journey.newest:
        journey.newest = touchpoint.at
        _continue_episode(journey, touchpoint, moment.rules.blueprint.episode_silence_ms)
    journey.first_seen = min(journey.first_seen or touchpoint.at, touchpoint.at)


def _continue_episode(journey: Journey, touchpoint: Touchpoint, silence_ms: int) -> None:
    episode, at = journey.episode, touchpoint.at
    if not episode.count or at - episode.last > silence_ms:
        episode.started, episode.count = at, 0
        episode.channels, episode.place = [], ""
    episode.last = at
    episode.count += 1
    if touchpoint.channel and touchpoint.channel not in episode.channels and len(episode.channels) < CHANNELS:
        episode.channels.append(touchpoint.channel)
    if touchpoint.place:
        episode.place = touchpoint.place


def counted(rows: bytearray, slot: int, newest: int) -> int:
    """How often an activity (its place in ACTIVITIES) was counted in the newest rows of `days` or `weeks`.

    >>> counted(bytearray(2 * ACTIVITY_SLOTS * DAYS), 0, 14)
    0
    """
    end = WIDTH * max(0, newest)
    return sum(rows[2 * slot : end : WIDTH]) + 256 * sum(rows[2 * slot + 1 : end : WIDTH])


def _count(journey: Journey, at: int, slot: int) -> None:
    """14 days and 13 weeks of touchpoints per activity; newest first, flat rows of 8 little-endian u16."""
    day = at // DAY
    if day > journey.day:
        week_gap = (day + 3) // 7 - (journey.day + 3) // 7 if journey.day else WEEKS  # weeks begin on Monday
        _shift(journey.days, day - journey.day if journey.day else DAYS, DAYS)
        _shift(journey.weeks, week_gap, WEEKS)
        journey.day = day
    _count_up(journey.days, 2 * slot + WIDTH * (journey.day - day))
    _count_up(journey.weeks, 2 * slot + WIDTH * ((journey.day + 3) // 7 - (day + 3) // 7))


def _count_up(rows: bytearray, at: int) -> None:
    if at < len(rows):
        if rows[at] < 255:
            rows[at] += 1
        elif rows[at + 1] < 255:
            rows[at], rows[at + 1] = 0, rows[at + 1] + 1


def _shift(rows: bytearray, by: int, keep: int) -> None:
    rows[:0] = bytes(WIDTH * min(by, keep))
    del rows[WIDTH * keep :]


def _bought(journey: Journey, purchase: Any) -> None:
    """Value, and cadence: whole days between days with a purchase (Welford). The same order or receipt counts once."""
    number = purchase.order or purchase.receipt if isinstance(purchase, PurchaseMade) else purchase.order
    if not _new(journey.references, digest("reference", number), REFERENCES):
        return
    value, cadence = journey.value, journey.cadence
    value.spend += purchase.value
    value.discount += purchase.discount
    value.coupons += purchase.coupons > 0
    cadence.count += 1
    if not cadence.first:
        cadence.first = cadence.last = purchase.at
        return
    if (days := purchase.at // DAY - cadence.last // DAY) > 0:
        cadence.gaps += 1
        off = days - cadence.mean_days
        cadence.mean_days += off / cadence.gaps
        cadence.squares += off * (days - cadence.mean_days)
    cadence.last = max(cadence.last, purchase.at)


def _answered(journey: Journey, survey: Any) -> None:
    if survey.high > survey.low:
        journey.scores[survey.metric] = (survey.score - survey.low) / (survey.high - survey.low)


SPECIALLY = {OrderPlaced: _bought, PurchaseMade: _bought, SurveyAnswered: _answered}
