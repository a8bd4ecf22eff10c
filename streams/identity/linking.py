"""Linking: two ids are one customer, so the weaker id gets a forwarding address to the stronger one.

A touchpoint that names two ids sends a link to the weaker id's journey. That journey hands over what it remembers, keeps a forwarding
address and forwards later touchpoints. The stronger id's journey absorbs the hand-over. All of these are records in the log. So a
replay does the same, and a replay without the link undoes it.

A device may be shared. So the first sign-in gets only the current episode. When the same customer signs in again in another episode,
they get everything before and after too. When another customer signs in, nothing is handed over any more, to anybody. An SDK's
`identify` call is a sign-in as well: the browser sends it, not the company.

An SDK's alias of two known ids joins them only if the blueprint says so. A wrong alias would make two customers one for good.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from schemas.control import Addressed, JourneyHandedOver, JourneyLinked, TouchpointForwarded
from schemas.inputs import nameable
from schemas.outputs.transitions import LinkRefused
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
    """How many times a touchpoint was forwarded, and how long a silence ends an episode (ms)."""

    hops: int
    silence_ms: int


# -- at the journey that received the touchpoint


def link(ctx: Context, touchpoint: Touchpoint) -> None:
    """Ask for a hand-over of the weaker id's journey, if the touchpoint names another id of the customer.

    Values that name nobody are ignored, and so is a sign-in on one device more than a customer can have.
    """
    other, claim = _named_id(touchpoint)
    if other == ctx.customer or not nameable(other) or (claim == "sign_in" and not is_anonymous(other)):
        return
    origin, to = forward_direction(ctx.customer, other)
    if claim == "alias" and not is_anonymous(origin) and not ctx.rules.blueprint.aliases_join:
        ctx.out.append(LinkRefused(**ctx.head(f"link:{other}"), other=other, reason="alias_of_known_ids"))
        return
    if to == ctx.customer and is_anonymous(origin) and not _admit_link(ctx.journey, origin):
        return
    whole = claim == "company" or (claim == "alias" and not is_anonymous(origin))
    ctx.out.append(Sent(JourneyLinked(customer=origin, to=to, at=touchpoint.at, cause=touchpoint.id, whole=whole)))


def _named_id(touchpoint: Touchpoint) -> tuple[str, Literal["sign_in", "alias", "company"]]:
    """Return the other id that the touchpoint names, and who says that it is the same customer."""
    if isinstance(touchpoint, SignedIn):
        return touchpoint.anonymous, "sign_in"
    if isinstance(touchpoint, IdentityLinked):
        return touchpoint.other, "alias" if touchpoint.alias else "sign_in" if touchpoint.sign_in else "company"
    return "", "company"


def _admit_link(journey: Journey, origin: str) -> bool:
    """Note this anonymous id among those of the customer. Return False if they have too many."""
    known = short_hash("linked", origin)
    if known not in journey.linked_ids:
        if len(journey.linked_ids) >= LINKED * SHORT_HASH:
            return False
        journey.linked_ids += known
    return True


def forward_touchpoint(journey: Journey, touchpoint: Touchpoint, route: Route, out: list[Emission]) -> bool:
    """Forward the touchpoint to the customer to whom this journey was handed over. Return False if it belongs here."""
    address = journey.forward
    if address is None or not address.to or route.hops >= HOPS or type(touchpoint) is IdentityLinked:
        return False  # a link is about this id itself, so it is not forwarded
    if not address.whole:
        if not address.started - route.silence_ms <= touchpoint.at <= address.last + route.silence_ms:
            return False
        address.started, address.last = min(address.started, touchpoint.at), max(address.last, touchpoint.at)
    sent = TouchpointForwarded(
        customer=address.to, origin=touchpoint.customer, touchpoint=msgspec.Raw(encode(touchpoint)), hops=route.hops + 1
    )
    out.append(Sent(sent))
    return True


def unwrap(forwarded: TouchpointForwarded) -> Touchpoint:
    """Return the forwarded touchpoint as one of the customer it was forwarded to."""
    touchpoint: Touchpoint = _read(forwarded.touchpoint)
    return msgspec.structs.replace(touchpoint, customer=forwarded.customer)


# -- at the journey to which a link or a hand-over is addressed


def apply_addressed(
    journey: Journey, partition: Partition, control: Addressed, rules: Rules, out: list[Emission], logged_at: int = 0
) -> None:
    """Apply a link or a hand-over to the journey it is addressed to. Timers that are due before it fire first."""
    if isinstance(control, JourneyLinked):
        _apply_link(_context(journey, partition, control, rules, out, f"linked:{control.cause}", logged_at), control)
    elif isinstance(control, JourneyHandedOver) and not joining.was_absorbed(journey, control):
        ctx = _context(journey, partition, control, rules, out, f"handed_over:{control.id}", logged_at)
        address = journey.forward
        if address is not None and address.whole and control.hops < HOPS:
            out.append(Sent(msgspec.structs.replace(control, customer=address.to, hops=control.hops + 1)))
        else:
            joining.absorb_hand_over(ctx, control)


def _context(
    journey: Journey,
    partition: Partition,
    control: JourneyLinked | JourneyHandedOver,
    rules: Rules,
    out: list[Emission],
    cause: str,
    logged_at: int,
) -> Context:
    if 0 < journey.next_wake <= control.at:
        fire_timers(journey, partition, rules, control.customer, control.at, out, logged_at)
    return Context(journey, partition, rules, control.customer, max(control.at, journey.newest, journey.woken), cause, out, logged_at)


def _apply_link(ctx: Context, asked: JourneyLinked) -> None:
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
    """Hand over what belongs to the customer: everything, or the episode of the sign-in if it is the current one."""
    journey, rules, current = ctx.journey, ctx.rules, ctx.journey.episode
    if address.whole:
        piece = dividing.take_whole(journey, rules)
    elif current.started - silence_ms <= asked.at <= current.last + silence_ms:
        address.started, address.last = min(current.started, asked.at), max(current.last, asked.at)
        piece = dividing.take_episode(journey, rules)
    else:
        return
    if journey.band != "calm":
        journey.band_due = update.UPDATE_NOW
    journey.next_wake = finish.next_due(journey)
    if dividing.has_content(piece):
        ctx.out.append(Sent(_hand_over_record(ctx, asked, piece, whole=address.whole)))


def _hand_over_record(ctx: Context, asked: JourneyLinked, piece: Journey, *, whole: bool) -> JourneyHandedOver:
    codec = ctx.rules.codec
    piece.next_wake = 0
    return JourneyHandedOver(
        customer=asked.to, origin=asked.customer, id=output_id(asked.customer, f"{asked.cause}@{asked.at}", f"handed_over:{asked.to}"),
        at=asked.at, cause=asked.cause, whole=whole, state=codec.encode(piece), layout=codec.description,
    )  # fmt: skip
