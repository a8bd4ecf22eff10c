"""The page of reasons: why an input was rejected, and why no offer was made. Both are closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from agents.tools.reference.markdown import in_code, page, table
from schemas.outputs.decisions import Outcome, Reason
from schemas.reading import REASONS, REMEDIES
from streams.offers.funnel import STEPS

INTRO = """
Every input ends as applied, duplicate, late or rejected. Every trigger ends in one decision, also where nothing is offered. Both
rejections and decisions carry a reason out of a closed set.
"""
REJECTIONS_INTRO = """
A rejection lies on `journey.rejections.v1` with the original bytes, its place in the input topic, and one of these reasons. With `in_part`
the event was applied, and only what the error names could not be read.
`detector_failed` is one more: there a detector raised, and the event itself was applied. `replayed` is a note: `sojourn rejections replay`
sent the events of that rejection again.
"""
WHY_NOT: Mapping[Reason, str] = {
    "not_eligible": "The audience rule of the offer does not hold for this customer.",
    "not_worth_it": "The promotion costs as much as it is expected to save with this customer, or more.",
    "not_applicable": "The offer is for another phase, or there is nothing that it repairs, or that is being repaired already.",
    "open_friction": "A friction or a complaint is open. Fix it first; an incentive now would annoy.",
    "harm_guard": "Kept for later: no release gives it yet.",
    "double_deviation": "Our repair failed again. A person must answer; the decision names the owner.",
    "habituated": "The customer has had it so often that too little of its effect is left.",
    "no_consent": "The customer refused this purpose or channel, or ended the relationship.",
    "unknown_consent": "Nobody has said whether the customer agrees.",
    "frequency_cap": "A contact policy is used up. The detail says which.",
    "cooldown": "The customer declined this offer lately.",
    "quiet_hours_deferred": "It is night for the customer. It is decided again in the morning, as revision 2 of the same `decision`.",
    "budget_spent": "Kept for later: no release gives it yet.",
    "lower_priority": "Another candidate has a higher rank.",
    "held_out": "The customer belongs to the holdout: a hash of the customer and a salt says so, for good.",
    "unreachable": "Nothing shows that this channel reaches the customer: no touchpoint there, and no consent or profile that names it.",
    "shared_device": "Several customers have signed in on this device.",
    "erased": "The customer asked to be forgotten.",
    "expired": "By the morning the offer would be stale.",
    "channel_closed": "The channel does not reach the customer (bounced, uninstalled, refused by the channel).",
    "anonymous": "We do not know who it is.",
}


def reasons_page() -> str:
    """Return the page with both sets as tables."""
    rejected = [(f"`{reason}`", says, REMEDIES[reason]) for reason, says in REASONS.items()]
    refused = [(f"`{reason}`", WHY_NOT[reason]) for reason in get_args(Reason)]
    steps = f"Steps of the funnel, in order: {in_code(STEPS)}. Outcomes of a decision: {in_code(get_args(Outcome))}."
    return page(
        "Reasons", INTRO, "## Why an input was rejected", REJECTIONS_INTRO, table(("reason", "means", "what to do"), rejected),
        "## Why an offer was not made", steps, table(("reason", "means"), refused),
    )  # fmt: skip
