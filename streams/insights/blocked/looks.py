"""The terms of a look at a step: over which time, what it showed, and the blocked step that it tells."""

from __future__ import annotations

from typing import Literal, NamedTuple

from streams.insights.blocked.steps import Step

Segment = Literal["", "known", "new"]
SEGMENTS: tuple[Segment, ...] = ("new", "known")


class Window(NamedTuple):
    """The last `days` days up to the end of an hour (1 to 24) of the last one."""

    day: int
    hour: int
    days: int


class Look(NamedTuple):
    """A day so far, compared with what is usual. `segment` is empty if the fall is not of one segment alone."""

    segment: Segment
    came: int
    got_on: int
    expected: float  # who usually get on, of as many
    beyond: float  # standard deviations below the expected number
    weeks: int  # that it was compared with
    asked: int  # contacts after coming here
    usually_asked: float  # of as many customers


class Blocked(NamedTuple):
    """A step that was blocked on one day. Its figures are of `until`, the last hour below the limits."""

    step: Step
    day: int
    first: int  # the day on which it began, if it did not recover since
    since: int  # end of the second hour (since 1970-01-01) below the limits; of several days, the beginning of the first one
    until: int
    look: Look
    stands: bool = False  # it has not recovered yet
