"""Targets of the blueprint held against what was measured: who missed what, when, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemas.insights import TargetMissed
from streams.insights.measures import Figure, figure
from streams.insights.naming import monday_of, named
from streams.rules.blueprint import Blueprint, Target
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, Aggregate, Key

LEAST = 30  # what a value must rest on before it counts as missed: a bad morning is no missed week [ours]
EVERYWHERE = "*"


def missed(totals: Mapping[Key, Aggregate], blueprint: Blueprint, weeks: Iterable[int] | None = None) -> Iterator[TargetMissed]:
    """Every target that a week misses: of these weeks, or of all. A target with `*` is about all places (channels, stages) together."""
    if not blueprint.targets:
        return
    wanted = None if weeks is None else {str(week) for week in weeks}
    places = [(key, cell) for key, cell in totals.items() if key[0] == "place" and (wanted is None or key[1] in wanted)]
    for target in blueprint.targets:
        for week, cell in sorted(_together(places, target).items()):
            found = figure(target.measure, cell)
            if found and found.of >= LEAST and (by := _off(target, found)):
                yield _miss(target, int(week), found, by, owner_of(blueprint, target.place) if not target.owner else target.owner)


def owner_of(blueprint: Blueprint, place: str) -> str:
    """Who answers for a place."""
    return blueprint.owners.get(place, blueprint.owners.get(EVERYWHERE, ""))


def _together(places: Iterable[tuple[Key, Aggregate]], target: Target) -> dict[str, Aggregate]:
    """What the target is about, added up per week."""
    weeks: dict[str, Aggregate] = {}
    asked = (target.channel[:CHANNEL_CHARS], target.stage, target.place[:NAME_CHARS])
    for (_, week, *where), cell in places:
        if all(want in (EVERYWHERE, found) for want, found in zip(asked, where, strict=True)):
            weeks.setdefault(week, Aggregate()).merge(cell)
    return weeks


def _off(target: Target, found: Figure) -> float:
    """By how much it is missed; 0 where it is kept."""
    if target.at_least is not None and found.value < target.at_least:
        return target.at_least - found.value
    if target.at_most is not None and found.value > target.at_most:
        return found.value - target.at_most
    return 0.0


def _miss(target: Target, week: int, found: Figure, by: float, owner: str) -> TargetMissed:
    below = target.at_least is not None and found.high is not None and found.high < target.at_least
    above = target.at_most is not None and found.low is not None and found.low > target.at_most
    return TargetMissed(
        id=named("target", target.measure, str(week), target.channel, target.stage, target.place), measure=target.measure,
        week=monday_of(week), channel=target.channel, stage=target.stage, place=target.place, owner=owner, value=found.value,
        at_least=target.at_least, at_most=target.at_most, by=by, count=found.of, low=found.low, high=found.high, surely=below or above,
    )  # fmt: skip
