"""What an audience rule may ask of a journey: facts with a name, and counts of what was done. Unknown numbers compare as false."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from schemas.touchpoints import ACTIVITIES, BY_KIND
from streams.counters import counted
from streams.ladder import RUNGS
from streams.moves import STAGES
from streams.stages import PHASES
from streams.state import DAYS, WEEKS, Journey

DAY = 86_400_000  # ms
MINOR = 100  # minor units in one of the currency


class Fact(NamedTuple):
    """A named number or text; texts list the values they can have."""

    take: Callable[[Journey, int], float | str]  # (journey, now in ms UTC)
    values: tuple[str, ...] = ()  # empty: it is a number


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


FACTS: dict[str, Fact] = {
    "stage": Fact(lambda j, at: j.stage.name, STAGES),
    "phase": Fact(lambda j, at: j.phase.name, PHASES),
    "rung": Fact(lambda j, at: j.rung.name, RUNGS),
    "band": Fact(lambda j, at: j.band, ("calm", "watch", "high", "critical")),
    "spend": Fact(lambda j, at: j.value.spend / MINOR),  # units of the currency, as the next three
    "discount": Fact(lambda j, at: j.value.discount / MINOR),
    "refunded": Fact(lambda j, at: j.value.refunded / MINOR),
    "spend_per_purchase": Fact(lambda j, at: _share(j.value.spend / MINOR, j.cadence.count)),
    "purchases": Fact(lambda j, at: j.cadence.count),
    "coupon_share": Fact(lambda j, at: _share(j.value.coupons, j.cadence.count)),  # of the purchases
    "days_since_purchase": Fact(lambda j, at: (at - j.cadence.last) / DAY if j.cadence.count else math.nan),
    "typical_gap_days": Fact(lambda j, at: j.cadence.mean_days if j.cadence.gaps else math.nan),  # between purchases
    "gaps_since_purchase": Fact(lambda j, at: _share((at - j.cadence.last) / DAY, j.cadence.mean_days)),  # 2: twice the own rhythm
    "days_known": Fact(lambda j, at: (at - j.first_seen) / DAY if j.first_seen else 0.0),
    "days_in_stage": Fact(lambda j, at: (at - j.stage.since) / DAY if j.stage.since else math.nan),
    "open_frictions": Fact(lambda j, at: len(j.open)),
    "worst_severity": Fact(lambda j, at: max((s.severity for s in j.open), default=0)),  # 1..5; 0: nothing is open
    "signs_of_leaving": Fact(lambda j, at: len(j.contributions)),
    "channels_used": Fact(lambda j, at: len(j.channels)),
    "offers_accepted": Fact(lambda j, at: sum(m.outcome == "accepted" for m in j.made)),
    "offers_declined": Fact(lambda j, at: sum(m.outcome == "declined" for m in j.made)),
    "nps": Fact(lambda j, at: j.scores.get("nps", math.nan)),  # the latest answers, 0 (worst) to 1 (best)
    "csat": Fact(lambda j, at: j.scores.get("csat", math.nan)),
    "ces": Fact(lambda j, at: j.scores.get("ces", math.nan)),
}
COUNTABLE = (*ACTIVITIES, *BY_KIND)


def counting(what: str, days: float | None) -> Callable[[Journey, int], float]:
    """How often this activity or kind of touchpoint occurred: activities within `days`, kinds since the beginning.

    Up to 14 days are counted by day, more by whole weeks (at most 13). Raises ValueError where no counter is kept.
    """
    if what in BY_KIND and days is None:
        return lambda journey, at: journey.kinds.get(what, 0)
    if what not in ACTIVITIES:
        raise ValueError(f"{what} is a kind: it is counted since the beginning, without days")
    if days is None or not 0 < days <= WEEKS * 7:
        raise ValueError(f"an activity is counted within days: count({what}, days=30), up to {WEEKS * 7}")
    slot = ACTIVITIES.index(what)
    if days <= DAYS:
        return lambda journey, at: counted(journey.days, slot, math.ceil(days) - (at // DAY - journey.day))
    weeks = math.ceil(days / 7)
    return lambda journey, at: counted(journey.weeks, slot, weeks - ((at // DAY + 3) // 7 - (journey.day + 3) // 7))
