"""Caps: contact policies over rolling windows. Only the journey writes its history, so the counts are exact. The windows end at the
later of the event's time and the log's: that is when the customer is contacted.

An offer counts from the time it was made, real or in the control arm. It is off the count if it was not sent: the channel refused it,
or it was withdrawn before its delivery was reported. A delivery that is reported later puts it back on the count. Every offer after the
window's beginning counts, also one that is later than a late touchpoint. So a cap is never exceeded.
"""

from __future__ import annotations

from schemas.durations import DAY
from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.offers.steps.cooldown import REFUSAL_DAYS
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Offer, Policy
from streams.state import OFFERS_KEPT, UNSENT, Journey, MadeOffer


def caps(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that would exceed the cap of some policy."""
    journey, books = ctx.journey, len(ctx.journey.made)
    for policy in ctx.rules.blueprint.policies:
        if books < policy.limit or not _applies(policy, offer, channel):
            continue
        if (count := _count(journey, policy, offer, channel, found.now)) >= policy.limit:
            return Removed(
                "frequency_cap", f"{count} within {policy.days:g} days {_where(policy, offer, channel)}, at most {policy.limit} allowed"
            )
    return _check_memory(ctx)


def _applies(policy: Policy, offer: Offer, channel: str) -> bool:
    if offer.family in policy.spares:
        return False
    return not policy.only or policy.only == _subject(policy, offer, channel)


def _subject(policy: Policy, offer: Offer, channel: str) -> str:
    """Return the value that this candidate has in the policy's scope."""
    if policy.scope == "channel":
        return channel
    return offer.family if policy.scope == "family" else offer.name if policy.scope == "offer" else ""


def _count(journey: Journey, policy: Policy, offer: Offer, channel: str, at: int) -> int:
    since, scope, subject = at - round(policy.days * DAY), policy.scope, _subject(policy, offer, channel)
    count = 0
    for made in journey.made:
        if made.at > since and made.outcome not in UNSENT:
            count += scope == "all" or subject == (made.channel if scope == "channel" else made.family if scope == "family" else made.offer)
    return count


def _where(policy: Policy, offer: Offer, channel: str) -> str:
    return f"by {channel}" if policy.scope == "channel" else f"of {_subject(policy, offer, channel) or 'all offers'}"


def _check_memory(ctx: Context) -> Removed | None:
    """Remove every offer while all OFFERS_KEPT remembered offers are still needed by some policy: none of them may be forgotten."""
    if free_place(ctx) is not None:
        return None
    return Removed("frequency_cap", f"{OFFERS_KEPT} offers within the longest policy's window, as many as a journey remembers")


def free_place(ctx: Context) -> int | None:
    """Return the index in the history for the next offer: its end, or an offer that no policy needs. None: there is none.

    >>> from streams.rules import Rules
    >>> from streams.state import Partition
    >>> free_place(Context(Rules(detectors=()).codec.new(), Partition(), Rules(detectors=()), "c1", 0, "e1", []))
    0
    """
    made = ctx.journey.made
    if len(made) < OFFERS_KEPT:
        return len(made)
    longest = longest_days(ctx.rules.blueprint)
    first = min(range(len(made)), key=lambda i: needed_until(made[i], longest))
    return first if needed_until(made[first], longest) <= ctx.now else None


def longest_days(blueprint: Blueprint) -> float:
    """Return the longest time (days) that a policy or a cooldown looks back."""
    return max([p.days for p in blueprint.policies] + [o.cooldown_days for o in blueprint.offers], default=0.0)


def needed_until(made: MadeOffer, longest: float) -> int:
    """Return the time (ms UTC) from which no cap or cooldown (of at most `longest` days) needs this offer."""
    return max(made.at, made.outcome_at) + round((REFUSAL_DAYS if made.outcome in UNSENT else longest) * DAY)
