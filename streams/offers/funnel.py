"""The funnel: from the reasons to decide to one decision. Every candidate passes or is removed; one wins, or none. All of it is
published.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.outputs.decisions import Candidate
from streams.context import Context
from streams.offers import verdict
from streams.offers.consent import consent
from streams.offers.rank import Ranked, best, rank_channels
from streams.offers.steps.applicable import applicable
from streams.offers.steps.caps import caps
from streams.offers.steps.cooldown import cooldown
from streams.offers.steps.holdout import holdout
from streams.offers.steps.identified import identified
from streams.offers.steps.quiet import quiet
from streams.offers.steps.reachable import reachable
from streams.offers.steps.step import Ask, Removed, Step
from streams.offers.steps.suitable import suitable
from streams.offers.steps.valid import valid
from streams.offers.steps.worth import worth
from streams.offers.verdict import Question
from streams.rules.offer_rows import Offer

OUTSIDE = Removed("not_eligible")  # no detail: the reason already says that the audience rule does not hold


def eligible(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer whose audience rule does not hold for this customer."""
    return None if ctx.rules.audiences[offer.name](ctx.journey, ctx.at) else OUTSIDE


# The order of the funnel. The steps about the offer alone come first, then the step that asks whether we know the customer. Consent comes
# before the caps, because it is the law. Quiet hours come last: only a candidate that passed every other step may wait for the morning.
FUNNEL: tuple[Step, ...] = (
    Step("eligible", eligible, "offer"),
    Step("applicable", applicable, "offer"),
    Step("suitable", suitable, "offer"),
    Step("worth", worth, "offer"),
    Step("valid", valid, "offer"),
    Step("identified", identified, "channel"),
    Step("consent", consent, "channel"),
    Step("reachable", reachable, "channel"),
    Step("caps", caps, "channel"),
    Step("cooldown", cooldown, "channel"),
    Step("quiet", quiet, "channel"),
)
OFFER_STEPS = tuple((step.name, step.ask) for step in FUNNEL if step.sees == "offer")
CHANNEL_STEPS = tuple((step.name, step.ask) for step in FUNNEL if step.sees == "channel")
STEPS = (*(step.name for step in FUNNEL), "rank", "holdout")  # a removed candidate names its step; the winner names none
DEPTH = {name: depth for depth, name in enumerate(STEPS)}

WEIGHT = {"erased": 3, "no_consent": 2, "unknown_consent": 0}  # of reasons at the same step; all others: 1

LOST = Removed("lower_priority", "another candidate ranks higher")


class Passage(NamedTuple):
    """The candidates that passed the funnel, and those that it removed, in the catalogue's order."""

    passed: list[Ranked]
    removed: list[Candidate]


def decide_offer(ctx: Context) -> None:
    """Make and publish the journey's one decision of this moment, with one OfferMade if an offer goes out. Update the offer history.

    A decision that waited for the end of quiet hours and is due now is made here. It is the second revision of that decision.
    """
    question = _question(ctx)
    passed, removed = run_funnel(ctx)
    ctx.journey.held_up |= any(candidate.reason == "open_friction" for candidate in removed)
    if not passed:
        verdict.withhold(ctx, question, removed, _furthest(removed))
        return
    chosen = best(question.decision, passed)
    held = holdout(ctx, chosen.offer, chosen.channel)
    lost = [verdict.candidate_record(one, "rank", LOST) for one in passed if one is not chosen]
    verdict.publish_choice(ctx, question, chosen, held, (*lost, *removed))


def _question(ctx: Context) -> Question:
    waiting = ctx.journey.deferred
    if waiting is None or ctx.at < waiting.due:
        return Question(ctx.id("decision"), tuple(dict.fromkeys(ctx.triggers)), 1)
    ctx.journey.deferred = None
    return Question(waiting.decision, tuple(dict.fromkeys([*waiting.triggers, *ctx.triggers])), 2)


def run_funnel(ctx: Context) -> Passage:
    """Return every candidate of the catalogue (an offer on one channel), either with its rank or removed with a reason.

    An offer that an offer step removes is listed once, without a channel: that holds for all of its channels.
    """
    passed: list[Ranked] = []
    removed: list[Candidate] = []
    for offer in ctx.rules.offers:
        if found := _first_removal(ctx, offer, "", OFFER_STEPS):
            removed.append(_removed_candidate(offer, "", found))
            continue
        channels = []
        for channel in offer.channels:
            if found := _first_removal(ctx, offer, channel, CHANNEL_STEPS):
                removed.append(_removed_candidate(offer, channel, found))
            else:
                channels.append(channel)
        if channels:
            passed.extend(rank_channels(ctx, offer, channels))
    return Passage(passed, removed)


def _first_removal(ctx: Context, offer: Offer, channel: str, steps: tuple[tuple[str, Ask], ...]) -> tuple[str, Removed] | None:
    for name, ask in steps:
        if (removed := ask(ctx, offer, channel)) is not None:
            return name, removed
    return None


def _removed_candidate(offer: Offer, channel: str, found: tuple[str, Removed]) -> Candidate:
    step, why = found
    return Candidate(offer=offer.name, family=offer.family, channel=channel, step=step, reason=why.reason, detail=why.detail)


def _furthest(removed: list[Candidate]) -> Candidate | None:
    """Return the candidate that came closest to being offered. Its reason is the decision's reason.

    Of several at the same step, a refusal says more than something unknown.
    """
    return max(removed, key=lambda candidate: (DEPTH[candidate.step], WEIGHT.get(candidate.reason or "", 1)), default=None)
