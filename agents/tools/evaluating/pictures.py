"""The answers to one question as pictures: how well the scores find leavers, whether the risks are calibrated, what they consist of."""

from __future__ import annotations

from collections import Counter

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.comparing import OURS, PRIORS
from agents.tools.evaluating.curves import lifts, reasons, roc
from agents.tools.reports.charts.plot import Dot, Plot, Reach, Series
from agents.tools.reports.charts.rows import Key, Mark, Row, Rows
from agents.tools.reports.charts.scales import axis
from agents.tools.reports.drawing import BLUE, COLOURS, GREY, RED, Picture, plain

BINS = 40  # columns of the picture of risks
PERCENT = "{:.0%}"
MISSING = "No customer was scored."
ROC = "From the highest score down: how many leavers are found, and how many stayers come with them. The area is the AUC."
RELIABLE = (
    "Customers in ten groups by their risk: what was stated, and how many of them left, with 95 % intervals. On the line the risk means "
    "what it says."
)
LIFT = "Of the customers with the highest risks: how many times as many left as of all. Whoever can care for one in ten looks at 10 %."
SPREAD = "How the risks lie of those who left and of those who stayed: the less the two overlap, the better. Each adds up to 100 %."
REASONS = (
    "What each part adds to the risk (log-odds), on average: the farther apart the two points, the more it tells leavers from stayers."
)


def pictures(chapter: Chapter, prefix: str) -> list[Picture]:
    """Return all pictures of a question, in the order of the page. `prefix` makes their ids unique on the page."""
    return [_roc(chapter, prefix), _reliable(chapter, prefix), _lift(chapter, prefix), _spread(chapter, prefix), _reasons(chapter, prefix)]


def _scores(chapter: Chapter) -> dict[str, list[float]]:
    answers = chapter.answers
    return {OURS: answers.ours, PRIORS: answers.priors, **answers.naive}


def _named(name: str, number: int, line: list[tuple[float, float]]) -> Series:
    """Return a score's curve. Ours is strong; rules of thumb are dashed."""
    return Series(name, number % COLOURS, line=line, dashed=number > 1, strong=name == OURS)


def _diagonal(to: float) -> Series:
    return Series("", GREY, line=[(0, 0), (to, to)], dashed=True)


def _roc(chapter: Chapter, prefix: str) -> Picture:
    curves = {name: roc(scores, chapter.answers.left) for name, scores in _scores(chapter).items()}
    lines = [_named(name, number, list(zip(curve.x, curve.y, strict=True))) for number, (name, curve) in enumerate(curves.items())]
    chart = Plot(axis(0, 1, "stayers", form=PERCENT), axis(0, 1, "leavers found", form=PERCENT), [*lines, _diagonal(1)], 420)
    rows = [(row.name, f"{row.figures.auc:.3f}", "{:.3f} to {:.3f}".format(*row.figures.auc_interval)) for row in chapter.comparison.rows]
    return Picture(f"{prefix}-roc", "Who is found", ROC, chart, ("score", "AUC", "95 %"), rows, MISSING)


def _reliable(chapter: Chapter, prefix: str) -> Picture:
    bins = chapter.comparison.bins
    points = Series(
        "", BLUE, line=[(one.stated, one.left.rate) for one in bins],
        dots=[Dot(one.stated, one.left.rate, f"stated {one.stated:.1%}, left {one.left.rate:.1%} of {one.left.of:,}") for one in bins],
        whiskers=[Reach(one.stated, one.left.low, one.left.high) for one in bins],
    )  # fmt: skip
    most = max([0.05, *(max(one.stated, one.left.high) for one in bins)])
    wide = axis(0, most, "risk stated", form=PERCENT)
    chart = Plot(wide, axis(0, most, "left", form=PERCENT), [_diagonal(wide.high), points], 420)
    rows = [(f"{one.stated:.1%}", f"{one.left.rate:.1%}", f"{one.left.low:.1%} to {one.left.high:.1%}", one.left.of) for one in bins]
    return Picture(f"{prefix}-calibration", "What a risk means", RELIABLE, chart, ("stated", "left", "95 %", "customers"), rows, MISSING)


def _lift(chapter: Chapter, prefix: str) -> Picture:
    curves = {name: lifts(scores, chapter.answers.left) for name, scores in _scores(chapter).items()}
    lines = [_named(name, number, list(zip(curve.x, curve.y, strict=True))) for number, (name, curve) in enumerate(curves.items())]
    most = max([1.0, *(y for curve in curves.values() for y in curve.y)])
    chart = Plot(axis(0, 100, "highest scores", form="{:g} %"), axis(0, most, "times as many leavers"), lines)
    rows = [(row.name, f"{row.lift.lift:.2f}", "{:.2f} to {:.2f}".format(*row.lift.interval)) for row in chapter.comparison.rows]
    return Picture(f"{prefix}-lift", "Where to look first", LIFT, chart, ("score", "lift at 10 %", "95 %"), rows, MISSING)


def _spread(chapter: Chapter, prefix: str) -> Picture:
    parts: dict[str, list[float]] = {"stayed": [], "left": []}
    for risk, left in zip(chapter.answers.ours, chapter.answers.left, strict=True):
        parts["left" if left else "stayed"].append(risk)
    shares = {name: _histogram(risks) for name, risks in parts.items()}
    steps = [
        Series(name, colour, area=[Reach(x, 0, shares[name][i]) for i in range(BINS) for x in (i / BINS, (i + 1) / BINS)])
        for name, colour in (("stayed", BLUE), ("left", RED))
    ]
    most = max([0.05, *(n for counts in shares.values() for n in counts)])
    chart = Plot(axis(0, 1, "risk", form=PERCENT), axis(0, most, "of the group", form=PERCENT), steps)
    tenths = {name: Counter(min(9, int(risk * 10)) for risk in risks) for name, risks in parts.items()}
    rows = [(f"{10 * i} to {10 * i + 10} %", tenths["stayed"][i], tenths["left"][i]) for i in range(10)]
    return Picture(f"{prefix}-risks", "The risks", SPREAD, chart, ("risk", "stayed", "left"), rows, MISSING)


def _histogram(risks: list[float]) -> list[float]:
    """Return which share of the risks lies in each of `BINS` steps from 0 to 1."""
    counts = Counter(min(BINS - 1, int(risk * BINS)) for risk in risks)
    return [counts[i] / max(1, len(risks)) for i in range(BINS)]


def _reasons(chapter: Chapter, prefix: str) -> Picture:
    found = reasons(chapter.answers)
    dots = [
        Row(
            plain(one.name), f"{one.of_leavers:+.2f} / {one.of_stayers:+.2f}", marks=(Mark(one.of_stayers, BLUE), Mark(one.of_leavers, RED))
        )
        for one in found
    ]
    values = [value for one in found for value in (one.of_leavers, one.of_stayers)]
    chart = Rows(axis(min([0, *values]), max([0, *values]), "log-odds, on average"), dots, (Key("left", RED), Key("stayed", BLUE)))
    rows = [(plain(one.name), f"{one.of_leavers:+.2f}", f"{one.of_stayers:+.2f}") for one in found]
    return Picture(f"{prefix}-reasons", "What the risk consists of", REASONS, chart, ("part", "left", "stayed"), rows, MISSING)
