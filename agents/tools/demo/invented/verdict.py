"""What was found, beside what was planted: incidents and alarms, traps and false alarms, single frictions by detector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from agents.tools.demo.invented.listening import alarms
from agents.tools.demo.invented.run import Ran
from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.tables import spell
from agents.world.scoring.alarms import Alarm
from agents.world.scoring.matching import FalseAlarm, Finding, Quality, findings, qualities, told_by

COLUMNS = ("planted", "found", "after")


@dataclass(frozen=True)
class Verdict:
    """The comparison of one run with the truth."""

    found: list[Finding]
    false: list[FalseAlarm]
    traps: list[str]
    qualities: list[Quality]

    @property
    def delays(self) -> list[float]:
        """Hours from the first customer who felt it to the alarm, of each incident that was found."""
        return sorted(each.after for each in self.found if each.after is not None)

    @property
    def to_find(self) -> list[Finding]:
        """The incidents that an alarm should name."""
        return [each for each in self.found if not each.calls_for_silence]

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield a row for each incident, in the order of time: what customers saw, the alarm that names it, and after how long."""
        for each in self.found:
            if each.alarm is not None:
                yield each.seen, named(each.alarm), spell(3_600 * (each.after or 0))
            elif each.calls_for_silence:
                yield each.seen, "no friction, rightly" if each.found else f"wrongly {named(each.wrong[0])}", "-"
            else:
                yield each.seen, "not found", "-"

    def sentences(self) -> Iterator[str]:
        """Yield the sums: incidents, traps with their false alarms, and single frictions."""
        often = f", half of them within {spell(3_600 * median(self.delays))}" if self.delays else ""
        yield f"{len(self.delays)} of {len(self.to_find)} incidents were found{often}"
        told = {each.trap for each in self.false}
        silent = ", ".join(plain(each) for each in self.traps if each not in told)
        yield f"traps without an alarm: {silent or 'none'}"
        if self.false:
            yield f"alarms that nothing planted explains: {'; '.join(dict.fromkeys(_false(each) for each in self.false))}"
        planted, recalled = sum(each.planted for each in self.qualities), sum(each.recalled for each in self.qualities)
        raised, right = sum(each.raised for each in self.qualities), sum(each.right for each in self.qualities)
        if planted and raised:
            yield (
                f"single frictions: {recalled:,} of {planted:,} planted were found ({recalled / planted:.0%}); "
                f"{right:,} of {raised:,} that were raised were planted ({right / raised:.0%})"
            )

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
            "traps": self.traps,
            "detectors": [
                {**each._asdict(), "precision": each.precision, "recall": each.recall} for each in self.qualities
            ],
        }  # fmt: skip


def verdict(ran: Ran) -> Verdict:
    """Return the comparison of what was published with the truth."""
    raised = alarms(ran.insights)
    found, false = findings(ran.truths, raised)
    traps = [each["name"] for each in ran.truths if each["truth"] == "trap"]
    return Verdict(found, false, traps, qualities(ran.truths, ran.claims, ran.retracted, ran.until, told_by(raised)))


def named(alarm: Alarm) -> str:
    """Return an alarm in words.

    >>> named(Alarm("payment>order", "web", "", 0, 0, 0, ""))
    'payment without order, web'
    """
    return ", ".join(each for each in (plain(alarm.name).replace(">", " without "), alarm.place, alarm.channel) if each)


def _false(each: FalseAlarm) -> str:
    return named(each.alarm)
