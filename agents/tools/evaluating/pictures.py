"""The answers to one question as pictures: how well the scores find leavers, whether the risks are calibrated, what they consist of."""

from __future__ import annotations

from collections import Counter

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.comparing import OURS, PRIORS
from agents.tools.evaluating.curves import lifts, reasons, roc
from agents.tools.reports.drawing import LINES, SERIES, Picture, framed, graph, plain

PERCENT = {"ticksuffix": " %"}
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


def _roc(chapter: Chapter, prefix: str) -> Picture:
    traces = []
    for number, (name, scores) in enumerate(_scores(chapter).items()):
        curve = roc(scores, chapter.answers.left)
        line = {"color": SERIES[number], "width": 3 if name == OURS else 1.5, "dash": "solid" if number < 2 else "dot"}
        traces.append(graph().Scatter(x=curve.x, y=curve.y, name=name, mode="lines", line=line))
    traces.append(graph().Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": LINES}, showlegend=False, hoverinfo="skip"))
    figure = framed(traces, 520, xaxis_title="stayers", yaxis_title="leavers found", xaxis_tickformat=".0%", yaxis_tickformat=".0%")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": -0.2, "xanchor": "left", "yanchor": "top"})
    rows = [(row.name, f"{row.figures.auc:.3f}", "{:.3f} to {:.3f}".format(*row.figures.auc_interval)) for row in chapter.comparison.rows]
    return Picture(f"{prefix}-roc", "Who is found", ROC, figure, ("score", "AUC", "95 %"), rows)


def _reliable(chapter: Chapter, prefix: str) -> Picture:
    bins = chapter.comparison.bins
    points = graph().Scatter(
        x=[one.stated for one in bins], y=[one.left.rate for one in bins], mode="markers+lines", marker={"size": 8, "color": SERIES[0]},
        line={"width": 1}, showlegend=False,
        error_y={
            "type": "data", "symmetric": False, "array": [one.left.high - one.left.rate for one in bins],
            "arrayminus": [one.left.rate - one.left.low for one in bins], "color": SERIES[8], "thickness": 1.5,
        },
    )  # fmt: skip
    most = max([0.05, *(max(one.stated, one.left.high) for one in bins)])
    ideal = graph().Scatter(x=[0, most], y=[0, most], mode="lines", line={"color": LINES}, showlegend=False, hoverinfo="skip")
    figure = framed([ideal, points], 520, xaxis_title="risk stated", yaxis_title="left", xaxis_tickformat=".0%", yaxis_tickformat=".0%")
    rows = [(f"{one.stated:.1%}", f"{one.left.rate:.1%}", f"{one.left.low:.1%} to {one.left.high:.1%}", one.left.of) for one in bins]
    return Picture(f"{prefix}-calibration", "What a risk means", RELIABLE, figure, ("stated", "left", "95 %", "customers"), rows)


def _lift(chapter: Chapter, prefix: str) -> Picture:
    traces = []
    for number, (name, scores) in enumerate(_scores(chapter).items()):
        curve = lifts(scores, chapter.answers.left)
        line = {"color": SERIES[number], "width": 3 if name == OURS else 1.5, "dash": "solid" if number < 2 else "dot"}
        traces.append(graph().Scatter(x=curve.x, y=curve.y, name=name, mode="lines", line=line, showlegend=False))
    figure = framed(traces, xaxis={"title": "highest scores", **PERCENT}, yaxis_title="times as many leavers", yaxis_rangemode="tozero")
    rows = [(row.name, f"{row.lift.lift:.2f}", "{:.2f} to {:.2f}".format(*row.lift.interval)) for row in chapter.comparison.rows]
    return Picture(f"{prefix}-lift", "Where to look first", LIFT, figure, ("score", "lift at 10 %", "95 %"), rows)


def _spread(chapter: Chapter, prefix: str) -> Picture:
    answers = chapter.answers
    parts: dict[str, list[float]] = {"stayed": [], "left": []}
    for risk, left in zip(answers.ours, answers.left, strict=True):
        parts["left" if left else "stayed"].append(risk)
    bins = {"start": 0, "end": 1, "size": 0.025}
    bars = [
        graph().Histogram(x=risks, name=name, histnorm="percent", opacity=0.65, marker={"color": colour}, xbins=bins)
        for (name, risks), colour in zip(parts.items(), (SERIES[0], SERIES[4]), strict=True)
    ]
    figure = framed(bars, barmode="overlay", xaxis_title="risk", yaxis={"title": "of the group", **PERCENT}, xaxis_tickformat=".0%")
    tenths = {name: Counter(min(9, int(risk * 10)) for risk in risks) for name, risks in parts.items()}
    rows = [(f"{10 * i} to {10 * i + 10} %", tenths["stayed"][i], tenths["left"][i]) for i in range(10)]
    return Picture(f"{prefix}-risks", "The risks", SPREAD, figure, ("risk", "stayed", "left"), rows)


def _reasons(chapter: Chapter, prefix: str) -> Picture:
    found = reasons(chapter.answers)
    names = [plain(one.name) for one in found]
    dots = [
        graph().Scatter(x=values, y=names, name=name, mode="markers", marker={"size": 11, "color": colour})
        for name, values, colour in (
            ("left", [one.of_leavers for one in found], SERIES[4]),
            ("stayed", [one.of_stayers for one in found], SERIES[0]),
        )
    ]
    figure = framed(dots, 110 + 28 * len(found), yaxis_autorange="reversed", xaxis_title="log-odds, on average")
    rows = [(plain(one.name), f"{one.of_leavers:+.2f}", f"{one.of_stayers:+.2f}") for one in found]
    return Picture(f"{prefix}-reasons", "What the risk consists of", REASONS, figure, ("part", "left", "stayed"), rows)
