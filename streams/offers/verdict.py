"""What a decision says and leaves behind: the published records, the reserved offer, or the wait for the morning."""

from __future__ import annotations

from typing import Any, NamedTuple

from schemas.decisions import Candidate, DecisionMade
from schemas.offers import OfferMade
from streams.churn.score import risk
from streams.ids import output_id
from streams.moment import Moment
from streams.offers import grounds, quiet
from streams.offers.holdout import arm
from streams.offers.rank import Ranked
from streams.offers.reserve import reserve, valid_until
from streams.offers.step import Removed
from streams.offers.suitable import owner_of, second_failure
from streams.state import Deferred

TRIGGERS = 16  # that a waiting decision remembers at most


class Question(NamedTuple):
    """What is to be decided: under which id, because of what, for the how many-th time."""

    decision: str
    triggers: tuple[str, ...]
    revision: int


def candidate(one: Ranked, step: str = "", removed: Removed | None = None) -> Candidate:
    """A candidate that came as far as the rank, as published; the winner names no step and no reason."""
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


def withhold(moment: Moment, question: Question, removed: list[Candidate], furthest: Candidate | None) -> None:
    """Nothing is offered: the reason is that of the candidate which came furthest; if only the night spoke against it, we wait."""
    reasons = {one.reason for one in removed}
    waiting = _wait(moment, question) if "quiet_hours_deferred" in reasons and question.revision == 1 else None
    second = second_failure(moment) if "double_deviation" in reasons else None
    moment.out.append(
        DecisionMade(
            **_common(moment, question),
            outcome="withheld" if furthest and furthest.step != "eligible" else "nothing_eligible",
            reason="quiet_hours_deferred" if waiting else furthest.reason if furthest else None,
            candidates=tuple(removed),
            deferred_until=moment.when(waiting.due) if waiting else "",
            joins=waiting.decision if waiting and waiting.decision != question.decision else "",
            owner=owner_of(moment, second) if second else "",
        )
    )


def _wait(moment: Moment, question: Question) -> Deferred | None:
    """The decision waits for the first allowed hour; one that waits already takes this one's triggers along."""
    journey = moment.journey
    if journey.deferred is not None:
        together = dict.fromkeys([*journey.deferred.triggers, *question.triggers])
        journey.deferred.triggers = list(together)[:TRIGGERS]
    elif due := quiet.due(moment):
        journey.deferred = Deferred(question.decision, due, list(question.triggers)[:TRIGGERS], moment.cause)
    return journey.deferred


def conclude(moment: Moment, question: Question, chosen: Ranked, held: Removed | None, others: tuple[Candidate, ...]) -> None:
    """The chosen offer goes out, or is only entered into the books of a customer who is left alone."""
    id = output_id(moment.customer, question.decision, f"offer:{question.revision}")
    common = _common(moment, question)
    side = arm(moment, chosen.offer)
    experiment = moment.rules.blueprint.experiment if side else ""
    if held is None:
        moment.out.append(_offer(moment, chosen, id, common, experiment))
    reserve(moment, chosen, id, shadow=held is not None)
    moment.out.append(
        DecisionMade(
            **common,
            outcome="held_out" if held else "offered",
            reason=held.reason if held else None,
            candidates=(candidate(chosen, "holdout" if held else "", held), *others),
            offer=id,
            offer_name=chosen.offer.name,
            experiment=experiment,
            arm=side,
        )
    )


def _common(moment: Moment, question: Question) -> dict[str, Any]:
    return {
        "id": question.decision,
        "customer": moment.customer,
        "at": moment.when(),
        "caused_by": moment.cause,
        "rules": moment.rules.fingerprint,
        "triggers": question.triggers,
        "risk": round(risk(moment.journey, moment.at, moment.rules), 6),
        "band": moment.journey.band,
        "revision": question.revision,
    }


def _offer(moment: Moment, chosen: Ranked, id: str, decision: dict[str, Any], experiment: str) -> OfferMade:
    offer, factors, at, risk_now = chosen.offer, chosen.factors, decision["at"], decision["risk"]
    repaired = grounds.unanswered(moment, offer) if offer.family == "service_recovery" else []
    return OfferMade(
        id=id,
        customer=moment.customer,
        at=at,
        caused_by=moment.cause,
        rules=moment.rules.fingerprint,
        offer=offer.name,
        version=offer.version,
        family=offer.family,
        channel=chosen.channel,
        place=repaired[-1].place if repaired else moment.place,
        wording=offer.wording or offer.name,
        valid_from=at,
        valid_until=moment.when(valid_until(moment, offer)),
        expected_value=round(factors.propensity * factors.value, 2),
        reasons=grounds.reasons_of(moment, offer, risk_now),
        evidence=grounds.evidence_of(moment, offer),
        decision=decision["id"],
        risk=risk_now,
        factors=factors,
        share=1.0,  # the choice among the candidates follows from their ranks alone
        experiment=experiment,
        arm="treated" if experiment else "",
    )
