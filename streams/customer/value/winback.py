"""The winback list: customers who brought much and have probably gone."""

from __future__ import annotations

from typing import Literal

import msgspec

from schemas.durations import DAY
from schemas.outputs.signals import Contribution
from schemas.writing import rfc3339
from streams.customer.value.equity import equity
from streams.customer.value.tiers import tier_of
from streams.offers.consent import ERASED, EVERYTHING
from streams.risk import score
from streams.rules import Rules
from streams.state import Journey, Partition
from streams.state.identifiers import is_anonymous

GOING = ("high", "critical")  # bands
AWAY = 7 * DAY  # ms without an own act: whoever was here within a week is to be kept, and not yet to be won back [ours]


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """One customer to win back. Money is in minor units."""

    customer: str
    past: int  # value so far: margin where it is known, else spend; minus refunds
    expected: int | None  # over the blueprint's `worth_days`, if nothing is done; None: no cadence model is in force
    counted: Literal["margin", "turnover"]  # what `past` is of this customer; the two are not compared
    tier: str  # top, middle or base, by the value so far; empty while too few customers have bought
    band: str
    held_back: str  # why the band is lower than the risk says: "two_families"; empty: it is not
    risk: float
    rung: str
    since: str  # RFC 3339 of their latest own act
    currency: str = ""  # ISO 4217 of the amounts; empty: no purchase has named one
    because: tuple[Contribution, ...]  # the summands of the risk, largest first; empty: every signal has faded


def lost_customer(customer: str, journey: Journey, rules: Rules, partition: Partition) -> Lost | None:
    """Return this customer as lost; None if they brought nothing, have not gone, or do not want to be contacted.

    A customer has gone if the risk is high or critical, or if they have lapsed, and they have not been here for a week.
    All figures are of the partition's event time. A customer who refused all contact, or asked to be forgotten, is on no list.

    >>> from streams.replay import Replay
    >>> from streams.story import START, story
    >>> bought = story("\\n".join(f"{n}d store purchase_made till-4 receipt=r{n} value=1250" for n in (0, 9, 11)))
    >>> replay = Replay().run(bought, START + 90 * 86_400_000)
    >>> found = lost_customer("c1", replay.journeys["c1"], replay.rules, replay.partition)
    >>> found.past, found.counted, found.rung, found.because[0].signal
    (3750, 'turnover', 'lapsed', 'dormant')
    """
    gone = journey.band in GOING or "lapsed" in (journey.rung.name, journey.stage.name)
    if not gone or is_anonymous(customer) or _wants_no_contact(journey):
        return None
    at = max(journey.newest, journey.woken, partition.event_time)
    value = equity(journey, rules, partition.worth, at)
    if value.past <= 0 or at - journey.acted_at < AWAY:
        return None
    return Lost(
        customer=customer, past=value.past, expected=value.expected, tier=tier_of(value.past, partition.worth, journey.value.currency),
        band=journey.band, currency=journey.value.currency, held_back=score.band(journey, at, rules)[1],
        counted="margin" if journey.value.margins else "turnover",
        risk=round(score.risk(journey, at, rules), 4), rung=journey.rung.name, since=rfc3339(journey.acted_at),
        because=tuple(part for part in score.published_contributions(journey, at, rules) if part.value > 0),
    )  # fmt: skip


def _wants_no_contact(journey: Journey) -> bool:
    everything = journey.consents.get(EVERYTHING)
    return ERASED in journey.consents or (everything is not None and not everything.granted)
