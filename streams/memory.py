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
from streams.state import ACTIVITY_SLOTS, CHANNELS, DAYS, PLACES, RECENT_IDS, WEEKS, Journey, Place

NAMES = {kind: kind_of(kind) for kind in KINDS}
SLOTS = {kind: ACTIVITIES.index(kind.activity) for kind in KINDS}
REFERENCES = 32


def seen_before(journey: Journey, touchpoint: Touchpoint) -> bool:
    """Whether this (source, id) was among the journey's last 64; if not, it is from now on."""
    mark = digest(touchpoint.source, touchpoint.id)
    recent = journey.recent
    if mark in recent:
        return True
    if len(recent) < RECENT_IDS:
        recent.append(mark)
    else:
        recent[journey.recent_at] = mark
        journey.recent_at = (journey.recent_at + 1) % RECENT_IDS
    return False


def remember(moment: Moment, touchpoint: Touchpoint) -> None:
    """The touchpoint enters the journey's memory. A late one counts, and moves neither the episode nor the clock."""
    journey, kind = moment.journey, type(touchpoint)
    name = NAMES[kind]
    journey.kinds[name] = journey.kinds.get(name, 0) + 1
    if channel := touchpoint.channel:
        known = channel in journey.channels or len(journey.channels) < CHANNELS
        channel = channel if known else "other"
        journey.channels[channel] = journey.channels.get(channel, 0) + 1
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
    if touchpoint.place and touchpoint.place != episode.place:
        episode.place = touchpoint.place
        _visit(journey, touchpoint.place, at)


def _visit(journey: Journey, place: str, at: int) -> None:
    if len(journey.places) >= PLACES:
        del journey.places[0]
    journey.places.append(Place(place, at))


def met_friction(journey: Journey, place: str, at: int, detector: str) -> None:
    """The latest visit of this place is marked with the friction met there."""
    for visit in reversed(journey.places):
        if visit.place == place:
            visit.friction = detector
            return
    if place:
        _visit(journey, place, at)
        journey.places[-1].friction = detector


def _count(journey: Journey, at: int, slot: int) -> None:
    """14 days and 13 weeks of touchpoints per activity; newest first, flat rows of 8."""
    day = at // DAY
    if day > journey.day:
        week_gap = (day + 3) // 7 - (journey.day + 3) // 7 if journey.day else WEEKS  # weeks begin on Monday
        _shift(journey.days, day - journey.day if journey.day else DAYS, DAYS)
        _shift(journey.weeks, week_gap, WEEKS)
        journey.day = day
    if (age := journey.day - day) < DAYS:
        journey.days[age * ACTIVITY_SLOTS + slot] += 1
    if (age := (journey.day + 3) // 7 - (day + 3) // 7) < WEEKS:
        journey.weeks[age * ACTIVITY_SLOTS + slot] += 1


def _shift(rows: list[int], by: int, keep: int) -> None:
    rows[:0] = [0] * (ACTIVITY_SLOTS * min(by, keep))
    del rows[keep * ACTIVITY_SLOTS :]


def first_time(journey: Journey, reference: str) -> bool:
    """Whether an order or receipt number is new; an order and the receipt that fulfils it are one purchase."""
    mark = digest("reference", reference)
    if mark in journey.references:
        return False
    journey.references.append(mark)
    if len(journey.references) > REFERENCES:
        del journey.references[0]
    return True


def _bought(journey: Journey, purchase: Any) -> None:
    """Cadence in whole days between purchases (Welford), and value; the same order or receipt counts once."""
    number = purchase.order or purchase.receipt if isinstance(purchase, PurchaseMade) else purchase.order
    if not first_time(journey, number):
        return
    value, cadence = journey.value, journey.cadence
    value.spend += purchase.value
    value.discount += purchase.discount
    value.coupons += purchase.coupons > 0
    cadence.count += 1
    days = (purchase.at - cadence.last) / DAY
    if not cadence.first:
        cadence.first = cadence.last = purchase.at
    elif days > 0:
        cadence.gaps += 1
        off = days - cadence.mean_days
        cadence.mean_days += off / cadence.gaps
        cadence.squares += off * (days - cadence.mean_days)
        cadence.last = purchase.at


def _answered(journey: Journey, survey: Any) -> None:
    if survey.high > survey.low:
        journey.scores[survey.metric] = (survey.score - survey.low) / (survey.high - survey.low)


SPECIALLY = {OrderPlaced: _bought, PurchaseMade: _bought, SurveyAnswered: _answered}
