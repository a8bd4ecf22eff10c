"""The verdict: it publishes the decision and the offer, and reserves the offer. Or the decision waits for the end of quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from schemas.outputs.decisions import Candidate, DecisionMade
from schemas.outputs.offers import OfferMade
from streams.context import Context
from streams.offers.about import currency_of
from streams.offers.grounds import Grounds, reasons_of, repaired_by, supporting_evidence
from streams.offers.rank import Ranked
from streams.offers.reserve import reserve
from streams.offers.steps import quiet
from streams.offers.steps.holdout import arm
from streams.offers.steps.step import Removed
from streams.offers.steps.suitable import friction_owner
from streams.offers.steps.valid import valid_until
from streams.offers.wording import wording
from streams.state import Deferred, OpenSignal
from streams.state.ids import output_id

TRIGGERS = 16  # reasons that a waiting decision keeps, at most


class Question(NamedTuple):
    """What is to be decided: the decision's id, its reasons, and its revision."""

    decision: str
    triggers: tuple[str, ...]
    revision: int


def candidate_record(one: Ranked, step: str = "", removed: Removed | None = None) -> Candidate:
    """Return a candidate that reached the rank, as it is published. The winner has no step and no reason."""
    return Candidate(
        offer=one.offer.name,
        family=one.offer.family,
        channel=one.channel,
        step=step,
        reason=removed.reason if removed else None,
        detail=removed.detail if removed else "",
        factors=one.factors,
        rank=one.rank,
    )


def withhold(ctx: Context, found: Grounds, question: Question, removed: list[Candidate], furthest: Candidate | None) -> None:
    """Publish that nothing is offered, with the reason of the candidate that came furthest.

    If quiet hours are in the way, the decision waits for their end.
    """
    reasons = {one.reason for one in removed}
    waiting = _wait(ctx, question) if "quiet_hours_deferred" in reasons and question.revision == 1 else None
    second = found.second if "double_deviation" in reasons else None
    ctx.out.append(
        DecisionMade(
            **_common(ctx, question, found.risk),
            outcome="withheld" if furthest and furthest.step != "eligible" else "nothing_eligible",
            reason="quiet_hours_deferred" if waiting else furthest.reason if furthest else None,
            candidates=tuple(removed),
            deferred_until=ctx.when(waiting.due) if waiting else "",
            joins=waiting.decision if waiting and waiting.decision != question.decision else "",
            owner=friction_owner(ctx, second) if second else "",
        )
    )


def _wait(ctx: Context, question: Question) -> Deferred | None:
    """Let the decision wait for the first allowed hour. If one waits already, add the reasons of this one to it."""
    journey = ctx.journey
    if journey.deferred is not None:
        together = dict.fromkeys([*journey.deferred.triggers, *question.triggers])
        journey.deferred.triggers = list(together)[:TRIGGERS]
    elif due := quiet.resume_at(ctx):
        journey.deferred = Deferred(question.decision, due, list(question.triggers)[:TRIGGERS], ctx.cause)
    return journey.deferred


def publish_choice(
    ctx: Context, found: Grounds, question: Question, chosen: Ranked, held: Removed | None, others: tuple[Candidate, ...]
) -> None:
    """Publish the chosen offer and its decision. For the control arm, publish only the decision and reserve the offer unsent."""
    id = output_id(ctx.customer, question.decision, f"offer:{question.revision}")
    common, repaired = _common(ctx, question, found.risk), repaired_by(found, chosen.offer)
    side = arm(ctx, chosen.offer)
    experiment = ctx.rules.blueprint.experiment if side else ""
    if held is None:
        ctx.out.append(_offer(ctx, chosen, repaired, id, common, experiment))
    reserve(ctx, chosen, repaired, id, shadow=held is not None)
    ctx.out.append(
        DecisionMade(
            **common,
            outcome="held_out" if held else "offered",
            reason=held.reason if held else None,
            candidates=(candidate_record(chosen, "holdout" if held else "", held), *others),
            offer=id,
            offer_name=chosen.offer.name,
            experiment=experiment,
            arm=side,
        )
    )


def _record_id(ctx: Context, question: Question) -> str:
    """Return the id of this record: each revision of a decision has its own."""
    return question.decision if question.revision == 1 else output_id(ctx.customer, question.decision, f"revision:{question.revision}")


def _common(ctx: Context, question: Question, risk: float) -> dict[str, Any]:
    return {
        "id": _record_id(ctx, question),
        "decision": question.decision,
        "customer": ctx.customer,
        "at": ctx.when(),
        "caused_by": ctx.cause,
        "rules": ctx.rules.fingerprint,
        "triggers": question.triggers,
        "risk": round(risk, 6),
        "band": ctx.journey.band,
        "revision": question.revision,
    }


def _offer(ctx: Context, chosen: Ranked, repaired: Sequence[OpenSignal], id: str, decision: dict[str, Any], experiment: str) -> OfferMade:
    offer, factors, at, risk_now = chosen.offer, chosen.factors, decision["at"], decision["risk"]
    return OfferMade(
        id=id,
        customer=ctx.customer,
        at=at,
        caused_by=ctx.cause,
        rules=ctx.rules.fingerprint,
        offer=offer.name,
        version=offer.version,
        family=offer.family,
        channel=chosen.channel,
        place=repaired[-1].place if repaired else ctx.place,
        valid_from=at if ctx.now == ctx.at else ctx.when(ctx.now),
        valid_until=ctx.when(valid_until(ctx, offer)),
        expected_value=round(factors.propensity * factors.value, 2),
        reasons=reasons_of(ctx, offer, repaired, risk_now),
        evidence=supporting_evidence(ctx, offer, repaired),
        decision=decision["id"],
        risk=risk_now,
        factors=factors,
        share=1.0,  # the ranks alone decide among the candidates
        experiment=experiment,
        arm="treated" if experiment else "",
        currency=currency_of(ctx),
        **wording(ctx, offer, repaired),
    )
