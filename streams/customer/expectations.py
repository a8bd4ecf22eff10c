"""Satisfaction is perception against expectation, and sacrifice is what a customer settles for against what they wanted.

Both are measured per dimension (delivery, price, staff ...), on scales of 0 (worst) to 1 (best). A dimension is *hygiene* where it is
taken for granted (its absence hurts, its presence is not noticed), otherwise a *delight*. Satisfiers and dissatisfiers are Johnston's
(1995, The determinants of service quality) and Cadotte and Turgeon's (1988) for services; the distinction itself is Herzberg's (1959) and
Kano's (1984). Whatever is not known to delight is hygiene: the careful side. A blueprint names its own delights.

Where nobody said what they expect, it is what they are used to: an expectation moves towards what was perceived (adaptation, Oliver 1980),
so that a delight that comes every time is one no more.
"""

from __future__ import annotations

from typing import Literal

from schemas.touchpoints.feedback import ExpectationSet, ReviewPosted, SurveyAnswered
from schemas.transitions import GapMeasured, SacrificeMeasured
from streams.context import Context, Reads
from streams.insights import counting
from streams.state import Journey
from streams.state.profile import DIMENSIONS, Dimension

Basis = Literal["stated", "promised", "experienced"]
TOLERANCE = 0.2  # of the scale: a smaller gap lies in the zone of tolerance (Zeithaml, Berry and Parasuraman 1993); the number is ours
ADAPTS = 0.5  # how far an expectation moves towards what was perceived [ours]
OVERALL = {"ces": "effort"}  # what an answer is about that names no dimension; any other: "overall"
PLACES = 4  # decimals


def scaled(score: float, low: float, high: float) -> float | None:
    """The score as 0..1 of its scale; None where that is no scale.

    >>> scaled(4, 1, 5), scaled(9, 1, 5), scaled(4, 5, 5)
    (0.75, 1.0, None)
    """
    return round(min(1.0, max(0.0, (score - low) / (high - low))), PLACES) if high > low else None


def side_of(journey: Journey, dimension: str, at: int) -> Dimension:
    """What is known of this dimension; the one heard of longest ago makes room for a new one."""
    sides = journey.dimensions
    if (side := sides.get(dimension)) is None:
        if len(sides) >= DIMENSIONS:
            del sides[min(sides, key=lambda name: (sides[name].at, name))]
            journey.dropped += 1
        side = sides[dimension] = Dimension()
    side.at = max(side.at, at)
    return side


def perceive(ctx: Context, dimension: str, perceived: float, expected: tuple[float, Basis, str]) -> None:
    """A gap is measured: what was perceived, against what was expected, on which basis, said or promised by which touchpoint."""
    level, basis, source = expected
    side = side_of(ctx.journey, dimension, ctx.at)
    side.perceived, side.gap = perceived, round(perceived - level, PLACES)
    side.gaps += 1
    ctx.dirty = True
    counting.count_gap(ctx, "expectation", side.gap)
    if abs(side.gap) >= TOLERANCE:
        ctx.out.append(
            GapMeasured(
                **ctx.head(f"gap:{dimension}"),
                dimension=dimension, sort=sort_of(ctx, dimension, side), expected=level, perceived=perceived, gap=side.gap,
                basis=basis, evidence=_ids(source, ctx.cause),
            )
        )  # fmt: skip


def sort_of(ctx: Context, dimension: str, side: Dimension) -> Literal["hygiene", "delight"]:
    """Hygiene or delight: as the customer's expectation was told, else as the blueprint says."""
    hygiene = dimension not in ctx.rules.blueprint.delights if side.hygiene is None else side.hygiene
    return "hygiene" if hygiene else "delight"


def sacrifice(ctx: Context, dimension: str, wanted: float, settled: float, source: str = "") -> None:
    """The customer settled for less than they wanted; no less is no sacrifice."""
    if settled >= wanted:
        return
    side = side_of(ctx.journey, dimension, ctx.at)
    side.sacrifice = round(wanted - settled, PLACES)
    side.sacrifices += 1
    ctx.dirty = True
    counting.count_gap(ctx, "sacrifice", side.sacrifice)
    if side.sacrifice >= TOLERANCE:
        ctx.out.append(
            SacrificeMeasured(
                **ctx.head(f"sacrifice:{dimension}"),
                dimension=dimension, wanted=wanted, settled=settled, gap=side.sacrifice, evidence=_ids(source, ctx.cause),
            )
        )  # fmt: skip


def _ids(*known: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in known if name))


def expected(ctx: Context, told: ExpectationSet) -> None:
    """Somebody said what is to be expected, and perhaps what was wished for."""
    level, wanted = scaled(told.expected, told.low, told.high), None
    if level is None or ctx.late:
        return
    if told.wanted is not None:
        wanted = scaled(told.wanted, told.low, told.high)
    side = side_of(ctx.journey, told.dimension, ctx.at)
    side.expected, side.stated, side.wanted = level, told.id, wanted
    if told.hygiene is not None:
        side.hygiene = told.hygiene


def answered(ctx: Context, answer: SurveyAnswered) -> None:
    """A perception, held against what they say they had expected; else against what was told before, else what they are used to."""
    perceived = scaled(answer.score, answer.low, answer.high)
    if perceived is None:
        return
    stated = None if answer.expected is None else scaled(answer.expected, answer.low, answer.high)
    wanted = None if answer.wanted is None else scaled(answer.wanted, answer.low, answer.high)
    _perceived(ctx, answer.dimension or OVERALL.get(answer.metric, "overall"), perceived, stated, wanted)


def reviewed(ctx: Context, review: ReviewPosted) -> None:
    """Stars are a perception of the product."""
    if (perceived := scaled(review.stars, 0.0, review.of)) is not None:
        _perceived(ctx, "product", perceived, None, None)


def _perceived(ctx: Context, dimension: str, perceived: float, stated: float | None, wanted: float | None) -> None:
    side = side_of(ctx.journey, dimension, ctx.at)
    level, source = (side.expected, side.stated) if stated is None else (stated, ctx.cause)
    wish, wished = (side.wanted, side.stated) if wanted is None else (wanted, ctx.cause)
    if level is not None:
        perceive(ctx, dimension, perceived, (level, "stated" if source else "experienced", source))
    if wish is not None:
        sacrifice(ctx, dimension, wish, perceived, wished)
    if not ctx.late:
        side.perceived, side.wanted, side.stated = perceived, None, ""
        side.expected = perceived if level is None else round(level + ADAPTS * (perceived - level), PLACES)


READS: Reads = {ExpectationSet: (expected,), SurveyAnswered: (answered,), ReviewPosted: (reviewed,)}
