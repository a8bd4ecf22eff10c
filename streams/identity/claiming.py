"""Claims: which touchpoints say that two ids are one customer, how far each is believed, and how many ids one customer may have.

A device's id that is named at a sign-in, and an SDK's `identify` call, are given the current episode first: others may use the device.
An SDK's alias of two known ids joins them only if the blueprint says so. A wrong alias would make two customers one for good.

The journey of the stronger id counts the ids that join it. If the touchpoint came to the weaker one, that journey asks the stronger
first (`LinkAsked`). So nobody is given more than `LINKED` other ids, whoever names them.
"""

from __future__ import annotations

from typing import Literal

from schemas.control import JourneyLinked, LinkAsked
from schemas.inputs import nameable
from schemas.outputs.transitions import LinkRefused
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import IdentityLinked, SignedIn
from streams.context import Context, Sent
from streams.state import Journey
from streams.state.identifiers import LINKED, forward_direction, is_anonymous
from streams.state.ids import SHORT_HASH, short_hash

LINKS: frozenset[type[Touchpoint]] = frozenset({SignedIn, IdentityLinked})  # kinds that may name a second id


def link(ctx: Context, touchpoint: Touchpoint) -> None:
    """Ask for a hand-over of the weaker id's journey, if the touchpoint names another id of the customer.

    Values that name nobody are ignored. A link of one id more than a customer may have is refused, and that is published.
    """
    other, claim = _named_id(touchpoint)
    if other == ctx.customer or not nameable(other) or (claim == "sign_in" and not is_anonymous(other)):
        return
    origin, to = forward_direction(ctx.customer, other)
    if claim == "alias" and not is_anonymous(origin) and not ctx.rules.blueprint.aliases_join:
        ctx.out.append(LinkRefused(**ctx.head(f"link:{other}"), other=other, reason="alias_of_known_ids"))
        return
    whole = claim == "company" or (claim == "alias" and not is_anonymous(origin))
    asked = LinkAsked(customer=to, origin=origin, at=touchpoint.at, cause=touchpoint.id, whole=whole)
    if to == ctx.customer:
        admit(ctx, asked)
    else:
        ctx.out.append(Sent(asked))


def _named_id(touchpoint: Touchpoint) -> tuple[str, Literal["sign_in", "alias", "company"]]:
    """Return the other id that the touchpoint names, and who says that it is the same customer."""
    if isinstance(touchpoint, SignedIn):
        return touchpoint.anonymous, "sign_in"
    if isinstance(touchpoint, IdentityLinked):
        return touchpoint.other, "alias" if touchpoint.alias else "sign_in" if touchpoint.sign_in else "company"
    return "", "company"


def admit(ctx: Context, asked: LinkAsked) -> None:
    """At the journey of the stronger id: send the link to the weaker one, or refuse it because the customer has too many ids."""
    if not _note_id(ctx.journey, asked.origin):
        ctx.out.append(LinkRefused(**ctx.head(f"link:{asked.origin}"), other=asked.origin, reason="too_many_ids"))
        return
    link = JourneyLinked(customer=asked.origin, to=asked.customer, at=asked.at, cause=asked.cause, whole=asked.whole, hops=asked.hops)
    ctx.out.append(Sent(link))


def _note_id(journey: Journey, origin: str) -> bool:
    """Note this id among those of the customer. Return False if they have too many."""
    known = short_hash("linked", origin)
    if known not in journey.linked_ids:
        if len(journey.linked_ids) >= LINKED * SHORT_HASH:
            return False
        journey.linked_ids += known
    return True
