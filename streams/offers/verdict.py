"""The verdict: it publishes the decision and the offer, and reserves the offer. Or the decision waits for the end of quiet hours."""

from __future__ import annotations

from typing import Any

from schemas.outputs.decisions import Candidate, DecisionMade
from schemas.outputs.offers import OfferMade
from streams.context import Context
from streams.offers.about import currency_of
from streams.offers.grounds import reasons_of, support_of
from streams.offers.passage import Grounds, Question, Ranked, Removed
from streams.offers.reserve import reserve, subjects_of
from streams.offers.steps import quiet
from streams.offers.steps.holdout import Arm, holdout
from streams.offers.steps.suitable import friction_owner
from streams.offers.steps.valid import valid_until
from streams.offers.wording import wording
from streams.state import Deferred, MadeOffer
from streams.state.ids import output_id

TRIGGERS = 16  # reasons that a waiting decision keeps, at most


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


def publish_choice(ctx: Context, found: Grounds, question: Question, chosen: Ranked, side: Arm, others: list[Candidate]) -> None:
    """Publish the chosen offer and its decision. For the control arm, publish only the decision and reserve the offer unsent."""
    offer, held = chosen.offer, holdout(ctx, side)
    signals, evidence = support_of(ctx, offer, chosen.repaired)
    made = MadeOffer(
        output_id(ctx.customer, question.decision, f"offer:{question.revision}"), offer.name, offer.family, chosen.channel, found.now,
        valid_until(ctx, offer), shadow=held is not None, signals=signals, subjects=subjects_of(chosen.repaired),
    )  # fmt: skip
    decision = DecisionMade(
        **_common(ctx, question, found.risk),
        outcome="held_out" if held else "offered",
        reason=held.reason if held else None,
        candidates=(candidate_record(chosen, "holdout" if held else "", held), *others),
        offer=made.id,
        offer_name=offer.name,
        experiment=ctx.rules.blueprint.experiment if side else "",
        arm=side,
    )
    if held is None:
        ctx.out.append(_offer(ctx, chosen, made, decision, evidence))
    reserve(ctx, made)
    ctx.out.append(decision)


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


def _offer(ctx: Context, chosen: Ranked, made: MadeOffer, decision: DecisionMade, evidence: tuple[str, ...]) -> OfferMade:
    offer, factors, said = chosen.offer, chosen.factors, wording(ctx, chosen.offer, chosen.repaired)
    return OfferMade(
        id=made.id, customer=ctx.customer, at=decision.at, caused_by=ctx.cause, rules=decision.rules,
        offer=offer.name, version=offer.version, family=offer.family, channel=chosen.channel,
        place=chosen.repaired[-1].place if chosen.repaired else ctx.place,
        wording=said.key, text=said.text, language=said.language,
        about=said.about, amount=said.amount, minutes_late=said.minutes_late,
        valid_from=ctx.when(made.at),
        valid_until=ctx.when(made.valid_until),
        expected_value=round(factors.propensity * factors.value, 2),
        reasons=reasons_of(ctx, offer, chosen.repaired, decision.risk),
        evidence=evidence,
        decision=decision.id,
        risk=decision.risk,
        factors=factors,
        share=1.0,  # the ranks alone decide among the candidates
        experiment=decision.experiment,
        arm="treated" if decision.experiment else "",
        currency=currency_of(ctx),
    )  # fmt: skip
