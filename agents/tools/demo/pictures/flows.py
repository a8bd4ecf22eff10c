"""Pictures of moves between stages, and between loyalty levels (rungs)."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.reports.drawing import INK, Picture, colours, faint, framed, graph, plain

STAGES = "Every move between stages: left where customers came from, right where they went. Forward and backward moves are both real."
RUNGS = "Every step on the ladder. A loyal customer who misses their own rhythm slips to repeat, and climbs back with the next visit."


def stages(found: Findings) -> Picture:
    """Return the picture of moves between stages."""
    return flow("stage-flow", "How journeys move", STAGES, found.moves)


def rungs(found: Findings) -> Picture:
    """Return the picture of moves between loyalty levels."""
    return flow("loyalty-ladder", "The loyalty ladder", RUNGS, found.climbs)


def flow(name: str, title: str, reading: str, moves: Counter[tuple[str, str]]) -> Picture:
    """Return a Sankey diagram of these moves: (from, to) -> how often."""
    ranked = sorted(moves.items(), key=lambda item: (-item[1], item[0]))
    left, right = list(dict.fromkeys(a for (a, _), _ in ranked)), list(dict.fromkeys(b for (_, b), _ in ranked))
    colour = colours(list(dict.fromkeys([*left, *right])))
    out, into = Counter[str](), Counter[str]()
    for (a, b), n in ranked:
        out[a] += n
        into[b] += n
    labels = [*(f"{plain(a)}  {out[a]:,}" for a in left), *(f"{plain(b)}  {into[b]:,}" for b in right)]
    nodes = {"label": labels, "color": [colour[each] for each in (*left, *right)], "pad": 20, "thickness": 12, "line": {"width": 0}}
    links = {
        "source": [left.index(a) for (a, _), _ in ranked],
        "target": [len(left) + right.index(b) for (_, b), _ in ranked],
        "value": [n for _, n in ranked],
        "color": [faint(colour[a]) for (a, _), _ in ranked],
    }
    rows = [(plain(a), plain(b), n) for (a, b), n in ranked]
    return Picture(
        name,
        title,
        reading,
        framed([graph().Sankey(node=nodes, link=links, textfont={"color": INK, "shadow": "none"})]),
        ("from", "to", "moves"),
        rows,
    )
