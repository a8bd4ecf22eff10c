"""What a row is found to be. There is no fourth way: nothing is dropped."""

from __future__ import annotations

from typing import NamedTuple

from schemas.reading import Reason
from schemas.touchpoints import Touchpoint


class Understood(NamedTuple):
    """A row that is a touchpoint; `ahead`: its time lies ahead of now, and the front door will set it back."""

    touchpoint: Touchpoint
    ahead: bool


class LeftOut(NamedTuple):
    """A row that the mapping declares to be no touchpoint, and why."""

    why: str


class Refused(NamedTuple):
    """A row that was not understood: one of the front door's reasons, and words that may show what stood there."""

    reason: Reason
    words: str


Outcome = Understood | LeftOut | Refused
