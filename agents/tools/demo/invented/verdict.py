"""What was found, beside what was planted: incidents and alarms, traps and false alarms, single frictions by detector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from agents.tools.demo.invented.lifted import Lifted, lifted
from agents.tools.demo.invented.listening import alarms
from agents.tools.demo.invented.run import Ran
from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.tables import spell
from agents.world.scoring.alarms import Alarm
from agents.world.scoring.matching import FalseAlarm, Finding, Quality, findings, qualities, told_by
from schemas.writing import rfc3339

COLUMNS = ("planted", "found", "after")  # on a screen
WHOLE = ("planted", "what customers saw", "found", "after")
FALSE = ("alarm", "known since", "what it says", "trap at that time")


@dataclass(frozen=True)
class Verdict:
    """The comparison of one run with the truth."""

    found: list[Finding]
    false: list[FalseAlarm]
    traps: list[str]
    qualities: list[Quality]
    lift: Lifted

    @property
    def delays(self) -> list[float]:
        """Hours from the first customer who felt it to the alarm, of each incident that was found."""
        return sorted(each.after for each in self.found if each.after is not None)

    @property
    def to_find(self) -> list[Finding]:
        """The incidents that an alarm should name."""
        return [each for each in self.found if not each.calls_for_silence]

    @property
    def silent(self) -> list[str]:
        """The traps at whose time no alarm was false."""
        told = {each.trap for each in self.false}
        return [each for each in self.traps if each not in told]

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield a row for each incident, in the order of time: its name, the alarm that names it, and after how long."""
        for each in self.found:
            if each.alarm is not None:
                yield plain(each.name), named(each.alarm), spell(3_600 * (each.after or 0))
            elif each.calls_for_silence:
                yield plain(each.name), "no friction, rightly" if each.found else f"wrongly {named(each.wrong[0])}", "-"
            else:
                yield plain(each.name), "not found", "-"

    def whole_rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield the same rows, with what customers saw."""
        for each, (name, found, after) in zip(self.found, self.rows(), strict=True):
            yield name, each.seen, found, after

    def false_rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield a row for each false alarm, in the order of time."""
        for alarm, trap in self.false:
            yield named(alarm), rfc3339(alarm.since)[:16].replace("T", " "), alarm.words, plain(trap) or "-"

    def sentences(self, where: str = "in the report") -> Iterator[str]:
        """Yield the sums, each fit for a line of 80 columns: incidents, false alarms (named `where`), single frictions, lift."""
        often = f", half of them within {spell(3_600 * median(self.delays))}" if self.delays else ""
        yield f"{len(self.delays)} of {len(self.to_find)} incidents were found{often}"
        told = f", named {where}" if self.false else ""
        yield f"false alarms: {len(self.false)}{told}; traps without one: {len(self.silent)} of {len(self.traps)}"
        known = [each for each in self.qualities if each.precision is not None]
        planted, recalled = sum(each.planted for each in self.qualities), sum(each.recalled for each in self.qualities)
        raised, right = sum(each.raised for each in known), sum(each.right for each in known)
        if planted and raised:
            yield (
                f"single frictions: recall {recalled / planted:.0%} of {planted:,} planted, "
                f"precision {right / raised:.0%} of {raised:,} raised"
            )
        yield self.lift.words()

    def document(self) -> dict[str, Any]:
        """Return the comparison for programs, in types that JSON has."""
        return {
            "incidents": [
                {
                    "name": each.name, "found": None if each.alarm is None else each.alarm.name, "hours": each.after, "right": each.found,
                    "should_be": each.expects,
                }
                for each in self.found
            ],
            "false_alarms": [{"alarm": each.alarm.name, "channel": each.alarm.channel, "trap": each.trap} for each in self.false],
            "traps": self.traps, "silent_traps": self.silent, "lift": self.lift.document(),
            "detectors": [
                {**each._asdict(), "precision": each.precision, "recall": each.recall} for each in self.qualities
            ],
        }  # fmt: skip


def verdict(ran: Ran) -> Verdict:
    """Return the comparison of what was published with the truth."""
    raised = alarms(ran.insights)
    found, false = findings(ran.truths, raised)
    traps = [each["name"] for each in ran.truths if each["truth"] == "trap"]
    singles = qualities(ran.truths, ran.claims, ran.retracted, ran.until, told_by(raised))
    return Verdict(found, false, traps, singles, lifted(ran))


def named(alarm: Alarm) -> str:
    """Return an alarm in words.

    >>> named(Alarm("payment>order", "web", "", 0, 0, 0, ""))
    'payment without order, web'
    """
    return ", ".join(each for each in (plain(alarm.name).replace(">", " without "), alarm.place, alarm.channel) if each)
