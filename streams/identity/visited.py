"""The merge of where two journeys of one customer were, and what hurt them there. The order of the two makes no difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streams.identity import pooling
from streams.rules import Rules
from streams.state import METS, PLACES, Attempt, Journey, Met, Visit
from streams.state.trail import moves


def _merge_places(one: dict[str, Visit], other: dict[str, Visit]) -> dict[str, Visit]:
    found: dict[str, Visit] = {}
    for name, visit in (*one.items(), *other.items()):
        found[name] = _merge_visit(found.get(name, visit), visit)
    latest = sorted(found, key=lambda name: (found[name].day, found[name].minute, name))[-PLACES:]
    return {name: found[name] for name in latest}


def _merge_visit(one: Visit, other: Visit) -> Visit:
    """Return the later visit. A friction before a lapse no longer counts for a customer who came back."""
    later = max(one, other, key=lambda each: (each.day, not each.lapsed, each.lapsed, each.hurt, each.stage))
    hurt = pooling.earliest(each.hurt for each in (one, other) if bool(each.lapsed) == bool(later.lapsed))
    latest = max(one, other, key=lambda each: (each.day, each.minute, each.met))
    return Visit(later.day, hurt, later.lapsed, later.stage, latest.minute, list(latest.met))


def _merge_mets(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    latest = {what: max(one.get(what, 0), other.get(what, 0)) for what in {*one, *other}}
    return {what: latest[what] for what in sorted(latest, key=lambda what: (latest[what], what))[-METS:]}


def _merge_attempts(one: dict[str, Attempt], other: dict[str, Attempt]) -> dict[str, Attempt]:
    """Return the later attempt at each step. Of two at one time, it makes no difference whose comes first."""
    both = {step: [each[step] for each in (one, other) if step in each] for step in sorted({*one, *other})}
    return {step: max(attempts, key=lambda each: (each.at, each.thing, repr(each))) for step, attempts in both.items()}


def _earlier_met(one: Met | None, other: Met | None) -> Met | None:
    return max((each for each in (one, other) if each), key=lambda each: (each.at, repr(each)), default=None)


def _newest_move(trail: bytearray) -> tuple[int, bytes]:
    return max((at for at, _ in moves(trail)), default=0), bytes(trail)


VISITED_RULES: dict[str, Callable[[Journey, Journey, Rules], Any]] = {
    "places": lambda a, b, _: _merge_places(a.places, b.places),
    "mets": lambda a, b, _: _merge_mets(a.mets, b.mets),
    "first_met": lambda a, b, _: _earlier_met(a.first_met, b.first_met),
    "trail": lambda a, b, _: max(a.trail, b.trail, key=_newest_move),
    "attempts": lambda a, b, _: _merge_attempts(a.attempts, b.attempts),
}
