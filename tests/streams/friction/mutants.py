"""Detectors with one guard or limit taken out of their source: the stories of `test_detectors.py` must notice each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from streams.detectors import Detector
from streams.replay import heard
from streams.rules import Rules
from tests.streams.test_detectors import ROWS, Row

FRICTION = Path(__file__).resolve().parents[3] / "streams/friction"


class Mutant(NamedTuple):
    """What is taken out of a detector's file, and what is put in its place."""

    detector: str
    old: str
    new: str = ""

    def made(self) -> Detector:
        """The detector so changed; an `old` that does not stand in the file exactly once is a mistake of this table."""
        source = (FRICTION / f"{self.detector}.py").read_text()
        if source.count(self.old) != 1:
            raise ValueError(f"{self.detector}: {self.old!r} stands {source.count(self.old)} times in its file")
        room: dict[str, Any] = {"__name__": f"streams.friction.{self.detector}"}
        exec(compile(source.replace(self.old, self.new), self.detector, "exec", dont_inherit=True), room)
        made: Detector = room[self.detector].detector
        return made

    def noticed_by(self) -> list[Row]:
        """The stories in which it speaks where it ought not to, or is silent where it ought to speak."""
        rules = Rules(detectors=(self.made(),))
        told = [row for row in ROWS if row.detector == self.detector]
        return [row for row in told if (self.detector in heard(row.story, row.until, rules, row.norms)) != row.fires]
