"""The closed sets of words that records use: stages, phases, loyalty levels (rungs), risk bands and motives.

Code that needs one of these sets imports it from here. So each set is written once.
"""

from __future__ import annotations

from typing import Literal

STAGES = (
    "unaware", "exploring", "considering", "buying", "awaiting", "using", "seeking_help", "renewing", "advocating", "lapsed", "won_back",
)  # fmt: skip
START = "unaware"  # the stage in which every journey begins
AWAY = ("lapsed", "won_back")  # a move out of one of these stages is a return, so it counts as forward
PHASES = ("acquisition", "relationship", "retention")
RUNGS = ("prospect", "first_time", "repeat", "loyal", "advocate", "lapsed", "won_back")
CUSTOMERS = ("first_time", "repeat", "loyal", "advocate", "won_back")  # the levels of customers who have bought
Band = Literal["calm", "watch", "high", "critical"]
BANDS: tuple[Band, ...] = ("calm", "watch", "high", "critical")  # of the risk, lowest first
MOTIVES = ("bargain", "impulse", "convenience", "quality_seeker", "helper")


def is_forward(left: str, to: str) -> bool:
    """Return whether a move from stage `left` to stage `to` counts as forward.

    >>> is_forward("exploring", "buying"), is_forward("using", "lapsed"), is_forward("lapsed", "exploring")
    (True, False, True)
    """
    return to != "lapsed" and (left in AWAY or STAGES.index(to) > STAGES.index(left))
