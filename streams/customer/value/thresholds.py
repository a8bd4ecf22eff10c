"""The borders of the tiers over all partitions: edges of the scale, above which are the best fifth or the better half.

Of all edges the one with the nearest share is taken. So among customers of equal value nobody stands out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.control.worth import Worth
from schemas.outputs.figures import Tier
from schemas.outputs.insights import TiersSettled
from streams.customer.value.scale import least_of
from streams.customer.value.tiers import CUSTOMERS, KEY, PAST, TIERS, row_of, tier_of
from streams.insights.intervals import share_of
from streams.insights.naming import insight_id
from streams.state.aggregates import Aggregate, Key

TOP, MIDDLE = 0.2, 0.5  # shares of all customers: the best fifth (80/20), and the better half
LEAST = 30  # customers before there are tiers [ours]
MOVED, GROWN = 0.05, 2.0  # published again after a move of the value of a day by this share, or with this many times the customers [ours]
Steps = Mapping[int, int]


def tier_edge(steps: Steps, wanted: float) -> int:
    """Return the least past value (minor units) of the best customers, `wanted` (0..1) of all, as nearly as steps allow.

    >>> from streams.customer.value.scale import step_of
    >>> tier_edge({step_of(1_000): 75, step_of(5_000): 15, step_of(20_000): 10}, 0.2), tier_edge({step_of(1_000): 100}, 0.2)
    (4467, 1122)
    """
    total, reached = sum(steps.values()), 0
    best, off = max(steps, default=1) + 1, wanted
    for step in sorted(steps, reverse=True):
        reached += steps[step]
        if (away := abs(reached / total - wanted)) < off:
            best, off = step, away
    return least_of(best)


def counts_by_step(aggregate: Aggregate, prefix: str) -> dict[int, int]:
    """Return the counts per step of the scale, of the names with this prefix.

    >>> counts_by_step(Aggregate({"customers:91": 2, "past:91": 210_000, "customers:90": 0, "moves": 2}), CUSTOMERS)
    {91: 2}
    """
    found = {int(name[len(prefix) :]): count for name, count in aggregate.counts.items() if count and name.startswith(prefix)}
    return dict(sorted(found.items()))


def main_currency(totals: Mapping[Key, Aggregate]) -> str:
    """Return the currency of most customers: the company's. Empty while no purchase has named one.

    >>> counted = {row_of(code): Aggregate({"customers:91": count}) for code, count in (("", 90), ("USD", 20), ("EUR", 30))}
    >>> main_currency(counted)
    'EUR'
    """
    named = [key[1].partition(":")[2] for key in totals if key[0] == KEY[0] and ":" in key[1]]
    return min(named, key=lambda code: (-sum(counts_by_step(totals[row_of(code)], CUSTOMERS).values()), code), default="")


def _company_row(totals: Mapping[Key, Aggregate]) -> tuple[str, Aggregate]:
    """Return the company's currency, and the counts of its customers with those of customers who named none."""
    currency, together = main_currency(totals), Aggregate()
    for key in {KEY, row_of(currency)} & totals.keys():
        together.merge(totals[key])
    return currency, together


def measure_worth(totals: Mapping[Key, Aggregate]) -> Worth | None:
    """Return the borders of the tiers and the value of a day, over the customers of the company's currency.

    Return None while there are too few. Customers of other currencies cannot be compared with them, and are in no tier.
    """
    currency, aggregate = _company_row(totals)
    customers, past = counts_by_step(aggregate, CUSTOMERS), counts_by_step(aggregate, PAST)
    if (count := sum(customers.values())) < LEAST:
        return None
    a_day = round(sum(past.values()) / aggregate.counts["days"], 2)
    return Worth(customers=count, top=tier_edge(customers, TOP), middle=tier_edge(customers, MIDDLE), a_day=a_day, currency=currency)


def worth_version(totals: Mapping[Key, Aggregate]) -> int:
    """Return the version: the number of moves counted. It grows with everything that is counted."""
    return sum(aggregate.counts.get("moves", 0) for key, aggregate in totals.items() if key[0] == KEY[0])


def should_publish_worth(known: Worth | None, now: Worth) -> bool:
    """Return whether the journeys need the new values: a border has moved, or the value of a day has.

    >>> from msgspec.structs import replace
    >>> old = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> should_publish_worth(old, replace(old, customers=901, a_day=1_001.0)), should_publish_worth(old, replace(old, top=56_234))
    (False, True)
    """
    if known is None or (known.top, known.middle, known.currency) != (now.top, now.middle, now.currency):
        return True
    return now.customers >= GROWN * known.customers or abs(now.a_day - known.a_day) > MOVED * abs(known.a_day)


def describe_tiers(totals: Mapping[Key, Aggregate]) -> Iterator[TiersSettled]:
    """Return the tiers as they are published: where each begins, how many customers are in it, and what they brought."""
    if (known := measure_worth(totals)) is None:
        return
    _, aggregate = _company_row(totals)
    customers, past = counts_by_step(aggregate, CUSTOMERS), counts_by_step(aggregate, PAST)
    whole = sum(past.values())
    least = {"top": known.top, "middle": known.middle, "base": None}
    tiers = {}
    for name in TIERS:
        here = [step for step in customers if tier_of(least_of(step), known) == name]
        brought = sum(past.get(step, 0) for step in here)
        tiers[name] = Tier(
            least=least[name], customers=share_of(sum(customers[step] for step in here), known.customers), past=brought,
            brings=round(brought / whole, 4) if whole > 0 else 0.0,
        )  # fmt: skip
    yield TiersSettled(
        id=insight_id("worth", "tiers"), customers=known.customers, past=whole, a_day=known.a_day, tiers=tiers, currency=known.currency
    )  # fmt: skip
