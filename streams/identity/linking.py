"""Identity is a forwarding address: two ids of one customer, and how the one's journey becomes part of the other's.

A touchpoint that names two ids sends a link to the weaker one's journey. That journey hands over what it remembers, keeps a forwarding
address, and passes on what comes later; the stronger one's journey takes it in. All of it are records in the log, so that a replay does
the same, and a replay without the link undoes it.

A device may be shared. So a first sign-in is given the current episode alone; all before it, and whatever comes, only when the same
customer signs in again in another episode. When another customer does, nothing is handed over any more, to anybody, for good.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from schemas.control import Addressed, JourneyHandedOver, JourneyLinked, TouchpointForwarded
from schemas.inputs import nameable
from schemas.touchpoints import ANY
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from schemas.writing import encode
from streams.context import Context, Emission, Sent
from streams.engine import finish
from streams.engine.timers import fire_timers
from streams.identity import dividing, joining
from streams.risk import update
from streams.rules import Rules
from streams.state import Address, Journey, Partition
from streams.state.identifiers import HOPS, LINKED, forward_direction, is_anonymous
from streams.state.ids import SHORT_HASH, output_id, short_hash

LINKS: frozenset[type[Touchpoint]] = frozenset({SignedIn, IdentityLinked})  # kinds that may name a second id
_read = msgspec.json.Decoder(ANY).decode


class Route(NamedTuple):
    """By how many journeys a touchpoint was passed on, and how long a silence ends an episode (ms)."""

    hops: int
    silence_ms: int


# -- at the journey that the touchpoint came to


def link(ctx: Context, touchpoint: Touchpoint) -> None:
    """A touchpoint that names another id of the customer asks the weaker one's journey to be handed over.

    Values that name nobody are passed by, and so is a sign-in on one device more than a customer can have.
    """
    signed_in = isinstance(touchpoint, SignedIn)
    other = touchpoint.anonymous if isinstance(touchpoint, SignedIn) else touchpoint.other if isinstance(touchpoint, IdentityLinked) else ""
    if other == ctx.customer or not nameable(other) or (signed_in and not is_anonymous(other)):
        return
    origin, to = forward_direction(ctx.customer, other)
    if to == ctx.customer and is_anonymous(origin) and not _counted(ctx.journey, origin):
        return
    ctx.out.append(Sent(JourneyLinked(customer=origin, to=to, at=touchpoint.at, cause=touchpoint.id, whole=not signed_in)))


def _counted(journey: Journey, origin: str) -> bool:
    """Whether this is one of the anonymous ids that a customer may bring along."""
    known = short_hash("linked", origin)
    if known not in journey.linked_ids:
        if len(journey.linked_ids) >= LINKED * SHORT_HASH:
            return False
        journey.linked_ids += known
    return True


def passed_on(journey: Journey, touchpoint: Touchpoint, route: Route, out: list[Emission]) -> bool:
    """Whether the touchpoint happened to the customer this journey was handed over to; it is on its way to them."""
    address = journey.forward
    if address is None or not address.to or route.hops >= HOPS or type(touchpoint) is IdentityLinked:
        return False  # which id is whose, the journey with that id must hear itself
    if not address.whole:
        if not address.started - route.silence_ms <= touchpoint.at <= address.last + route.silence_ms:
            return False
        address.started, address.last = min(address.started, touchpoint.at), max(address.last, touchpoint.at)
    sent = TouchpointForwarded(
        customer=address.to, origin=touchpoint.customer, touchpoint=msgspec.Raw(encode(touchpoint)), hops=route.hops + 1
    )
    out.append(Sent(sent))
    return True


def unwrapped(forwarded: TouchpointForwarded) -> Touchpoint:
    """The touchpoint, as one of the customer it is forwarded to."""
    touchpoint: Touchpoint = _read(forwarded.touchpoint)
    return msgspec.structs.replace(touchpoint, customer=forwarded.customer)


# -- at the journeys that links and hand-overs are addressed to


def follow(journey: Journey, partition: Partition, control: Addressed, rules: Rules, out: list[Emission]) -> None:
    """A link or a hand-over happens to the journey it is addressed to, after all wakes that were due before it."""
    if isinstance(control, JourneyLinked):
        _linked(_moment(journey, partition, control, rules, out, f"linked:{control.cause}"), control)
    elif isinstance(control, JourneyHandedOver) and not joining.known(journey, control):
        ctx = _moment(journey, partition, control, rules, out, f"handed_over:{control.id}")
        address = journey.forward
        if address is not None and address.whole and control.hops < HOPS:
            out.append(Sent(msgspec.structs.replace(control, customer=address.to, hops=control.hops + 1)))
        else:
            joining.take_in(ctx, control)


def _moment(
    journey: Journey, partition: Partition, control: JourneyLinked | JourneyHandedOver, rules: Rules, out: list[Emission], cause: str
) -> Context:
    if 0 < journey.next_wake <= control.at:
        fire_timers(journey, partition, rules, control.customer, control.at, out)
    return Context(journey, partition, rules, control.customer, max(control.at, journey.newest, journey.woken), cause, out)


def _linked(ctx: Context, asked: JourneyLinked) -> None:
    journey, silence_ms = ctx.journey, ctx.rules.blueprint.episode_silence_ms
    address = journey.forward
    if address is None:
        journey.forward = address = Address(asked.to, asked.whole, asked.at, asked.at)
        _hand_over(ctx, asked, address, silence_ms)
    elif address.to == asked.to:
        if asked.whole or address.whole or asked.at > address.last + silence_ms:
            address.whole = True
            _hand_over(ctx, asked, address, silence_ms)
    elif address.shared or (is_anonymous(asked.customer) and not is_anonymous(address.to) and not is_anonymous(asked.to)):
        address.to, address.whole, address.shared = "", False, True
    elif asked.hops < HOPS:
        origin, to = forward_direction(address.to, asked.to)
        ctx.out.append(Sent(msgspec.structs.replace(asked, customer=origin, to=to, hops=asked.hops + 1)))


def _hand_over(ctx: Context, asked: JourneyLinked, address: Address, silence_ms: int) -> None:
    """What is theirs leaves the journey: all of it, or the episode that the sign-in belongs to, if that is the current one."""
    journey, rules, current = ctx.journey, ctx.rules, ctx.journey.episode
    if address.whole:
        piece = dividing.whole(journey, rules)
    elif current.started - silence_ms <= asked.at <= current.last + silence_ms:
        address.started, address.last = min(current.started, asked.at), max(current.last, asked.at)
        piece = dividing.episode(journey, rules)
    else:
        return
    if journey.band != "calm":
        journey.band_due = update.UPDATE_NOW
    journey.next_wake = finish.next_due(journey)
    if dividing.worth_it(piece):
        ctx.out.append(Sent(_handed_over(ctx, asked, piece, whole=address.whole)))


def _handed_over(ctx: Context, asked: JourneyLinked, piece: Journey, *, whole: bool) -> JourneyHandedOver:
    codec = ctx.rules.codec
    piece.next_wake = 0
    return JourneyHandedOver(
        customer=asked.to, origin=asked.customer, id=output_id(asked.customer, f"{asked.cause}@{asked.at}", f"handed_over:{asked.to}"),
        at=asked.at, cause=asked.cause, whole=whole, state=codec.encode(piece), layout=codec.description,
    )  # fmt: skip
