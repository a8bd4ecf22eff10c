"""The facts that an audience rule may ask of a journey: named facts, and counts of touchpoints. An unknown number compares as false."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from schemas.currencies import digits
from schemas.durations import DAY, week_of
from schemas.touchpoints import ACTIVITIES, BY_KIND, REALMS
from schemas.vocabulary import MOTIVES, PHASES, RUNGS, STAGES
from streams.state import DAYS, WEEKS, Journey
from streams.state.counters import recent_count
from streams.state.journey.profile import motive_share
from streams.state.priced import priced_purchases


class Fact(NamedTuple):
    """A named number or text. A text lists the values that it can have."""

    take: Callable[[Journey, int], float | str]  # (journey, now in ms UTC)
    values: tuple[str, ...] = ()  # empty: the fact is a number


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _major(journey: Journey, amount: float) -> float:
    """Return an amount (minor units) in units of the journey's currency: 12.50 EUR, 1500 JPY.

    >>> from streams.state import Value
    >>> from streams.state import journey_of
    >>> _major(journey_of(value=Value(currency="JPY")), 1500), _major(Journey(), 1250)
    (1500.0, 12.5)
    """
    return amount / float(10 ** digits(journey.value.currency))


def _spend_since(journey: Journey, at: int, periods: int) -> float:
    since = week_of(at // DAY) // 4 - periods
    return _major(journey, sum(spend for period, spend in journey.periods.items() if period > since))


def _realm_count(realm: str, journey: Journey, _at: int) -> float:
    return journey.realms.get(realm, 0)


FACTS: dict[str, Fact] = {
    "stage": Fact(lambda j, at: j.stage.name, STAGES),
    "phase": Fact(lambda j, at: j.phase.name, PHASES),
    "rung": Fact(lambda j, at: j.rung.name, RUNGS),
    "band": Fact(lambda j, at: j.band, ("calm", "watch", "high", "critical")),
    "spend": Fact(lambda j, at: _major(j, j.value.spend)),  # units of the currency, as the next three
    "discount": Fact(lambda j, at: _major(j, j.value.discount)),
    "refunded": Fact(lambda j, at: _major(j, j.value.refunded)),
    "spend_per_purchase": Fact(lambda j, at: _ratio(_major(j, j.value.spend), priced_purchases(j))),
    "purchases": Fact(lambda j, at: j.cadence.count),
    "coupon_share": Fact(lambda j, at: _ratio(j.value.coupons, j.cadence.count)),  # share of the purchases
    "days_since_purchase": Fact(lambda j, at: (at - j.cadence.last) / DAY if j.cadence.count else math.nan),
    "typical_gap_days": Fact(lambda j, at: j.cadence.mean_days if j.cadence.gaps else math.nan),  # days between purchases
    "gaps_since_purchase": Fact(
        lambda j, at: _ratio((at - j.cadence.last) / DAY, j.cadence.mean_days)
    ),  # 2: twice the customer's own rhythm
    "days_known": Fact(lambda j, at: (at - j.first_seen) / DAY if j.first_seen else 0.0),
    "days_in_stage": Fact(lambda j, at: (at - j.stage.since) / DAY if j.stage.since else math.nan),
    "open_frictions": Fact(lambda j, at: len(j.open)),
    "worst_severity": Fact(lambda j, at: max((s.severity for s in j.open), default=0)),  # 1..5; 0: no friction is open
    "signs_of_leaving": Fact(lambda j, at: len(j.contributions)),
    "channels_used": Fact(lambda j, at: len(j.channels)),
    "offers_accepted": Fact(lambda j, at: sum(m.outcome == "accepted" for m in j.made)),
    "offers_declined": Fact(lambda j, at: sum(m.outcome == "declined" for m in j.made)),
    "nps": Fact(lambda j, at: j.scores.get("nps", math.nan)),  # the latest answers, 0 (worst) to 1 (best)
    "csat": Fact(lambda j, at: j.scores.get("csat", math.nan)),
    "ces": Fact(lambda j, at: j.scores.get("ces", math.nan)),
    "days_in_phase": Fact(lambda j, at: (at - j.phase.since) / DAY if j.phase.since else math.nan),
    "days_on_rung": Fact(lambda j, at: (at - j.rung.since) / DAY if j.rung.since else math.nan),
    "spend_12_weeks": Fact(lambda j, at: _spend_since(j, at, 3)),  # in the last three four-week periods, the current one included
    "spend_52_weeks": Fact(lambda j, at: _spend_since(j, at, 13)),
    "margin": Fact(lambda j, at: _major(j, j.value.margin) if j.value.margins else math.nan),  # unknown: no purchase had one
    "plan_price": Fact(lambda j, at: _major(j, j.plan_price) if j.plan_price else math.nan),  # per period of the subscription
    "motive": Fact(lambda j, at: j.motives.name if j.motives else "", ("", *MOTIVES)),
    "impulse_share": Fact(lambda j, at: motive_share(j.motives, "impulse") if j.motives and j.motives.ways else math.nan),
    "expectation_gap": Fact(lambda j, at: _mean([s.gap for s in j.dimensions.values() if s.gaps])),  # mean of perceived - expected
    "worst_gap": Fact(lambda j, at: min((s.gap for s in j.dimensions.values() if s.gaps), default=math.nan)),
    "sacrifice_gap": Fact(lambda j, at: max((s.sacrifice for s in j.dimensions.values()), default=0.0)),  # the largest of wanted - accepted
    "promises_open": Fact(lambda j, at: len(j.promises)),
    "promises_overdue": Fact(lambda j, at: sum(promise.by < at for promise in j.promises.values())),
    "employee_score": Fact(lambda j, at: _mean([rating.mean for rating in j.ratings.values()])),  # mean over the places that served them
    **{f"realm_{realm}": Fact(partial(_realm_count, realm)) for realm in REALMS},  # touchpoints of this realm of experience
}
COUNTABLE = (*ACTIVITIES, *BY_KIND)


def count_fact(what: str, days: float | None) -> Callable[[Journey, int], float]:
    """Return a function that counts touchpoints: of an activity within `days`, or of a kind since the beginning.

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
        return lambda journey, at: recent_count(journey.days, slot, math.ceil(days) - (at // DAY - journey.day))
    weeks = math.ceil(days / 7)
    return lambda journey, at: recent_count(journey.weeks, slot, weeks - ((at // DAY + 3) // 7 - (journey.day + 3) // 7))
