"""What an offer decision costs: a payment fails, a friction opens, and the funnel asks every offer of the catalogue.

`python -m tests.bench.edges.offering` prints it. The customers have looked at a few pages before. Only the decision is timed, and not what
leads to it: it is what the row `an offer decision` of the bounds means.
"""

from __future__ import annotations

from time import process_time
from typing import NamedTuple
from unittest.mock import patch

from schemas.outputs.decisions import DecisionMade
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import PageViewed
from schemas.touchpoints.commerce import PaymentFailed
from streams.context import Context
from streams.offers import funnel
from streams.replay import Replay
from tests.bench.steps import collector_of_the_worker

OFFER_US = 40.0  # what a decision may cost
START = 1_767_600_000_000
CUSTOMERS, VIEWS = 300, 3


class Offering(NamedTuple):
    """Microseconds of processor time a decision, and how many were made in a round."""

    us: float
    decisions: int


def measured(rounds: int) -> Offering:
    """Return the mean over the customers of a round. Each has as many twins as there are rounds, and the fastest of them counts."""
    replay, decide, taken = Replay(), funnel.decide_offer, [0.0]

    def timed(ctx: Context) -> None:
        began = process_time()
        decide(ctx)
        taken[0] = process_time() - began

    best, made = [float("inf")] * CUSTOMERS, 0
    with patch.object(funnel, "decide_offer", timed), collector_of_the_worker():
        for number in range(rounds):
            made = 0
            for customer in range(CUSTOMERS):
                made += _one(replay, f"c{number}-{customer}")
                best[customer] = min(best[customer], taken[0])
    return Offering(round(sum(best) / CUSTOMERS * 1e6, 1), made)


def _one(replay: Replay, customer: str) -> int:
    """Let one customer's payment fail. Return how many decisions were made."""
    views = [
        PageViewed(id=f"v{each}", customer=customer, at=START + each * 20_000, channel="web", source="shop", page=f"/tents/{each}")
        for each in range(VIEWS)
    ]
    failed = PaymentFailed(
        id="p1", customer=customer, at=START + 80_000, channel="web", source="bank", payment="p1", order="o1", amount=8_900, currency="EUR"
    )
    story: list[Touchpoint] = [*views, failed]
    return sum(isinstance(each, DecisionMade) for event in story for each in replay.apply(event))


def in_words(found: Offering) -> str:
    """Return the figure in a line."""
    return f"an offer decision (a failed payment, {found.decisions} customers): {found.us:.1f} us (bound {OFFER_US:.0f})"


def missed(found: Offering) -> list[str]:
    """Return the bound if it was not reached, in words."""
    return [] if found.us <= OFFER_US else [f"an offer decision costs {found.us:.1f} us, at most {OFFER_US:.0f}"]


if __name__ == "__main__":
    print(in_words(measured(10)))
