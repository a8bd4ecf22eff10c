"""Whom to win back: customers who brought much, and have probably gone."""

from __future__ import annotations

import msgspec

from schemas.signals import Contribution
from schemas.writing import rfc3339
from streams.customer.value.equity import equity
from streams.customer.value.tiers import tier_of
from streams.offers.consent import ERASED, EVERYTHING
from streams.risk import score
from streams.rules import Rules
from streams.state import Journey, Partition
from streams.state.identifiers import is_anonymous

GOING = ("high", "critical")  # bands


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """One customer to win back. Money in minor units."""

    customer: str
    past: int  # brought so far: margin where it is told, else spend; less refunds
    expected: int | None  # in the days ahead that the blueprint names, if nothing is done; None: no cadence model is in force
    tier: str  # by what they brought: top, middle, base; empty while too few customers have bought
    band: str
    risk: float
    rung: str
    since: str  # RFC 3339: the latest act of their own
    because: tuple[Contribution, ...]  # what the risk is the sum of, largest first; empty: the silence is older than every sign of it


def lost(customer: str, journey: Journey, rules: Rules, partition: Partition) -> Lost | None:
    """This customer, if they brought anything and have probably gone: the risk is high or critical, or they have lapsed.

    As of the partition's event time. Whoever told us to leave them alone, or to forget them, is on no list.

    >>> from streams.replay import Replay
    >>> from streams.story import START, story
    >>> bought = story("\\n".join(f"{n}d store purchase_made till-4 receipt=r{n} value=1250" for n in (0, 9, 11)))
    >>> replay = Replay().run(bought, START + 90 * 86_400_000)
    >>> found = lost("c1", replay.journeys["c1"], replay.rules, replay.partition)
    >>> found.past, found.rung, found.because[0].signal
    (3750, 'lapsed', 'dormant')
    """
    gone = journey.band in GOING or "lapsed" in (journey.rung.name, journey.stage.name)
    if not gone or is_anonymous(customer) or _left_alone(journey):
        return None
    at = max(journey.newest, journey.woken, partition.event_time)
    worth = equity(journey, rules, partition.worth, at)
    if worth.past <= 0:
        return None
    return Lost(
        customer=customer, past=worth.past, expected=worth.expected, tier=tier_of(worth.past, partition.worth), band=journey.band,
        risk=round(score.risk(journey, at, rules), 4), rung=journey.rung.name, since=rfc3339(journey.acted_at),
        because=tuple(part for part in score.published_contributions(journey, at, rules) if part.value > 0),
    )  # fmt: skip


def _left_alone(journey: Journey) -> bool:
    everything = journey.consents.get(EVERYTHING)
    return ERASED in journey.consents or (everything is not None and not everything.granted)
