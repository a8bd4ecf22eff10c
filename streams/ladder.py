"""The ladder of loyalty: rungs are climbed by purchases and praise, and lost by silence, measured in the customer's own rhythm."""

from __future__ import annotations

from schemas.transitions import RungEntered
from streams.moment import Moment
from streams.state import Standing

RUNGS = ("prospect", "first_time", "repeat", "loyal", "advocate", "lapsed", "won_back")
CUSTOMERS = ("first_time", "repeat", "loyal", "advocate", "won_back")  # rungs of those who have bought
REPEAT, LOYAL = 2, 5  # purchases from which a customer counts as repeat, as loyal [ours]

SLIPS = {"purchase_overdue": {"loyal": "repeat", "advocate": "loyal"}, "dormant": dict.fromkeys(CUSTOMERS, "lapsed"),
         "cancelled": dict.fromkeys(CUSTOMERS, "lapsed")}  # fmt: skip


def slip(moment: Moment, cue: str) -> None:
    """The rung this silence (or farewell) lets the customer slip to, if any."""
    if to := SLIPS.get(cue, {}).get(moment.journey.rung.name):
        _enter_rung(moment, to, (cue,))


def climb(moment: Moment, evidence: str, cue: str) -> None:
    """The rung after this purchase or praise."""
    journey = moment.journey
    rung, bought = journey.rung.name, journey.cadence.count
    if cue == "praised":
        to = "advocate" if rung == "loyal" else rung
    elif rung == "lapsed":
        to = "won_back"
    elif bought >= LOYAL:
        to = rung if rung == "advocate" else "loyal"
    else:
        to = "repeat" if bought >= REPEAT else "first_time" if bought else rung
    _enter_rung(moment, to, (evidence,))


def _enter_rung(moment: Moment, to: str, evidence: tuple[str, ...]) -> None:
    rung = moment.journey.rung
    if to == rung.name:
        return
    moment.out.append(
        RungEntered(
            **moment.head(f"rung:{to}"),
            rung=to, left=rung.name, evidence=evidence, dwell_s=max(0, moment.at - rung.since) // 1000,
        )
    )  # fmt: skip
    moment.journey.rung = Standing(to, moment.at, rung.name)
