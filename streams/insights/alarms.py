"""The alarms of some totals, as they are published: surges, rises over weeks, and blocked steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.durations import HOUR
from schemas.outputs.alarms import StepBlocked, SurgeRaised
from schemas.writing import rfc3339
from streams.detectors import Detector, Limits
from streams.insights.blocked import days, judging
from streams.insights.blocked.looks import Blocked
from streams.insights.naming import date_of, insight_id
from streams.insights.surges import rise, surge
from streams.insights.targets import owner_of
from streams.rules.blueprint import Blueprint
from streams.state.aggregates import Aggregate, Key

OVER_ALL_CUSTOMERS = (surge.DECLARED, judging.DECLARED)  # detectors of no single journey, so the registry does not find them

MANY_ASK = 5  # contacts that are told beside a blocked step [ours]


def alarms(totals: Mapping[Key, Aggregate], blueprint: Blueprint, newest_days: int = 0) -> Iterator[SurgeRaised | StepBlocked]:
    """Yield every alarm of the newest `newest_days` days, or of all days (0). A blueprint may silence each sort, and sets the limits."""
    if surge.DECLARED.name not in blueprint.silent:
        limits = limits_of(surge.DECLARED, blueprint)
        for found in (*surge.surges(totals, limits, newest_days), *rise.rises(totals, limits, newest_days)):
            yield describe_surge(found, limits, owner_of(blueprint, found.channel))
    if judging.DECLARED.name not in blueprint.silent:
        limits = limits_of(judging.DECLARED, blueprint)
        for blocked in days.blocked_steps(totals, limits, newest_days):
            yield describe_blocked(blocked, limits, owner_of(blueprint, blocked.step.place))


def limits_of(detector: Detector, blueprint: Blueprint) -> Limits:
    """Return the limits of a detector over all customers: its own, or those of the blueprint."""
    return {**detector.limits, **blueprint.limits.get(detector.name, {})}


def describe_surge(found: surge.Surge, limits: Limits, owner: str = "") -> SurgeRaised:
    """Return a surge as it is published: one per day, detector and channel, with the figures of its latest hour.

    Of a rise over weeks, they are those of its latest week.
    """
    span, beyond = found.span, found.beyond
    rate = span.openings / span.exposures if span.exposures else 0.0
    words = (
        f"{found.of} on {found.channel or 'no channel'}: {span.openings} of {span.exposures} ({rate:.1%}) where {beyond.expected:.0f} "
        f"({beyond.usual:.1%}) are usual"
    )
    if found.scale == "week":
        words = f"{words} in a week; it has been so since {date_of(found.day)}"
    return SurgeRaised(
        id=insight_id("surge" if found.scale == "day" else "rise", found.of, found.channel, str(found.day)), scale=found.scale,
        of=found.of, channel=found.channel, day=date_of(found.day),
        since=rfc3339(found.since * HOUR), until=rfc3339(found.until * HOUR), openings=span.openings, exposures=span.exposures,
        expected=beyond.expected, beyond=min(beyond.deviations, 1e6), rate=rate, usual=beyond.usual, weeks=found.weeks,
        severity=surge.DECLARED.severity, owner=owner, limits=dict(limits), words=words,
    )  # fmt: skip


def describe_blocked(found: Blocked, limits: Limits, owner: str = "") -> StepBlocked:
    """Return a blocked step as it is published: one per day and place."""
    look, step = found.look, found.step
    share, usual = look.got_on / look.came, look.expected / look.came
    who = {"known": "known customers", "new": "new customers"}.get(look.segment, "customers")
    words = (
        f"{step.place} on {step.channel or 'no channel'}: {look.got_on} of {look.came} {who} got on ({share:.0%}), where "
        f"{usual:.0%} usually do; blocked since {date_of(found.first)}"
    )
    if look.asked >= MANY_ASK and look.asked > 2 * look.usually_asked:
        words = f"{words}; {look.asked} contacts, where {look.usually_asked:.0f} are usual"
    return StepBlocked(
        id=insight_id("blocked", step.channel, step.place, str(found.day)), channel=step.channel, place=step.place, segment=look.segment,
        day=date_of(found.day), first=date_of(found.first), since=rfc3339(found.since * HOUR), until=rfc3339(found.until * HOUR),
        stands=found.stands, came=look.came, got_on=look.got_on, expected=look.expected, beyond=min(look.beyond, 1e6), share=share,
        usual=usual, weeks=look.weeks, asked=look.asked, usually_asked=look.usually_asked, severity=judging.DECLARED.severity,
        owner=owner, limits=dict(limits), words=words,
    )  # fmt: skip
