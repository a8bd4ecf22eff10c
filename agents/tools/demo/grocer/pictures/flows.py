"""Pictures of moves between stages, and between loyalty levels (rungs)."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.reports.charts.flow import flow as sankey
from agents.tools.reports.drawing import Picture, plain

STAGES = "Every move between stages: left where customers came from, right where they went. Forward and backward moves are both real."
RUNGS = "Every step on the ladder. A loyal customer who misses their own rhythm slips to repeat, and climbs back with the next visit."
MISSING = "Nobody was seen to move. Moves appear with the second thing that a customer does."


def stages(found: Findings) -> Picture:
    """Return the picture of moves between stages."""
    return flow("stage-flow", "How journeys move", STAGES, found.moves)


def rungs(found: Findings) -> Picture:
    """Return the picture of moves between loyalty levels."""
    return flow("loyalty-ladder", "The loyalty ladder", RUNGS, found.climbs)


def flow(name: str, title: str, reading: str, moves: Counter[tuple[str, str]]) -> Picture:
    """Return a Sankey diagram of these moves: (from, to) -> how often."""
    rows = [(plain(a), plain(b), n) for (a, b), n in sorted(moves.items(), key=lambda item: (-item[1], item[0]))]
    chart = sankey({(plain(a), plain(b)): n for (a, b), n in moves.items()})
    return Picture(name, title, reading, chart, ("from", "to", "moves"), rows, MISSING)
