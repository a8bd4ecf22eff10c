"""The memory: a touchpoint updates the episode, counters, rings, purchases and value. Nothing here grows without a limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.durations import DAY
from schemas.touchpoints import ACTIVITIES, KINDS, REALMS
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ContactOpened
from streams.context import Context
from streams.customer.value import spending
from streams.engine import things
from streams.insights import unpriced
from streams.offers.steps.quiet import is_zone
from streams.plan import Plan
from streams.state import CHANNELS, RECENT_IDS, Episode, Journey
from streams.state.counters import count_activity, count_sought_contact
from streams.state.ids import SEPARATOR, SHORT_HASH, short_hash

RECENT_BYTES = RECENT_IDS * SHORT_HASH


def record_id(journey: Journey, touchpoint: Touchpoint) -> bool:
    """Record the (source, id) of a touchpoint. Return False if it was among the journey's last 64: the touchpoint is a duplicate."""
    recent, seen = journey.recent_ids, short_hash(f"{touchpoint.source}{SEPARATOR}{touchpoint.id}")
    if seen in recent:
        return False
    recent += seen
    if len(recent) > RECENT_BYTES:
        del recent[:SHORT_HASH]
    return True


def remember(ctx: Context, touchpoint: Touchpoint, plan: Plan) -> None:
    """Update the journey's memory by this touchpoint. A late one is counted, but moves neither the episode nor the time."""
    journey, at, name, channel = ctx.journey, touchpoint.at, plan.name, touchpoint.channel
    kinds, channels = journey.kinds, journey.channels
    kinds[name] = kinds.get(name, 0) + 1
    if (zone := touchpoint.zone) and zone != journey.zone and not ctx.late and is_zone(zone):
        journey.zone = zone
    if channel:
        if (count := channels.get(channel)) is None and len(channels) >= CHANNELS:
            channel, count = "other", channels.get("other")
        channels[channel] = (count or 0) + 1
    if plan.is_own_act:
        journey.acts += 1
        if at >= journey.acted_at:
            journey.acted_at, journey.acted_id = at, touchpoint.id
    count_activity(journey, at, plan.activity)
    if plan.write_ring is not None:
        plan.write_ring(journey.rings, touchpoint)
    if plan.remember_more is not None:
        plan.remember_more(ctx, touchpoint)
    if at >= journey.newest:
        journey.newest = at
        _continue_episode(journey.episode, touchpoint, ctx.rules.blueprint.episode_silence_ms)
    if not journey.first_seen or at < journey.first_seen:
        journey.first_seen = at


def _continue_episode(episode: Episode, touchpoint: Touchpoint, silence_ms: int) -> None:
    at, channel, place = touchpoint.at, touchpoint.channel, touchpoint.place
    if at - episode.last > silence_ms or not episode.count:
        episode.started, episode.count = at, 0
        episode.channels, episode.place = [], ""
    episode.last = at
    episode.count += 1
    if channel and channel not in episode.channels and len(episode.channels) < CHANNELS:
        episode.channels.append(channel)
    if place:
        episode.place = place


def _count_purchase(ctx: Context, purchase: Any) -> None:
    """Update value and cadence by a purchase. The same order or receipt counts once.

    The cadence counts whole days between days with a purchase (Welford's method).
    """
    journey = ctx.journey
    if not things.record_sale(journey, purchase, ctx.thing):
        return
    if not spending.add_purchase(journey, purchase, ctx.rules.exchange):
        unpriced.count_unpriced(ctx, purchase)
    cadence = journey.cadence
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


def _count_refund(ctx: Context, refund: Any) -> None:
    spending.add_refund(ctx.journey, refund, ctx.rules.exchange)


def _count_realm(ctx: Context, touchpoint: Any) -> None:
    """Count the realm of an experience: the one that the touchpoint names, else that of its kind."""
    told = getattr(touchpoint, "experience", "")
    realm = told if told in REALMS else touchpoint.realm
    realms = ctx.journey.realms
    realms[realm] = realms.get(realm, 0) + 1


def _count_sought(ctx: Context, contact: Any) -> None:
    if contact.assisted and not contact.follow_up_promised:
        count_sought_contact(ctx.journey, contact.at)


def _keep_score(ctx: Context, survey: Any) -> None:
    if survey.high > survey.low:
        ctx.journey.scores[survey.metric] = (survey.score - survey.low) / (survey.high - survey.low)


EXTRA: dict[type[Touchpoint], Callable[[Context, Any], None]] = {
    **{kind: _count_realm for kind in KINDS if kind.realm},
    ContactOpened: _count_sought,
    OrderPlaced: _count_purchase,
    PurchaseMade: _count_purchase,
    OrderRefunded: _count_refund,
    SurveyAnswered: _keep_score,
}
ACTIVITY = {kind: ACTIVITIES.index(kind.activity) for kind in KINDS}  # its place in the rows of counters
