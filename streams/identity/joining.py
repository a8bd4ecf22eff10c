"""The joining: a journey absorbs what another one hands over, once, and publishes what that changed."""

from __future__ import annotations

from schemas.control import JourneyHandedOver
from schemas.outputs.transitions import JourneysMerged, StageEntered
from schemas.vocabulary import is_forward
from streams.context import Context
from streams.customer import loyalty
from streams.customer.value import recounting
from streams.engine import finish, forgetting, size_limit
from streams.identity import merging
from streams.offers import withdrawal
from streams.risk import update
from streams.signals import closing
from streams.state import OPEN_SIGNALS, Journey, Position
from streams.state.codec import stored_layout_id
from streams.state.identifiers import HAND_OVERS, KNOWN_AS, is_anonymous
from streams.state.ids import SHORT_HASH, short_hash


def was_absorbed(journey: Journey, handed: JourneyHandedOver) -> bool:
    """Return whether the journey has absorbed this hand-over before."""
    return short_hash("handed_over", handed.id) in journey.absorbed_hand_overs


def absorb_hand_over(ctx: Context, handed: JourneyHandedOver) -> None:
    """Absorb a hand-over and publish that. An offer may follow from the open frictions. Raises UnreadableStateError."""
    journey, rules = ctx.journey, ctx.rules
    other = rules.codec.decode(handed.state, {stored_layout_id(handed.state): handed.layout})
    stage, bought = journey.stage, loyalty.purchase_count(journey)
    before = recounting.counted_before(journey), recounting.counted_before(other)
    merging.absorb(journey, other, rules)
    _note_hand_over(journey, handed)
    ctx.out.append(
        JourneysMerged(
            **ctx.head("merged"), origin=handed.origin, whole=handed.whole, touchpoints=sum(other.kinds.values()), hand_over=handed.id,
        )
    )  # fmt: skip
    recounting.recount_customer(ctx, *before)
    _publish_stage(ctx, stage)
    if bought and loyalty.purchase_count(journey) > bought:
        loyalty.climb_rung(ctx, handed.cause, "merged")
    while len(journey.open) > OPEN_SIGNALS:
        journey.dropped += 1
        closing.close_friction(ctx, journey.open[0], "crowded_out")
    size_limit.evict(ctx)
    if other.consents:
        withdrawal.withdraw_overtaken(ctx)
    if other.open:
        ctx.triggers.append("journeys_merged")
    journey.band_due = update.UPDATE_NOW
    if is_anonymous(ctx.customer):
        forgetting.schedule_forgetting(ctx, journey.newest)
    finish.conclude(ctx)


def _note_hand_over(journey: Journey, handed: JourneyHandedOver) -> None:
    journey.absorbed_hand_overs += short_hash("handed_over", handed.id)
    del journey.absorbed_hand_overs[: -HAND_OVERS * SHORT_HASH]
    if not is_anonymous(handed.origin):
        journey.known_as = sorted({*journey.known_as, handed.origin})[:KNOWN_AS]


def _publish_stage(ctx: Context, left: Position) -> None:
    """Publish the stage that this journey has now, if it is the one of the other journey."""
    now = ctx.journey.stage
    if now.name == left.name:
        return
    onward = not left.name or is_forward(left.name, now.name)
    ctx.out.append(
        StageEntered(
            **ctx.head(f"stage:{now.name}"), stage=now.name, left=left.name, direction="forward" if onward else "backward",
            dwell_s=max(0, now.since - left.since) // 1000 if left.since else 0,
        )
    )  # fmt: skip
