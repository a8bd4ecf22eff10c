"""The funnel: from the reasons to decide to one decision. Every candidate passes or is removed; one wins, or none. All of it is
published.
"""

from __future__ import annotations

from functools import cache

from schemas.outputs.decisions import Candidate
from streams.context import Context
from streams.offers import verdict
from streams.offers.consent import consent
from streams.offers.grounds import grounds_of
from streams.offers.passage import Grounds, Passage, Question, Ranked, Removed
from streams.offers.rank import best, rank_channels
from streams.offers.steps.applicable import applicable
from streams.offers.steps.caps import caps
from streams.offers.steps.cooldown import cooldown
from streams.offers.steps.holdout import arm
from streams.offers.steps.identified import identified
from streams.offers.steps.quiet import quiet
from streams.offers.steps.reachable import reachable
from streams.offers.steps.step import Ask, Step
from streams.offers.steps.suitable import suitable
from streams.offers.steps.valid import valid
from streams.offers.steps.worth import worth
from streams.rules.offer_rows import Offer
from streams.state.identifiers import is_anonymous

ChannelSteps = tuple[tuple[str, Ask], ...]

# The order of the funnel. The steps about the offer alone come first, then the step that asks whether we know the customer. Consent comes
# before the caps, because it is the law. Quiet hours come last: only a candidate that passed every other step may wait for the morning.
FUNNEL: tuple[Step, ...] = (
    Step("eligible"),  # its audience rule; `run_funnel` asks it itself, because half of the catalogue ends there
    Step("applicable", offer=applicable),  # and of a repair, whether one of its frictions is open
    Step("suitable", offer=suitable),
    Step("worth", offer=worth),
    Step("valid", offer=valid),
    Step("identified", channel=identified),
    Step("consent", channel=consent),
    Step("reachable", channel=reachable),
    Step("caps", channel=caps),
    Step("cooldown", channel=cooldown),
    Step("quiet", channel=quiet),
)
OFFER_STEPS = tuple((step.name, step.offer) for step in FUNNEL if step.offer is not None)
REPAIR_STEPS = tuple((name, ask) for name, ask in OFFER_STEPS if ask is not worth)  # a repair is worth it in any case
CHANNEL_STEPS = tuple((step.name, step.channel) for step in FUNNEL if step.channel is not None)
STEPS = (*(step.name for step in FUNNEL), "rank", "holdout")  # a removed candidate names its step; the winner names none
DEPTH = {name: depth for depth, name in enumerate(STEPS)}

WEIGHT = {"erased": 3, "no_consent": 2, "unknown_consent": 0}  # of reasons at the same step; all others: 1

LOST = Removed("lower_priority", "another candidate ranks higher")


def decide_offer(ctx: Context) -> None:
    """Make and publish the journey's one decision of this moment, with one OfferMade if an offer goes out. Update the offer history.

    A decision that waited for the end of quiet hours and is due now is made here. It is the second revision of that decision.
    """
    question = _question(ctx)
    passage = run_funnel(ctx)
    passed, removed = passage.passed, passage.removed
    if passage.held_up:
        ctx.journey.held_up = True
    if not passed:
        verdict.withhold(ctx, passage.grounds, question, removed, _furthest(removed))
        return
    chosen = best(question.decision, passed)
    side = arm(ctx, chosen.offer)
    lost = [verdict.candidate_record(one, "rank", LOST) for one in passed if one is not chosen]
    verdict.publish_choice(ctx, passage.grounds, question, chosen, side, lost + removed)


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
    found = grounds_of(ctx)
    passed: list[Ranked] = []
    removed: list[Candidate] = []
    journey, at, opened, held_up = ctx.journey, ctx.at, found.open, False
    for offer, audience, not_eligible, repairs, nothing_to_repair in ctx.rules.catalogue.rows:
        if audience is not None and not audience(journey, at):
            removed.append(not_eligible)
        elif repairs and opened.isdisjoint(repairs):
            removed.append(nothing_to_repair)
        elif (stopped := _stopped(ctx, found, offer)) is not None:
            removed.append(stopped)
            held_up = held_up or stopped.reason == "open_friction"
        elif channels := _open_channels(ctx, found, offer, removed):
            passed += rank_channels(ctx, found, offer, channels)
    return Passage(passed, removed, found, held_up)


def _stopped(ctx: Context, found: Grounds, offer: Offer) -> Candidate | None:
    """Return the candidate that is published if a step about the offer alone removes it, or None."""
    for name, ask in REPAIR_STEPS if offer.family == "service_recovery" else OFFER_STEPS:
        if (why := ask(ctx, found, offer)) is not None:
            return _removed_candidate(offer, "", name, why)
    return None


def _channel_steps(ctx: Context, found: Grounds, offer: Offer) -> ChannelSteps:
    """Return the steps about channels that can remove this offer now."""
    asks_consent, made = bool(found.consents or offer.purposes), len(ctx.journey.made)
    return _steps_that_can(is_anonymous(ctx.customer), asks_consent, made >= ctx.rules.catalogue.least_limit, made > 0)


@cache
def _steps_that_can(anonymous: bool, asks_consent: bool, capped: bool, offered: bool) -> ChannelSteps:
    """Return the steps about channels. We know most customers, and most have no offers in their history."""
    needed: dict[Ask, bool] = {identified: anonymous, consent: asks_consent, caps: capped, cooldown: offered}
    return tuple([(name, ask) for name, ask in CHANNEL_STEPS if needed.get(ask, True)])


def _open_channels(ctx: Context, found: Grounds, offer: Offer, removed: list[Candidate]) -> list[str]:
    """Return the channels on which the offer passes. The others become removed candidates."""
    channels, steps = [], _channel_steps(ctx, found, offer)
    for channel in offer.channels:
        for name, ask in steps:
            if (why := ask(ctx, found, offer, channel)) is not None:
                removed.append(_removed_candidate(offer, channel, name, why))
                break
        else:
            channels.append(channel)
    return channels


def _removed_candidate(offer: Offer, channel: str, step: str, why: Removed) -> Candidate:
    return Candidate(offer=offer.name, family=offer.family, channel=channel, step=step, reason=why.reason, detail=why.detail)


def _furthest(removed: list[Candidate]) -> Candidate | None:
    """Return the candidate that came closest to being offered. Its reason is the decision's reason.

    Of several at the same step, a refusal says more than something unknown.
    """
    return max(removed, key=lambda candidate: (DEPTH[candidate.step], WEIGHT.get(candidate.reason or "", 1)), default=None)
