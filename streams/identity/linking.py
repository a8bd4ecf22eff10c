"""Linking: two ids are one customer, so the weaker id gets a forwarding address to the stronger one.

A touchpoint that names two ids sends a link to the weaker id's journey. That journey hands over what it remembers, keeps a forwarding
address and forwards later touchpoints. The stronger id's journey absorbs the hand-over. All of these are records in the log. So a
replay does the same, and a replay without the link undoes it.

A device may be shared. So the first sign-in gets only the current episode. When the same customer signs in again in another episode,
they get everything before and after too. When another customer signs in, nothing is handed over any more, to anybody.

An operator may unlink two ids (`JourneyUnlinked`). Then nothing more goes from the one to the other. What was handed over stays.
`claiming.py` decides which touchpoints link.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from schemas.control import Addressed, JourneyHandedOver, JourneyLinked, JourneyUnlinked, LinkAsked, TouchpointForwarded
from schemas.outputs.transitions import JourneysUnlinked
from schemas.touchpoints import ANY
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import IdentityLinked
from schemas.writing import encode
from streams.context import Context, Emission, Sent
from streams.engine import finish
from streams.engine.timers import fire_timers
from streams.identity import claiming, dividing, joining
from streams.risk import update
from streams.rules import Rules
from streams.state import Address, Journey, Partition
from streams.state.identifiers import HOPS, forward_direction, is_anonymous
from streams.state.ids import output_id

_read = msgspec.json.Decoder(ANY).decode


class Route(NamedTuple):
    """How many times a touchpoint was forwarded, and how long a silence ends an episode (ms)."""

    hops: int
    silence_ms: int


# -- at the journey of the weaker id


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
    if isinstance(control, LinkAsked):
        claiming.admit(_context(journey, partition, control, rules, out, f"asked:{control.cause}", logged_at), control)
    elif isinstance(control, JourneyUnlinked):
        _apply_unlink(_context(journey, partition, control, rules, out, f"unlinked:{control.at}", logged_at), control)
    elif isinstance(control, JourneyLinked):
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
    control: LinkAsked | JourneyLinked | JourneyHandedOver | JourneyUnlinked,
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
        passed_on = LinkAsked(customer=to, origin=origin, at=asked.at, cause=asked.cause, whole=asked.whole, hops=asked.hops + 1)
        ctx.out.append(Sent(passed_on))


def _apply_unlink(ctx: Context, control: JourneyUnlinked) -> None:
    """Forward nothing more to the other id, and nothing to anybody else. An address that goes elsewhere stays."""
    address = ctx.journey.forward
    if address is not None and address.to == control.to:
        address.to, address.whole, address.shared = "", False, True
        ctx.out.append(JourneysUnlinked(**ctx.head(f"unlinked:{control.to}"), other=control.to, why=control.why))


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
