"""What every touchpoint carries, whatever its kind."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from schemas.touchpoints.units import Page, Ref


def snake_case(name: str) -> str:
    """The kind's name on the wire.

    >>> snake_case("PageViewed")
    'page_viewed'
    """
    return "".join(("_" if i and c.isupper() else "") + c.lower() for i, c in enumerate(name))


class Touchpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="kind", tag=snake_case):
    """One contact between a customer and us: what happened, when, and where.

    A kind is a subclass; its class name in snake_case is its `kind` on the wire. `activity`, `realm` and `effort` say what the kind
    means to every reader; `examples` are decoded by the tests and printed in the contract, so each kind has at least one.
    """

    activity: ClassVar[str]  # browsing | buying | receiving | using | asking | paying | rating | belonging
    realm: ClassVar[str] = ""  # entertainment | education | aesthetics | escape, where the kind has one
    effort: ClassVar[int] = 0  # +1: it costs the customer effort, -1: it rewards them, 0: neither
    examples: ClassVar[tuple[str, ...]]  # JSON texts, each a whole touchpoint of this kind

    id: Ref  # unique within `source`; (source, id) is the idempotency key
    customer: Ref  # customer id, or `anon:<id>` before sign-in
    at: int  # when it happened, milliseconds since 1970-01-01 UTC; the reader checks its range and clamps it
    channel: Ref = ""  # web, app, store, call, chat, email, sms, push, post, social, ...
    place: Page = ""  # where in the channel: page, queue, shop, carrier
    source: Ref = ""  # the system that sent it


ACTIVITIES = ("browsing", "buying", "receiving", "using", "asking", "paying", "rating", "belonging")
REALMS = ("entertainment", "education", "aesthetics", "escape")
