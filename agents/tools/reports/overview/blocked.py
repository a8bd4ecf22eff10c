"""Blocked steps in the overview: each once, from its first day to the newest, as a card and as a row."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from agents.tools.reports.overview.table import Table
from agents.tools.reports.overview.telling import Card
from schemas.outputs.alarms import StepBlocked

WHO = {"known": "known customers", "new": "new customers"}


def blocked_once(alarms: Iterable[StepBlocked], week: str = "") -> list[StepBlocked]:
    """Return the newest record of each blocked step. Those that still stand come first, then the latest.

    There is a record a day as long as a step is blocked. So one whose newest record is older than the newest week (`week`: its Monday)
    is over, even if that record was made before its day was over, and says that the step stands.
    """
    newest: dict[tuple[str, str, str], StepBlocked] = {}
    for alarm in sorted(alarms, key=lambda each: (each.day, each.id)):
        newest[alarm.channel, alarm.place, alarm.first] = alarm if alarm.day >= week else replace(alarm, stands=False)
    latest = sorted(newest.values(), key=lambda each: (each.day, each.expected - each.got_on), reverse=True)
    return sorted(latest, key=lambda each: not each.stands)


def blocked_card(alarm: StepBlocked) -> Card:
    """Return a blocked step as a card.

    >>> alarm = StepBlocked(id="1", channel="web", place="/pay", day="2026-03-04", first="2026-03-02", since="", until="", stands=True,
    ...     came=100, got_on=30, expected=90.0, beyond=9.0, share=0.3, usual=0.9, weeks=8, asked=9, usually_asked=2.0, severity=5,
    ...     limits={}, words="")
    >>> blocked_card(alarm).told, dict(blocked_card(alarm).facts)["Contacts after it"]
    ('30 of 100 customers got on (30%), where 90% usually do.', '9, where 2 are usual')
    """
    facts = (
        ("Since", f"{alarm.first}{'' if alarm.stands else f'; last on {alarm.day}'}"),
        ("Now", "still blocked" if alarm.stands else "customers get on again"),
        ("Contacts after it", f"{alarm.asked:,}, where {alarm.usually_asked:.0f} are usual" if alarm.asked > alarm.usually_asked else ""),
        ("Owner", alarm.owner or "nobody"),
        ("How sure", f"{alarm.beyond:.1f} standard deviations from what is usual on this weekday, in {alarm.weeks} earlier weeks"),
    )
    title = f"Blocked step at {alarm.place}, {alarm.channel or 'no channel'}"
    return Card(title, _told(alarm), tuple(fact for fact in facts if fact[1]), ())


def _told(alarm: StepBlocked) -> str:
    who = WHO.get(alarm.segment, "customers")
    return f"{alarm.got_on:,} of {alarm.came:,} {who} got on ({alarm.share:.0%}), where {alarm.usual:.0%} usually do."


def blocked_table(alarms: Iterable[StepBlocked], most: int) -> Table:
    """Return the table of blocked steps."""
    columns = ("place", "channel", "since", "newest day", "now", "what", "contacts", "owner")
    rows = [
        (
            each.place, each.channel, each.first, each.day, "blocked" if each.stands else "over", _told(each),
            f"{each.asked:,} ({each.usually_asked:.0f} usual)", each.owner or "-",
        )
        for each in list(alarms)[:most]
    ]  # fmt: skip
    return Table("Blocked steps", columns, rows, "customers get on from every place as usual")
