"""The targets of the blueprint against what was measured: which were missed, when, by how much, and who owns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemas.outputs.insights import TargetMissed
from streams.insights.measures import Figure, figure
from streams.insights.naming import insight_id, monday_of
from streams.rules.blueprint import Blueprint, Target
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, Aggregate, Key

LEAST = 30  # the count behind a value before it can miss a target: a bad morning is no missed week [ours]
EVERYWHERE = "*"


def missed_targets(totals: Mapping[Key, Aggregate], blueprint: Blueprint, weeks: Iterable[int] | None = None) -> Iterator[TargetMissed]:
    """Return every target that a week misses, of these weeks or of all.

    A target with `*` is about all places (channels, stages) together.
    """
    if not blueprint.targets:
        return
    wanted = None if weeks is None else {str(week) for week in weeks}
    places = [(key, aggregate) for key, aggregate in totals.items() if key[0] == "place" and (wanted is None or key[1] in wanted)]
    for target in blueprint.targets:
        for week, aggregate in sorted(_sum_weeks(places, target).items()):
            found = figure(target.measure, aggregate)
            if found and found.of >= LEAST and (by := _missed_by(target, found)):
                yield _record(target, int(week), found, by, owner_of(blueprint, target.place) if not target.owner else target.owner)


def owner_of(blueprint: Blueprint, place: str) -> str:
    """Return who is responsible for a place."""
    return blueprint.owners.get(place, blueprint.owners.get(EVERYWHERE, ""))


def _sum_weeks(places: Iterable[tuple[Key, Aggregate]], target: Target) -> dict[str, Aggregate]:
    """Return what the target is about, added up per week."""
    weeks: dict[str, Aggregate] = {}
    asked = (target.channel[:CHANNEL_CHARS], target.stage, target.place[:NAME_CHARS])
    for (_, week, *where), aggregate in places:
        if all(want in (EVERYWHERE, found) for want, found in zip(asked, where, strict=True)):
            weeks.setdefault(week, Aggregate()).merge(aggregate)
    return weeks


def _missed_by(target: Target, found: Figure) -> float:
    """Return by how much the target is missed; 0 if it is met."""
    if target.at_least is not None and found.value < target.at_least:
        return target.at_least - found.value
    if target.at_most is not None and found.value > target.at_most:
        return found.value - target.at_most
    return 0.0


def _record(target: Target, week: int, found: Figure, by: float, owner: str) -> TargetMissed:
    below = target.at_least is not None and found.high is not None and found.high < target.at_least
    above = target.at_most is not None and found.low is not None and found.low > target.at_most
    return TargetMissed(
        id=insight_id("target", target.measure, str(week), target.channel, target.stage, target.place), measure=target.measure,
        week=monday_of(week), channel=target.channel, stage=target.stage, place=target.place, owner=owner, value=found.value,
        at_least=target.at_least, at_most=target.at_most, by=by, count=found.of, low=found.low, high=found.high, surely=below or above,
    )  # fmt: skip
