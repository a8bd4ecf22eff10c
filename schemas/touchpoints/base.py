"""The fields and meanings that every touchpoint kind has."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, get_args

import msgspec
from msgspec.structs import force_setattr

from schemas.touchpoints.units import Page, Ref

ACTIVITIES = ("browsing", "buying", "receiving", "using", "asking", "paying", "rating", "belonging")
REALMS = ("entertainment", "education", "aesthetics", "escape")
PLACES = ("page", "screen", "queue", "carrier")  # fields that say where in the channel a touchpoint happened
Actor = Literal["customer", "leaver", "others"]
"""Who acts: the customer; the customer on the way out (`leaver`); the company, a carrier or a machine (`others`)."""


def snake_case(name: str) -> str:
    """Return a class name as the name on the wire.

    >>> snake_case("PageViewed")
    'page_viewed'
    """
    return "".join(("_" if i and c.isupper() else "") + c.lower() for i, c in enumerate(name))


class Touchpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="kind", tag=snake_case):
    """One contact between a customer and us: what happened, when, and where.

    Each kind is a subclass. Its class name in snake_case is its `kind` on the wire. The class attributes tell every reader what the kind
    means. Each kind must state its own `actor`, else its import raises TypeError. A default would be wrong unseen: a kind taken for the
    customer's own doing cancels signals of silence. The tests decode `examples`, and the contract prints them.

    A touchpoint that names no place is at its page, screen, queue or carrier (PLACES), however it is made. So a sender says it once.
    Only the kinds that have such a field pay for that.

    >>> from schemas.touchpoints import BY_KIND
    >>> BY_KIND["page_viewed"](id="e1", customer="c7", at=1761555660000, page="/tents").place
    '/tents'
    >>> BY_KIND["page_viewed"](id="e1", customer="c7", at=1761555660000, page="/tents", place="home").place
    'home'
    """

    activity: ClassVar[str]  # what the customer is busy with: one of ACTIVITIES
    actor: ClassVar[Actor]  # who acts: customer, leaver or others
    realm: ClassVar[str] = ""  # realm of experience, one of REALMS; empty: none
    effort: ClassVar[int] = 0  # +1: it costs the customer effort; -1: it rewards them; 0: neither
    # The fields that name the thing it tells of (an order, a message). Told again under another id, it is a duplicate. The first row
    # whose first field holds something is used. Without one, every touchpoint is counted. The other fields of a row are news if they
    # differ: a review that was changed, or `at`, if the thing happens more than once.
    thing: ClassVar[tuple[tuple[str, ...], ...]] = ()
    frees: ClassVar[tuple[str, ...]] = ()  # kinds that may be told anew of the same thing after this one
    placed_by: ClassVar[str] = ""  # the field of PLACES that the kind has; empty: none. It is found, and not stated
    examples: ClassVar[tuple[str, ...]]  # JSON texts, each one whole touchpoint of this kind; at least one

    id: Ref  # unique within `source`; a second touchpoint with the same (source, id) is a duplicate and is not counted
    customer: Ref  # customer id, or `anon:<id>` before sign-in
    at: int  # when it happened, ms since 1970-01-01 UTC; the reader checks its range and sets back a time too far ahead
    channel: Ref = ""  # web, app, store, call, chat, email, sms, push, post, social, ...
    place: Page = ""  # where in the channel: page, queue, shop, carrier; empty: the page, screen, queue or carrier, if the kind names one
    source: Ref = ""  # name of the system that sent it
    zone: Ref = ""  # the customer's time zone, IANA (Europe/Berlin); empty: not said. Quiet hours use it

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__dict__.get("actor") not in get_args(Actor):
            raise TypeError(f"touchpoint kind {cls.__name__} must say who acts: set `actor` to one of {', '.join(get_args(Actor))}")
        if named := next((name for name in PLACES if name in cls.__annotations__), ""):
            cls.placed_by, cls.__post_init__ = named, _place_by(named)  # type: ignore[attr-defined]


def _place_by(name: str) -> Any:
    """Return what msgspec calls when a touchpoint of a kind is made: it fills an empty `place` from the field `name`."""

    def place(touchpoint: Any) -> None:
        if not touchpoint.place and (found := getattr(touchpoint, name)):
            force_setattr(touchpoint, "place", found)

    return place
