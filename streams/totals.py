"""The totals of all partitions: metrics, missed targets, moments of truth, paths, surges, purchases, tiers, and cohorts by motive.

It is pure: the same aggregates give the same insights under the same ids, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from schemas.outputs.insights import Insight, MomentOfTruthRanked, PlaceMeasured
from streams.customer.value import tiers
from streams.customer.value.cohorts import describe_cohort
from streams.customer.value.purchases import describe_purchases
from streams.customer.value.thresholds import describe_tiers
from streams.insights import channels, crowded, moments_of_truth, paths, unpriced
from streams.insights.alarms import alarms
from streams.insights.harm.names import ANY, ANYWHERE, CAME, MET
from streams.insights.intervals import times_of
from streams.insights.measures import frictions_counted, means, shares, steps, weeks_told
from streams.insights.naming import insight_id, monday_of
from streams.insights.targets import missed_targets, owner_of
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate, Key, decode_aggregate, decode_key


class Sums:
    """The newest aggregates of each partition, added up. `changed` holds the keys whose totals may have changed since `take_changed`."""

    def __init__(self) -> None:
        self._parts: dict[Key, dict[int, Aggregate]] = {}
        self.totals: dict[Key, Aggregate] = {}
        self.changed: set[Key] = set()

    def add_row(self, partition: int, key: bytes, value: bytes | None) -> None:
        """Take the newest row of a partition as it is stored; None if it was deleted.

        Raises msgspec.DecodeError for a row that cannot be read, and then takes nothing.
        """
        name, row = decode_key(key), None if value is None else decode_aggregate(value)
        parts = self._parts.setdefault(name, {})
        if row is None:
            parts.pop(partition, None)
        else:
            parts[partition] = row
        self.changed.add(name)

    def take_changed(self) -> set[Key]:
        """Bring the totals up to date. Return the keys that are new, changed or gone."""
        changed, self.changed = self.changed, set()
        for key in changed:
            if parts := self._parts[key]:
                self.totals[key] = _sum_parts(parts)
            else:
                self.totals.pop(key, None)
                del self._parts[key]
        return changed


def _sum_parts(parts: Mapping[int, Aggregate]) -> Aggregate:
    """Return the sum, in the order of the partitions: the last digits of floating sums depend on the order."""
    total = Aggregate()
    for number in sorted(parts):
        total.merge(parts[number])
    return total


def sum_rows(rows: Iterable[tuple[int, bytes, bytes | None]]) -> dict[Key, Aggregate]:
    """Return the totals of (partition, key, value) rows as stored, in the order of the log."""
    sums = Sums()
    for row in rows:
        sums.add_row(*row)
    sums.take_changed()
    return sums.totals


def all_insights(totals: Mapping[Key, Aggregate], blueprint: Blueprint | None = None) -> Iterator[Insight]:
    """Return every insight of these totals: metrics, paths, missed targets, moments of truth, purchases, tiers, surges of every day.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> replay = Replay().run(story("0 web page_viewed /shop page=/shop"))
    >>> [(one.place, one.volume, one.customers) for one in all_insights(replay.partition.aggregates.rows) if isinstance(one, PlaceMeasured)]
    [('/shop', 1, 1)]
    """
    blueprint = blueprint or Blueprint()
    yield from row_insights(totals, blueprint)
    yield from overall_insights(totals, blueprint)


def row_insights(totals: Mapping[Key, Aggregate], blueprint: Blueprint) -> Iterator[Insight]:
    """Return the insights of single rows: metrics of places, paths, cohorts by motive, purchases, unpriced ones, crowded names."""
    for key, aggregate in totals.items():
        if key[0] == "place":
            yield measure_place(key, aggregate, blueprint)
        elif key[0] == "motive":
            yield describe_cohort(key, aggregate)
        elif key[0] == tiers.KEY[0]:
            yield describe_purchases(key, aggregate)
        elif key[0] == unpriced.SORT:
            yield unpriced.describe_unpriced(key, aggregate)
        elif key[0] == crowded.SORT:
            yield crowded.describe_crowded(key, aggregate)
    yield from paths.paths_taken(totals)


def overall_insights(
    totals: Mapping[Key, Aggregate], blueprint: Blueprint, weeks: Collection[int] | None = None, newest_days: int = 0
) -> Iterator[Insight]:
    """Return the insights that need all rows together, of these weeks and the newest `newest_days` days, or of all."""
    yield from missed_targets(totals, blueprint, weeks)
    yield from channels.measure_channels(totals, weeks)
    yield from (_with_owner(ctx, blueprint) for ctx in moments_of_truth.rank_places(totals))
    yield from describe_tiers(totals)
    yield from alarms(totals, blueprint, newest_days)


def _with_owner(ctx: MomentOfTruthRanked, blueprint: Blueprint) -> MomentOfTruthRanked:
    return replace(ctx, owner=owner_of(blueprint, ctx.place))


def measure_place(key: Key, aggregate: Aggregate, blueprint: Blueprint) -> PlaceMeasured:
    """Return the metrics of one place in one week, for customers in one stage."""
    _, week, channel, stage, place = key
    return PlaceMeasured(
        id=insight_id(*key), week=monday_of(int(week)), channel=channel, stage=stage, place=place, owner=owner_of(blueprint, place),
        volume=aggregate.counts.get("volume", 0), customers=aggregate.counts.get("customers", 0),
        visits=aggregate.counts.get("visits", 0), came=weeks_told(aggregate.counts, CAME),
        hurt=weeks_told(aggregate.counts, f"{MET}{ANY}:"), first_hurt=weeks_told(aggregate.counts, f"{MET}{ANYWHERE}:"),
        frictions=frictions_counted(aggregate), steps=steps(aggregate), shares=shares(aggregate),
        means=means(aggregate), dwell=times_of(aggregate.histograms.get("dwell")),
    )  # fmt: skip
