"""Lays what the product said beside what was planted: incidents beside alarms, frictions beside frictions."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from agents.world.company import DAY, HOUR
from agents.world.scoring.alarms import Alarm
from agents.world.scoring.playing import Claim

EARLY, LATER = HOUR // 2, 2 * HOUR  # how far a claim may be from the planted moment
LINGERS = 2 * DAY  # consequences that last: contacts about it, parcels that still come


class Finding(NamedTuple):
    """One incident, and the first alarm that names it."""

    name: str
    seen: str
    begins: int  # ms UTC: the first moment at which a customer felt it
    ends: int
    expects: tuple[str, ...]
    alarm: Alarm | None  # the earliest that names it; None: there was none
    others: tuple[Alarm, ...]  # alarms that are its consequences, or name it again
    wrong: tuple[Alarm, ...]  # alarms that it should not have raised
    calls_for_silence: bool  # the right answer to it is no alarm

    @property
    def found(self) -> bool:
        """Whether the product did what is right: it named the incident, or was not deceived by it."""
        return not self.wrong if self.calls_for_silence else self.alarm is not None

    @property
    def after(self) -> float | None:
        """Hours from the first customer who felt it to the alarm; None: there was none."""
        return None if self.alarm is None else (self.alarm.since - self.begins) / HOUR


class FalseAlarm(NamedTuple):
    """An alarm that no incident explains, and the trap that took place at that time, if there was one."""

    alarm: Alarm
    trap: str


def _is(alarm: Alarm, names: Iterable[str]) -> bool:
    """Return whether one of these names is the alarm's. `name@` stands for every channel, `name@channel` for every place."""
    anywhere, channel = f"{alarm.name}@", f"{alarm.name}@{alarm.channel}"
    return any(one in (anywhere, channel, f"{channel} {alarm.place}") for one in names)


def findings(truths: Sequence[dict[str, Any]], alarms: Sequence[Alarm]) -> tuple[list[Finding], list[FalseAlarm]]:
    """Return each incident with what found it, and the alarms that none explains."""
    felt = _felt(truths)
    found, explained = list[Finding](), set[Alarm]()
    for row in (truth for truth in truths if truth["truth"] == "incident"):
        begins, ends = felt.get(row["name"], (row["from"], row["to"]))
        begins, ends = max(begins, row["from"]), max(ends, row["to"])
        near = [one for one in alarms if one.until > begins and one.begins < ends + LINGERS and one.since >= begins]
        naming = [one for one in near if _is(one, row["found_by"])]
        others = [one for one in near if _is(one, row["follows"])]
        explained.update(naming, others)
        first = min(naming, key=lambda one: one.since, default=None)
        rest = tuple(one for one in (*naming, *others) if one is not first)
        wrong = tuple(one for one in near if _is(one, row["silent"]))
        found.append(Finding(row["name"], row["seen"], begins, ends, tuple(row["found_by"]), first, rest, wrong, bool(row["silent"])))
    return found, [FalseAlarm(one, _trap(truths, one)) for one in alarms if one not in explained]


def _felt(truths: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return the first and the last planted friction of each incident, ms UTC."""
    felt: dict[str, tuple[int, int]] = {}
    for truth in truths:
        if truth["truth"] == "friction" and truth["by"]:
            first, last = felt.get(truth["by"], (truth["at"], truth["at"]))
            felt[truth["by"]] = min(first, truth["at"]), max(last, truth["at"])
    return felt


def _trap(truths: Sequence[dict[str, Any]], alarm: Alarm) -> str:
    on = [one for one in truths if one["truth"] == "trap" and one["from"] < alarm.until and alarm.begins < one["to"] + DAY]
    return min(on, key=lambda one: int(one["to"] - one["from"]))["name"] if on else ""


class Quality(NamedTuple):
    """How well one detector found what was planted."""

    detector: str
    planted: int
    recalled: int  # of the planted ones
    raised: int  # frictions that were opened and not taken back
    right: int  # of these, planted ones

    @property
    def recall(self) -> float | None:
        """Share of the planted frictions that were found; None: none was planted."""
        return self.recalled / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of the raised frictions that were planted; None: none was raised, or the world plants none and knows none."""
        return self.right / self.raised if self.raised and self.planted else None


Told = Callable[[str, str, int], bool]  # channel, place, ms UTC -> the journeys know that the step is blocked
Times = dict[tuple[str, str], list[int]]  # detector, person -> moments, sorted


def qualities(truths: Sequence[dict[str, Any]], claims: Sequence[Claim], retracted: set[str], until: int, was_told: Told) -> list[Quality]:
    """Return the quality of each detector. Frictions planted after `until` (ms UTC) do not count: their time had not come.

    Nor does `stopped_here` where the journeys were not told that the step is blocked: `was_told(channel, place, at)` says so.
    """
    truths = [one for one in truths if one.get("detector") != "stopped_here" or was_told(one["channel"], one["place"], one["at"])]
    people = _people(truths)
    planted, opened, said = _times(), _times(), _times()
    for truth in truths:
        if truth["truth"] == "friction" and truth["at"] <= until:
            planted[truth["detector"], people.get(truth["customer"], truth["customer"])].append(truth["at"])
    for claim in claims:
        if claim.signal not in retracted:
            key = claim.detector, people.get(claim.customer, claim.customer)
            said[key].append(claim.at)
            if not claim.repeated:
                opened[key].append(claim.at)
    for times in (planted, opened, said):
        for moments in times.values():
            moments.sort()
    names = sorted({name for name, _ in (*planted, *opened)})
    return [_quality(name, planted, opened, said) for name in names]


def told_by(alarms: Sequence[Alarm]) -> Told:
    """Return a function that says whether a step was blocked by these alarms: from the moment of one to a day after its last hour."""
    spans = [(one.channel, one.place, one.since, one.until + DAY) for one in alarms if one.name == "step_blocked"]
    return lambda channel, place, at: any(each[:2] == (channel, place) and each[2] <= at <= each[3] for each in spans)


def _times() -> defaultdict[tuple[str, str], list[int]]:
    return defaultdict(list)


def _people(truths: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return whose each id is."""
    return {one: truth["customer"] for truth in truths if truth["truth"] == "customer" for one in (truth["customer"], *truth["ids"])}


def _quality(name: str, planted: Times, opened: Times, said: Times) -> Quality:
    right = recalled = raised = count = 0
    for (detector, person), moments in planted.items():
        if detector == name:
            count += len(moments)
            recalled += sum(_near(said.get((name, person), []), at - EARLY, at + LATER) for at in moments)
    for (detector, person), moments in opened.items():
        if detector == name:
            raised += len(moments)
            right += sum(_near(planted.get((name, person), []), at - LATER, at + EARLY) for at in moments)
    return Quality(name, count, recalled, raised, right)


def _near(moments: Sequence[int], least: int, most: int) -> bool:
    place = bisect_left(moments, least)
    return place < len(moments) and moments[place] <= most
