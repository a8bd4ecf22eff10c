"""The truth file: what was planted, what only looks like it, who the customers are, and what they feel. One JSON document a line.

| `truth` | what it tells |
|---|---|
| `world` | seed, days, customers, the first moment; the first line |
| `incident`, `trap` | a row of the table that took place: from when to when (ms UTC), where, what it did, which alarms name it |
| `friction` | a planted friction: detector, the id that the sender knew, when (ms UTC), where, and `by` which incident (empty: by none) |
| `hidden` | a customer on a Monday: satisfaction (0..1), and the chance to leave on that day |
| `reaction` | an offer that reached a customer, and the hidden reaction |
| `customer` | at the end: segment, ids, reactions by offer family, the day on which they left (-1: they stayed) and how |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.world.company import HOUR, SEASON
from agents.world.incidents import ROWS, Row
from agents.world.state import State


def opening(state: State) -> Iterator[dict[str, Any]]:
    """Yield what is true before the first day: the world, and the rows of the table that will take place."""
    yield {"truth": "world", "version": 1, "seed": state.seed, "days": state.days, "customers": len(state.people), "start": state.start}
    for season in range(0, state.days, SEASON):
        for row in ROWS:
            if season + row.first < state.days:
                yield _row(state, row, season)


def _row(state: State, row: Row, season: int) -> dict[str, Any]:
    ends = min(state.days, season + row.last)
    return {
        "truth": row.sort, "name": row.name, "from": state.start_of(season + row.first) + row.hour * HOUR, "to": state.start_of(ends),
        "channel": row.channel, "place": row.place, "where": row.where, "share": row.share, "seen": row.seen,
        "found_by": list(row.found_by), "silent": list(row.silent), "follows": list(row.follows),
    }  # fmt: skip


def closing(state: State) -> Iterator[dict[str, Any]]:
    """Yield what is true of each customer at the end."""
    for one in state.people:
        yield {
            "truth": "customer", "customer": one.id, "ids": one.ids, "segment": one.segment, "joined": max(0, one.joined), "left": one.left,
            "how": one.how, "reactions": one.reactions, "region": one.region, "consent": one.consent,
            "spared_by": {family: round(spared, 6) for family, spared in sorted(one.spared_by.items())},
        }  # fmt: skip
