"""Alarms: insights that ask somebody to act at once."""

from __future__ import annotations

from typing import Literal

from schemas.outputs.insight import Insight


class SurgeRaised(Insight, frozen=True, kw_only=True):
    """F43: the frictions of one detector on one channel are far more frequent than usual at this time of the week."""

    detector: str = "friction_surge"  # the detector that raises it
    of: str  # the detector whose frictions surge; `payment>order`: payments without an order
    channel: str  # where it happened
    scale: Literal["day", "week"] = "day"  # `week`: more each week than in the weeks before; the figures are of its newest week
    day: str  # date, UTC; of a rise over weeks, the first day
    since: str  # RFC 3339: end of the hour in which the frictions first exceeded the limits; of a rise, the beginning of its first week
    openings: int  # frictions opened on the day, up to `until`
    until: str  # RFC 3339
    exposures: int  # touchpoints of the activities in which it can happen
    expected: float  # openings that are usual
    beyond: float  # standard deviations above the expected number
    rate: float  # openings per exposure
    usual: float  # openings per exposure in the earlier weeks
    weeks: int  # how many earlier weeks it was compared with
    severity: int  # 1 (a nuisance) to 5 (the relationship is at stake)
    owner: str = ""  # role that answers for the place; empty: none
    limits: dict[str, float]  # name -> limit that it was judged by
    words: str  # one sentence for a person


class StepBlocked(Insight, frozen=True, kw_only=True):
    """F45: customers come to a place as always, and suddenly far fewer of them get on. One record a day, as long as it lasts."""

    detector: str = "step_blocked"  # the detector that raises it
    channel: str  # where it happened
    place: str  # where in the channel
    segment: Literal["", "known", "new"] = ""  # `known`: only customers who have been here before; `new`: only others; empty: everybody
    day: str  # date, UTC
    first: str  # date, UTC, of the first day of this blocked step
    since: str  # RFC 3339: end of the second hour of the day below the limits; where days were added up, the beginning of the first
    until: str  # RFC 3339: the figures are up to then
    stands: bool  # it has not recovered yet
    came: int  # customers who came to the place
    got_on: int  # of these, who came to another place within an hour, or bought
    expected: float  # of as many, who usually get on
    beyond: float  # standard deviations below the expected number
    share: float  # got_on / came
    usual: float  # the same in the earlier weeks
    weeks: int  # how many earlier weeks it was compared with
    asked: int  # contacts within a day of coming to the place
    usually_asked: float  # of as many customers in the earlier weeks
    severity: int  # 1 (a nuisance) to 5 (the relationship is at stake)
    owner: str = ""  # role that answers for the place; empty: none
    limits: dict[str, float]  # name -> limit that it was judged by
    words: str  # one sentence for a person
