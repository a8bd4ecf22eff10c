"""The prediction log and its labels: examples to learn weights from, and to see whether the risk is right.

Once per horizon, on a day of their own, the risk of every customer is published with its parts (`RiskStated`). One horizon later the
log shows whether the customer left, and that label is published (`RiskProved`). Both are outputs like any other. So the same log
gives the same examples, and the learning role can start again from the beginning.

The horizon of a label is at most 60 days. With a longer one nothing could be learnt for so long, and less often. What is learnt by it
holds for the longer one where a cadence model tells the chance for any horizon: the weights say where it is wrong.
"""

from __future__ import annotations

from schemas.control.models import BASIS
from schemas.durations import DAY
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import rfc3339
from streams.context import Context
from streams.risk import score
from streams.rules import Rules, risk_terms
from streams.state import Journey
from streams.state.identifiers import is_anonymous
from streams.state.ids import chance

KNOWN_FROM = 3  # acts (or one purchase): with fewer, the question whether they left has no meaning
LONGEST = 60.0  # days: the horizon of a label, if that of the rules is not shorter [ours: the horizon that is usual]
GIVEN_UP = 3  # horizons without an act after which no more predictions are made


def strengths(journey: Journey, at: int, rules: Rules) -> dict[str, float]:
    """Return the strength of every summand at this time (ms UTC), whatever its weight. Those that are 0, or do not count, are left out."""
    found = {name: score.faded_strength(one, at) for name, one, _ in score.weighted_signals(journey, rules)}
    features = risk_terms.KNOWN if rules.knows(journey) else risk_terms.ALONE
    found |= {name: term.strength(journey, rules.models, rules.horizon_days, at) for name, term in features.items()}
    return {name: round(found[name], 6) for name in sorted(found) if found[name]}


def proved_within(rules: Rules) -> Rules:
    """Return the rules by which risks are stated and proved: those in force, for the horizon of a label.

    >>> from streams.rules.blueprint import Blueprint
    >>> [proved_within(Rules(Blueprint(horizon_days=days))).horizon_days for days in (30, 60, 273)]
    [30.0, 60.0, 60.0]
    """
    return rules.within(_horizon_days(rules))


def schedule_prediction(ctx: Context) -> None:
    """Set the day of the first prediction, if the customer is known well enough and has none yet. The day is within one horizon."""
    journey = ctx.journey
    if not ctx.is_customer or not (journey.acts >= KNOWN_FROM or journey.cadence.count) or is_anonymous(ctx.customer):
        return
    horizon = _horizon_ms(ctx.rules)
    if ctx.at - journey.acted_at < horizon:
        journey.prediction_due = ctx.at + 1 + int(chance("stated", ctx.customer) * horizon)


def label_and_predict(ctx: Context) -> None:
    """Publish the label of the last prediction and a new prediction, if they are due.

    A customer who has been silent for GIVEN_UP horizons gets no new prediction.
    """
    journey, at = ctx.journey, ctx.at
    if not 0 < journey.prediction_due <= at:
        return
    if journey.predicted_at:
        _label(ctx, journey)
    horizon = _horizon_ms(ctx.rules)
    gone = at - journey.acted_at > GIVEN_UP * horizon
    journey.predicted_at, journey.prediction_due = (0, 0) if gone else (at, at + horizon)
    if not gone:
        _predict(ctx, journey)


def _horizon_days(rules: Rules) -> float:
    return min(rules.blueprint.horizon_days, LONGEST)


def _horizon_ms(rules: Rules) -> int:
    return round(_horizon_days(rules) * DAY)


def _predict(ctx: Context, journey: Journey) -> None:
    at, rules = ctx.at, proved_within(ctx.rules)
    ctx.out.append(
        RiskStated(
            **ctx.head("stated"), horizon_days=rules.horizon_days, risk=score.risk(journey, at, rules),
            prior=score.risk(journey, at, rules.with_priors()), strengths=strengths(journey, at, rules),
            weights=ctx.partition.versions.get("model/weights", 0), basis=BASIS,
        )
    )  # fmt: skip


def _label(ctx: Context, journey: Journey) -> None:
    cancelled = journey.contributions.get("cancelled")
    left = journey.acted_at <= journey.predicted_at or (cancelled is not None and cancelled.since > journey.predicted_at)
    days = (ctx.at - journey.predicted_at) / DAY
    ctx.out.append(RiskProved(**ctx.head("proved"), stated=rfc3339(journey.predicted_at), horizon_days=days, left=left))
