"""Texts for reasons: a summand of a risk, a candidate of a decision, a length of time."""

from __future__ import annotations

from collections.abc import Sequence
from math import expm1

from schemas.outputs.decisions import Candidate
from schemas.outputs.signals import Contribution
from streams.risk.score import logistic
from streams.rules.risk_terms import BESIDE, CADENCE, USUAL

DAY, HOUR, MINUTE = 86_400, 3_600, 60  # seconds
SPANS = {"week": "7 days", "lately": "14 days", "quarter": "13 weeks"}  # base feature of the risk -> what it looks back on


def span(seconds: int) -> str:
    """Return a length of time as people say it.

    >>> span(40), span(7_300), span(3 * 86_400)
    ('40 s', '2 h', '3 days')
    """
    if seconds >= 2 * DAY:
        return f"{seconds // DAY} days"
    if seconds >= 2 * HOUR:
        return f"{seconds // HOUR} h"
    return f"{seconds // MINUTE} min" if seconds >= 2 * MINUTE else f"{seconds} s"


def strength_in_words(name: str, strength: float) -> str:
    """Return what a strength in a stated risk says. Those of counts and days are logarithms: they are told as counts and days.

    >>> [strength_in_words(*each) for each in (("quarter:belonging", 1.609), ("week:asking", 0.693), ("idle", 1.792), ("cadence", -0.4))]
    ['4 x belonging in 13 weeks', '1 x asking in 7 days', '5 days without an own act', 'usual for this rhythm: 5% buy nothing']
    >>> [strength_in_words(*each) for each in (("known:quarter:asking", 0.693), ("known:visits", 1.386), ("known:overdue", 1.099))]
    ['1 x asking in 13 weeks', '3 purchases after the first', 'silence of 2.0 x the own mean gap']
    >>> strength_in_words("late_refund", 0.5)
    'late refund at 50% of its full strength'
    """
    name = name.removeprefix(BESIDE)
    sort, _, activity = name.partition(":")
    if activity and sort in SPANS:
        return f"{expm1(strength):.0f} x {activity} in {SPANS[sort]}"
    if name == "idle":
        return f"{expm1(strength):.0f} days without an own act"
    if name == "visits":
        return f"{expm1(strength):.0f} purchases after the first"
    if name == "overdue":
        return f"silence of {expm1(strength):.1f} x the own mean gap"
    if name == CADENCE:
        return rhythm_in_words(strength)
    return f"{name.replace('_', ' ')} at {strength:.0%} of its full strength"


def rhythm_in_words(strength: float, horizon_days: float = 0) -> str:
    """Return what the strength of `cadence` says: how many customers with this rhythm buy nothing within the horizon. 0: it is not known.

    >>> rhythm_in_words(1.837, 60)
    'usual for this rhythm: 34% buy nothing in 60 days'
    """
    within = f" in {horizon_days:g} days" if horizon_days else ""
    return f"usual for this rhythm: {logistic(strength + USUAL):.0%} buy nothing{within}"


def contribution_line(part: Contribution) -> str:
    """Return the line of one summand of a risk: what it adds now (log-odds), and how that comes about.

    >>> contribution_line(Contribution(signal="dormant", version=1, family="silence", value=0.9, weight=1.8, strength=1.0,
    ...     half_life_days=30, since="2017-03-01T00:00:00.000Z", evidence=("e1",)))
    '+0.90 dormant (silence): weight 1.8 × strength 1.00 × 0.50 left, since 2017-03-01'
    >>> contribution_line(Contribution(signal="cadence", version=1, family="silence", value=-1.8, weight=0.6, strength=-3.0,
    ...     half_life_days=0, since="2017-03-01T00:00:00.000Z", evidence=("e1",)))
    '-1.80 cadence (silence): weight 0.6 × -3.00, standing'
    """
    if not part.half_life_days:
        return f"{part.value:+.2f} {part.signal} ({part.family}): weight {part.weight:g} × {part.strength:.2f}, standing"
    full = part.weight * part.strength
    left = part.value / full if full else 0.0
    facts = f"weight {part.weight:g} × strength {part.strength:.2f} × {left:.2f} left, since {part.since[:10]}"
    return f"{part.value:+.2f} {part.signal} ({part.family}): {facts}"


def candidate_lines(candidates: Sequence[Candidate]) -> list[str]:
    """Return the lines of all candidates of a decision.

    A candidate that was ranked has a line of its own. Candidates that a step removed for the same reason share one.
    """
    told: dict[str, list[str]] = {}
    for candidate in candidates:
        if candidate.reason is None or candidate.rank:
            told[candidate_line(candidate)] = []
        else:
            told.setdefault(_removal_text(candidate), []).append(_offer_text(candidate))
    return [f"{', '.join(names)}: {line}" if names else line for line, names in told.items()]


def candidate_line(candidate: Candidate) -> str:
    """Return the line of one candidate: its rank, or the step that removed it and why.

    >>> candidate_line(Candidate(offer="fresh_box", family="basket_change", channel="post", step="consent", reason="no_consent"))
    'fresh_box by post: removed at consent, no consent'
    """
    if candidate.reason is None:
        return f"{_offer_text(candidate)}: chosen, {_rank_text(candidate)}"
    return f"{_offer_text(candidate)}: {_removal_text(candidate)}{f'; {_rank_text(candidate)}' if candidate.rank else ''}"


def _offer_text(candidate: Candidate) -> str:
    return f"{candidate.offer} by {candidate.channel}" if candidate.channel else candidate.offer


def _removal_text(candidate: Candidate) -> str:
    detail = f" ({candidate.detail})" if candidate.detail else ""
    return f"removed at {candidate.step or 'rank'}, {plain(candidate.reason or '')}{detail}"


def plain(name: str) -> str:
    """Return a name as words.

    >>> plain("not_eligible")
    'not eligible'
    """
    return name.replace("_", " ")


def _rank_text(candidate: Candidate) -> str:
    factors = candidate.factors
    if factors is None:
        return f"rank {candidate.rank:.1f}"
    parts = f"propensity {factors.propensity:.3f} × context {factors.context:.2f} × value {factors.value:.0f} × lever {factors.lever:.2f}"
    return f"rank {candidate.rank:.1f} = {parts}"
