"""Detectors with one guard or limit taken out of their source: a story must notice, in `test_detectors.py` or in their own docs."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any, NamedTuple

from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.replay import signals_of
from streams.rules import Rules
from tests.streams.detectors.test_declaring import ROWS

STREAMS = Path(__file__).resolve().parents[3] / "streams"
ROOMS = ("friction", "churn")
IMPORT = "from streams.replay import signals_of\n"


class Mutant(NamedTuple):
    """What is taken out of a detector's file, and what is put in its place."""

    detector: str
    old: str
    new: str = ""

    def made(self) -> Detector:
        """The detector so changed; an `old` that does not stand in the file exactly once is a mistake of this table."""
        file = next(STREAMS / room / f"{self.detector}.py" for room in ROOMS if (STREAMS / room / f"{self.detector}.py").exists())
        source = file.read_text()
        if source.count(self.old) != 1:
            raise ValueError(f"{self.detector}: {self.old!r} stands {source.count(self.old)} times in its file")
        room: dict[str, Any] = {"__name__": f"streams.{file.parent.name}.{self.detector}"}
        exec(compile(source.replace(self.old, self.new), self.detector, "exec", dont_inherit=True), room)
        made: Detector = room[self.detector].detector
        return made

    def noticed_by(self) -> list[str]:
        """The stories in which it speaks where it ought not to, or is silent where it ought to speak."""
        made = self.made()
        rules = with_followed(made)
        rows = [row for row in ROWS if row.detector == self.detector]
        noticed = [row.why for row in rows if (self.detector in signals_of(row.story, row.until, rules, row.norms)) != row.fires]
        return noticed + [
            story for story, said, wanted in examples(made, rules) if (self.detector in said) != (f"'{self.detector}'" in wanted)
        ]


def with_followed(detector: Detector) -> Rules:
    """Rules of this detector, and of the frictions that it follows."""
    return Rules(detectors=(detector, *(other for other in registry() if other.name in detector.frictions)))


def examples(detector: Detector, rules: Rules) -> list[tuple[str, list[str], str]]:
    """Return per story of a detector's docs: its source, the signals under these rules, and what the docs say they are.

    The docs import `signals_of` with one line, which is left out: the function that takes these rules stands in its place.
    """

    def under_these_rules(text: str, until: str | None = None, norms: Any = None) -> list[str]:
        return signals_of(text, until, rules, norms)

    room: dict[str, Any] = {"signals_of": under_these_rules}
    told = []
    parsed = doctest.DocTestParser().get_examples(detector.doc)
    if not any(example.source == IMPORT for example in parsed):
        raise ValueError(f"{detector.name}: its docs do not import with {IMPORT!r}, so its stories would not be told to the mutant")
    for example in parsed:
        if example.want:
            told.append((example.source, eval(example.source, room), example.want))
        elif example.source != IMPORT:
            exec(example.source, room)
    return told
