"""Caps: contact policies over rolling windows in event time. The journey is the only writer of its books, so they are exact.

An offer counts from the moment it was made, sent or not, real or shadow; only the channel's own refusal takes it off the count.
Anything later than the window's beginning counts, also what lies in the future of a late touchpoint: caps never fail open.
"""

from __future__ import annotations

from schemas.durations import DAY
from streams.context import Context
from streams.offers.steps.cooldown import REFUSAL_DAYS
from streams.offers.steps.step import Removed
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Offer, Policy
from streams.state import OFFERS_KEPT, Journey, MadeOffer


def caps(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that would be one too many under some policy."""
    journey, books = ctx.journey, len(ctx.journey.made)
    for policy in ctx.rules.blueprint.policies:
        if books < policy.limit or not _concerns(policy, offer, channel):
            continue
        if (count := _count(journey, policy, offer, channel, ctx.at)) >= policy.limit:
            return Removed(
                "frequency_cap", f"{count} within {policy.days:g} days {_where(policy, offer, channel)}, at most {policy.limit} allowed"
            )
    return _full_books(ctx)


def _concerns(policy: Policy, offer: Offer, channel: str) -> bool:
    if offer.family in policy.spares:
        return False
    return not policy.only or policy.only == _subject(policy, offer, channel)


def _subject(policy: Policy, offer: Offer, channel: str) -> str:
    """Which value of the policy's scope this candidate has."""
    if policy.scope == "channel":
        return channel
    return offer.family if policy.scope == "family" else offer.name if policy.scope == "offer" else ""


def _count(journey: Journey, policy: Policy, offer: Offer, channel: str, at: int) -> int:
    since, scope, subject = at - round(policy.days * DAY), policy.scope, _subject(policy, offer, channel)
    count = 0
    for made in journey.made:
        if made.at > since and made.outcome != "refused":
            count += scope == "all" or subject == (made.channel if scope == "channel" else made.family if scope == "family" else made.offer)
    return count


def _where(policy: Policy, offer: Offer, channel: str) -> str:
    return f"by {channel}" if policy.scope == "channel" else f"of {_subject(policy, offer, channel) or 'all offers'}"


def _full_books(ctx: Context) -> Removed | None:
    """A journey remembers the last OFFERS_KEPT offers. One that a policy still needs is not forgotten to make room for another."""
    if forgettable(ctx) is not None:
        return None
    return Removed("frequency_cap", f"{OFFERS_KEPT} offers within the longest policy's window, as many as a journey remembers")


def forgettable(ctx: Context) -> int | None:
    """Where in the books the next offer goes: their end, or the place of one that no policy needs; None: nowhere.

    >>> from streams.rules import Rules
    >>> from streams.state import Partition
    >>> forgettable(Context(Rules(detectors=()).codec.new(), Partition(), Rules(detectors=()), "c1", 0, "e1", []))
    0
    """
    made = ctx.journey.made
    if len(made) < OFFERS_KEPT:
        return len(made)
    longest = longest_days(ctx.rules.blueprint)
    first = min(range(len(made)), key=lambda i: needed_until(made[i], longest))
    return first if needed_until(made[first], longest) <= ctx.at else None


def longest_days(blueprint: Blueprint) -> float:
    """The longest time for which a policy or a cooldown looks back."""
    return max([p.days for p in blueprint.policies] + [o.cooldown_days for o in blueprint.offers], default=0.0)


def needed_until(made: MadeOffer, longest: float) -> int:
    """ms UTC from which neither a cap nor a cooldown (of so many days at most) looks at this offer."""
    return max(made.at, made.outcome_at) + round((REFUSAL_DAYS if made.outcome == "refused" else longest) * DAY)
