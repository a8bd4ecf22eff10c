"""Expectation and perception. Satisfaction is perception against expectation. *Sacrifice* is what a customer accepts against what they
wanted.

Both are measured per dimension (delivery, price, staff ...), on scales from 0 (worst) to 1 (best). A dimension is *hygiene* if it is
taken for granted: its absence hurts, and its presence is not noticed. Otherwise it is a *delight*. Satisfiers and dissatisfiers are
Johnston's (1995, The determinants of service quality) and Cadotte and Turgeon's (1988) for services. The distinction itself is
Herzberg's (1959) and Kano's (1984). A dimension that is not known to delight counts as hygiene, the careful assumption. A blueprint
names its own delights.

If nobody stated an expectation, it is what the customer is used to. It moves towards what was perceived (adaptation, Oliver 1980). So
a delight that comes every time stops being one.
"""

from __future__ import annotations

from typing import Literal

from schemas.outputs.transitions import GapMeasured, SacrificeMeasured
from schemas.touchpoints.feedback import ExpectationSet, ReviewPosted, SurveyAnswered
from streams.context import Context, Reads
from streams.insights import counting
from streams.state import Journey
from streams.state.journey.profile import DIMENSIONS, Dimension

Basis = Literal["stated", "promised", "experienced"]
TOLERANCE = 0.2  # of the scale: a smaller gap is in the zone of tolerance (Zeithaml, Berry and Parasuraman 1993) [ours: 0.2]
ADAPTS = 0.5  # how far an expectation moves towards what was perceived [ours]
OVERALL = {"ces": "effort"}  # metric -> dimension of an answer that names none; any other metric: "overall"
PLACES = 4  # decimals of a score


def scale_score(score: float, low: float, high: float) -> float | None:
    """Return the score as 0..1 of its scale; None if low and high are no scale.

    >>> scale_score(4, 1, 5), scale_score(9, 1, 5), scale_score(4, 5, 5)
    (0.75, 1.0, None)
    """
    return round(min(1.0, max(0.0, (score - low) / (high - low))), PLACES) if high > low else None


def dimension_of(journey: Journey, dimension: str, at: int) -> Dimension:
    """Return what is known of this dimension. If there are too many, the one updated longest ago makes room for a new one."""
    dimensions = journey.dimensions
    if (known := dimensions.get(dimension)) is None:
        if len(dimensions) >= DIMENSIONS:
            del dimensions[min(dimensions, key=lambda name: (dimensions[name].at, name))]
            journey.dropped += 1
        known = dimensions[dimension] = Dimension()
    known.at = max(known.at, at)
    return known


def measure_gap(ctx: Context, dimension: str, perceived: float, expected: tuple[float, Basis, str]) -> None:
    """Measure a gap between what was perceived and what was expected, count it, and publish it beyond the tolerance.

    `expected` is the expected level, its basis, and the id of the touchpoint that stated or promised it.
    """
    level, basis, source = expected
    known = dimension_of(ctx.journey, dimension, ctx.at)
    known.perceived, known.gap = perceived, round(perceived - level, PLACES)
    known.gaps += 1
    ctx.dirty = True
    counting.count_gap(ctx, "expectation", known.gap)
    if abs(known.gap) >= TOLERANCE:
        ctx.out.append(
            GapMeasured(
                **ctx.head(f"gap:{dimension}"),
                dimension=dimension, sort=sort_of(ctx, dimension, known), expected=level, perceived=perceived, gap=known.gap,
                basis=basis, evidence=_evidence(source, ctx.cause),
            )
        )  # fmt: skip


def sort_of(ctx: Context, dimension: str, known: Dimension) -> Literal["hygiene", "delight"]:
    """Return hygiene or delight: as stated with the expectation, else as the blueprint says."""
    hygiene = dimension not in ctx.rules.blueprint.delights if known.hygiene is None else known.hygiene
    return "hygiene" if hygiene else "delight"


def measure_sacrifice(ctx: Context, dimension: str, wanted: float, settled: float, source: str = "") -> None:
    """Measure how much less than wanted the customer accepted, count it, and publish it beyond the tolerance. No less is no sacrifice."""
    if settled >= wanted:
        return
    known = dimension_of(ctx.journey, dimension, ctx.at)
    known.sacrifice = round(wanted - settled, PLACES)
    known.sacrifices += 1
    ctx.dirty = True
    counting.count_gap(ctx, "sacrifice", known.sacrifice)
    if known.sacrifice >= TOLERANCE:
        ctx.out.append(
            SacrificeMeasured(
                **ctx.head(f"sacrifice:{dimension}"),
                dimension=dimension, wanted=wanted, settled=settled, gap=known.sacrifice, evidence=_evidence(source, ctx.cause),
            )
        )  # fmt: skip


def _evidence(*known: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in known if name))


def note_expectation(ctx: Context, stated: ExpectationSet) -> None:
    """Note a stated expectation, and the wish that may come with it."""
    level, wanted = scale_score(stated.expected, stated.low, stated.high), None
    if level is None or ctx.late:
        return
    if stated.wanted is not None:
        wanted = scale_score(stated.wanted, stated.low, stated.high)
    known = dimension_of(ctx.journey, stated.dimension, ctx.at)
    known.expected, known.stated, known.wanted = level, stated.id, wanted
    if stated.hygiene is not None:
        known.hygiene = stated.hygiene


def read_survey(ctx: Context, answer: SurveyAnswered) -> None:
    """Measure the perception in an answer against an expectation.

    This is the one stated in the answer, else the one stated before, else what the customer is used to.
    """
    perceived = scale_score(answer.score, answer.low, answer.high)
    if perceived is None:
        return
    stated = None if answer.expected is None else scale_score(answer.expected, answer.low, answer.high)
    wanted = None if answer.wanted is None else scale_score(answer.wanted, answer.low, answer.high)
    _note_perception(ctx, answer.dimension or OVERALL.get(answer.metric, "overall"), perceived, stated, wanted)


def read_review(ctx: Context, review: ReviewPosted) -> None:
    """Measure the stars of a review as a perception of the product."""
    if (perceived := scale_score(review.stars, 0.0, review.of)) is not None:
        _note_perception(ctx, "product", perceived, None, None)


def _note_perception(ctx: Context, dimension: str, perceived: float, stated: float | None, wanted: float | None) -> None:
    known = dimension_of(ctx.journey, dimension, ctx.at)
    level, source = (known.expected, known.stated) if stated is None else (stated, ctx.cause)
    wish, wished = (known.wanted, known.stated) if wanted is None else (wanted, ctx.cause)
    if level is not None:
        measure_gap(ctx, dimension, perceived, (level, "stated" if source else "experienced", source))
    if wish is not None:
        measure_sacrifice(ctx, dimension, wish, perceived, wished)
    if not ctx.late:
        known.perceived, known.wanted, known.stated = perceived, None, ""
        known.expected = perceived if level is None else round(level + ADAPTS * (perceived - level), PLACES)


READS: Reads = {ExpectationSet: (note_expectation,), SurveyAnswered: (read_survey,), ReviewPosted: (read_review,)}
