"""Spans of time: how often something happened in one, compared with earlier spans of the same hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from streams.detectors import Limits


class Span(NamedTuple):
    """What was counted in the same hours of one day: the frictions that opened, and the exposures."""

    openings: int
    exposures: int


class Excess(NamedTuple):
    """How far a span is above the usual."""

    expected: float
    deviations: float
    usual: float  # the usual rate
    variance: float = 0.0  # of the count


def compare_spans(now: Span, earlier: Sequence[Span]) -> Excess:
    """Return how many frictions to expect by the earlier spans, and how many standard deviations this span is above.

    The count is binomial. Two things widen the deviation: weeks that differ by more than chance (dispersion), and the uncertainty of
    the baseline. It is quasi-likelihood as in C. P. Farrington et al., A statistical algorithm for the early detection of outbreaks
    of infectious disease, J. R. Statist. Soc. A 159 (1996) 547-563.

    >>> found = compare_spans(Span(60, 1000), [Span(20, 1000)] * 4)
    >>> round(found.expected), round(found.deviations, 1)
    (20, 8.0)
    """
    happened = sum(span.exposures for span in earlier)
    usual = min(1.0, (sum(span.openings for span in earlier) + 0.5) / (happened + 1))
    spare = usual * (1 - usual)
    apart = [(span.openings - span.exposures * usual) ** 2 / (span.exposures * spare) for span in earlier if span.exposures and spare]
    dispersion = max(1.0, sum(apart) / max(1, len(apart) - 1))
    expected = now.exposures * usual
    variance = dispersion * spare * (now.exposures + now.exposures**2 / max(1, happened))
    above = now.openings - expected
    return Excess(expected, deviations_of(above, variance), usual, variance)


def deviations_of(above: float, variance: float) -> float:
    """Return by how many standard deviations a count is above the expected one.

    >>> deviations_of(6, 4), deviations_of(0, 0), deviations_of(-1, 0)
    (3.0, 0.0, -inf)
    """
    return above / math.sqrt(variance) if variance else math.copysign(math.inf, above) if above else 0.0


def exceeding(now: Span, others: Sequence[Span], limits: Limits, deviations: float, more: float) -> Excess | None:
    """Return how far a span is above the others, if it is above these limits, and no mere crowd."""
    found = compare_spans(now, others)
    if found.deviations <= deviations or now.openings - found.expected < more:
        return None
    crowd = now.exposures * len(others) > limits["crowd"] * sum(span.exposures for span in others)
    return None if crowd and odds(now.openings, now.exposures) < limits["odds_in_a_crowd"] * odds(found.expected, now.exposures) else found


def odds(count: float, of: float) -> float:
    """Return how many it happened to for each to whom it did not.

    >>> odds(1, 4), odds(3, 3)
    (0.3333333333333333, inf)
    """
    return count / (of - count) if count < of else math.inf
