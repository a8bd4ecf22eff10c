"""Stated risks and their truth: what weights are learnt from, and what shows whether a risk means what it says.

Once a horizon, at a day of their own, every customer's risk is stated with its parts, whatever it is; a horizon later the log holds
whether they left. Both are outputs like any other: the same log gives the same statements, and whoever learns from them can begin anew.
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.signals import RiskProved, RiskStated
from schemas.writing import rfc3339
from streams.context import Context
from streams.risk import score
from streams.rules import Rules, risk_terms
from streams.state import Journey
from streams.state.identifiers import is_anonymous
from streams.state.ids import chance

KNOWN_FROM = 3  # acts, or one purchase: fewer are a passer-by, of whom nobody asks whether they left
GIVEN_UP = 3  # horizons without an act after which the risk is stated no more


def strengths(journey: Journey, at: int, rules: Rules) -> dict[str, float]:
    """The strength of every summand at this time (ms UTC), whatever it weighs; what is 0, or does not count, is left out."""
    found = {name: score.faded(one, at) for name, one, _ in score.counting(journey, rules)}
    found |= {name: term.strength(journey, rules.models, rules.blueprint.horizon_days, at) for name, term in risk_terms.FEATURES.items()}
    return {name: round(found[name], 6) for name in sorted(found) if found[name]}


def begin(ctx: Context) -> None:
    """Of a customer known well enough, of whom no risk is to be stated yet, it will be: from a day of their own on, within a horizon."""
    journey = ctx.journey
    if not ctx.is_customer or not (journey.acts >= KNOWN_FROM or journey.cadence.count) or is_anonymous(ctx.customer):
        return
    horizon = _horizon(ctx.rules)
    if ctx.at - journey.acted_at < horizon:
        journey.statement_due = ctx.at + 1 + int(chance("stated", ctx.customer) * horizon)


def label_and_predict(ctx: Context) -> None:
    """If it is time: what was stated is proved, and the risk is stated anew, unless the customer has been gone for long."""
    journey, at = ctx.journey, ctx.at
    if not 0 < journey.statement_due <= at:
        return
    if journey.stated_at:
        _label(ctx, journey)
    horizon = _horizon(ctx.rules)
    gone = at - journey.acted_at > GIVEN_UP * horizon
    journey.stated_at, journey.statement_due = (0, 0) if gone else (at, at + horizon)
    if not gone:
        _predict(ctx, journey)


def _horizon(rules: Rules) -> int:
    return round(rules.blueprint.horizon_days * DAY)


def _predict(ctx: Context, journey: Journey) -> None:
    at, rules = ctx.at, ctx.rules
    ctx.out.append(
        RiskStated(
            **ctx.head("stated"), horizon_days=rules.blueprint.horizon_days, risk=score.risk(journey, at, rules),
            prior=score.risk(journey, at, rules.with_priors()), strengths=strengths(journey, at, rules),
            weights=ctx.partition.versions.get("model/weights", 0),
        )
    )  # fmt: skip


def _label(ctx: Context, journey: Journey) -> None:
    cancelled = journey.contributions.get("cancelled")
    left = journey.acted_at <= journey.stated_at or (cancelled is not None and cancelled.since > journey.stated_at)
    days = (ctx.at - journey.stated_at) / DAY
    ctx.out.append(RiskProved(**ctx.head("proved"), stated=rfc3339(journey.stated_at), horizon_days=days, left=left))
