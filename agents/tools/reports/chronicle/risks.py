"""Words for records about the risk that a customer leaves: churn signals, bands, predictions and their labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.tools.reports.chronicle.reasons import contribution_line, rhythm_in_words, strength_in_words
from agents.tools.reports.chronicle.saying import Saying, evidence_of
from schemas.outputs import Output
from schemas.outputs.signals import ChurnSignalRaised, RiskChanged, RiskProved, RiskStated
from schemas.vocabulary import BANDS
from streams.rules.risk_terms import CADENCE


def _say_churn(record: ChurnSignalRaised) -> Saying:
    limits = ", ".join(f"{name} {value:g}" for name, value in record.limits.items())
    full = record.weight * record.strength
    because = (
        record.words,
        f"adds {full:.2f} = weight {record.weight:g} × strength {record.strength:.2f}, half after {record.half_life_days:g} days",
        evidence_of(record.evidence),
        f"limits: {limits}" if limits else "",
    )
    return Saying(f"churn signal {record.detector} ({record.family})", tuple(filter(None, because)), "bad")


def _say_risk(record: RiskChanged) -> Saying:
    total = record.bias + sum(c.value for c in record.contributions)
    rhythm = [rhythm_in_words(one.strength, record.horizon_days) for one in record.contributions if one.signal == CADENCE]
    lines = [*rhythm, f"{record.bias:+.2f} to begin with", *map(contribution_line, record.contributions)]
    lines.append(f"= {total:+.2f} log-odds, a risk of {record.risk:.0%}")
    if record.weights or record.cadence:
        lines.append(
            f"weights: {f'learnt, version {record.weights}' if record.weights else 'shipped priors'}; cadence: {_version(record.cadence)}"
        )
    if record.held_back:
        lines.append("held back: signals of one family alone lead no higher")
    rose = BANDS.index(record.band) > BANDS.index(record.left)
    return Saying(f"risk {record.left} → {record.band} ({record.risk:.0%})", tuple(lines), "bad" if rose else "good")


def _version(number: int) -> str:
    return f"model version {number}" if number else "no model"


def _say_stated(record: RiskStated) -> Saying:
    told = record.strengths.items()
    rhythm = tuple(rhythm_in_words(strength, record.horizon_days) for name, strength in told if name == CADENCE)
    parts = "; ".join(strength_in_words(name, strength) for name, strength in told if name != CADENCE)
    by = f"by learnt weights, version {record.weights}; {record.prior:.0%} by the shipped priors" if record.weights else "by shipped priors"
    return Saying(
        f"stated: a risk of {record.risk:.0%} of leaving within {record.horizon_days:g} days",
        (*rhythm, by, f"what speaks for or against it: {parts or 'nothing'}"),
    )


def _say_proved(record: RiskProved) -> Saying:
    became = "left" if record.left else "stayed"
    return Saying(
        f"{became}, {record.horizon_days:g} days after the risk stated on {record.stated[:10]}", (), "bad" if record.left else "good"
    )


RISKS: dict[type[Output], Callable[[Any], Saying]] = {
    ChurnSignalRaised: _say_churn, RiskChanged: _say_risk, RiskStated: _say_stated, RiskProved: _say_proved,
}  # fmt: skip
