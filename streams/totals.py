"""What the cells of all partitions amount to: measures, missed targets, moments of truth, paths, surges, tiers, who was won for good.

Pure: the same cells give the same insights under the same ids, whoever adds them up and however often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from schemas.durations import HOUR
from schemas.insights import Insight, MomentOfTruthRanked, PlaceMeasured, SurgeRaised
from schemas.writing import rfc3339
from streams.customer.value.cohorts import followed
from streams.customer.value.thresholds import settled
from streams.insights import moments_of_truth, paths, surge
from streams.insights.intervals import share, times_of
from streams.insights.measures import frictions, means, shares
from streams.insights.naming import date_of, monday_of, named
from streams.insights.targets import missed, owner_of
from streams.rules.blueprint import Blueprint
from streams.state.cells import Aggregate, Key, cell_of, key_of


class Sums:
    """The newest cells of each partition, added up. `changed` are the keys whose totals have changed since they were last asked for."""

    def __init__(self) -> None:
        self._parts: dict[Key, dict[int, Aggregate]] = {}
        self.totals: dict[Key, Aggregate] = {}
        self.changed: set[Key] = set()

    def take(self, partition: int, key: bytes, value: bytes | None) -> None:
        """The newest of this partition's cell, as stored; None where it was forgotten."""
        name = key_of(key)
        parts = self._parts.setdefault(name, {})
        if value is None:
            parts.pop(partition, None)
        else:
            parts[partition] = cell_of(value)
        self.changed.add(name)

    def settle(self) -> set[Key]:
        """The totals are what has been taken; returns the keys that are new, changed or gone."""
        changed, self.changed = self.changed, set()
        for key in changed:
            if parts := self._parts[key]:
                self.totals[key] = _added(parts)
            else:
                self.totals.pop(key, None)
                del self._parts[key]
        return changed


def _added(parts: Mapping[int, Aggregate]) -> Aggregate:
    """In the order of the partitions: sums of floating numbers depend on it, in their last digits."""
    total = Aggregate()
    for number in sorted(parts):
        total.merge(parts[number])
    return total


def added(rows: Iterable[tuple[int, bytes, bytes | None]]) -> dict[Key, Aggregate]:
    """The totals of (partition, key, value) rows as stored, in the order of the log."""
    sums = Sums()
    for row in rows:
        sums.take(*row)
    sums.settle()
    return sums.totals


def insights(totals: Mapping[Key, Aggregate], blueprint: Blueprint | None = None) -> Iterator[Insight]:
    """Everything these cells say: measures and paths of every week, missed targets, moments of truth, surges of every day.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> replay = Replay().run(story("0 web page_viewed /shop page=/shop"))
    >>> [(one.place, one.volume, one.customers) for one in insights(replay.partition.aggregates.rows) if isinstance(one, PlaceMeasured)]
    [('/shop', 1, 1)]
    """
    blueprint = blueprint or Blueprint()
    yield from of_cells(totals, blueprint)
    yield from of_all(totals, blueprint)


def of_cells(totals: Mapping[Key, Aggregate], blueprint: Blueprint) -> Iterator[Insight]:
    """What each cell says for itself: measures, paths, and who was won for good."""
    for key, cell in totals.items():
        if key[0] == "place":
            yield measured(key, cell, blueprint)
        elif key[0] == "motive":
            yield followed(key, cell)
    yield from paths.taken(totals)


def of_all(
    totals: Mapping[Key, Aggregate], blueprint: Blueprint, weeks: Iterable[int] | None = None, newest_days: int = 0
) -> Iterator[Insight]:
    """What only all of them together say; of these weeks and so many of the newest days, or of all."""
    yield from missed(totals, blueprint, weeks)
    yield from (_owned(ctx, blueprint) for ctx in moments_of_truth.ranked(totals))
    yield from settled(totals)
    limits = {**surge.LIMITS, **blueprint.limits.get(surge.DECLARED.name, {})}
    if surge.DECLARED.name not in blueprint.silent:
        for found in surge.surges(totals, limits, newest_days):
            yield raised(found, limits, owner_of(blueprint, found.channel))


def _owned(ctx: MomentOfTruthRanked, blueprint: Blueprint) -> MomentOfTruthRanked:
    return replace(ctx, owner=owner_of(blueprint, ctx.place))


def measured(key: Key, cell: Aggregate, blueprint: Blueprint) -> PlaceMeasured:
    """One place in one week, for customers in one stage."""
    _, week, channel, stage, place = key
    volume = cell.counts.get("volume", 0)
    return PlaceMeasured(
        id=named(*key), week=monday_of(int(week)), channel=channel, stage=stage, place=place, owner=owner_of(blueprint, place),
        volume=volume, customers=cell.counts.get("customers", 0),
        frictions={name: share(count, volume) for name, count in frictions(cell).items()},
        shares=shares(cell), means=means(cell), dwell=times_of(cell.histograms.get("dwell")),
    )  # fmt: skip


def raised(found: surge.Surge, limits: Mapping[str, float], owner: str = "") -> SurgeRaised:
    """A surge as it is published: one a day of each detector and channel, its figures as of the latest hour."""
    span, beyond = found.span, found.beyond
    rate = span.openings / span.exposures if span.exposures else 0.0
    words = (
        f"{found.of} on {found.channel or 'no channel'}: {span.openings} of {span.exposures} ({rate:.1%}) where {beyond.expected:.0f} "
        f"({beyond.usual:.1%}) are usual"
    )
    return SurgeRaised(
        id=named("surge", found.of, found.channel, str(found.day)), of=found.of, channel=found.channel, day=date_of(found.day),
        since=rfc3339(found.since * HOUR), until=rfc3339(found.until * HOUR), openings=span.openings, exposures=span.exposures,
        expected=beyond.expected, beyond=min(beyond.deviations, 1e6), rate=rate, usual=beyond.usual, weeks=found.weeks,
        severity=surge.DECLARED.severity, owner=owner, limits=dict(limits), words=words,
    )  # fmt: skip
