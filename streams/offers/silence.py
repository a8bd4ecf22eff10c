"""Who falls silent is asked about again as the silence grows, and not only when the risk rises into another band.

A buyer at risk is asked about after a silence of twice their own gap between purchases, and of `LEAST_DAYS` at least. Then each time the
silence has doubled, up to `LONGEST_DAYS`. An act of the customer ends the silence. Both limits are [ours].
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.vocabulary import BANDS
from streams.context import Context
from streams.state import Journey

LEAST_DAYS, LONGEST_DAYS = 14, 730
TRIGGER = "silence_grew"


def first_ask(journey: Journey) -> int:
    """Return the length of the silence (ms) after which we ask first.

    >>> from streams.state import Cadence
    >>> first_ask(Journey(cadence=Cadence(count=4, mean_days=10.0))) // DAY, first_ask(Journey(cadence=Cadence(count=4))) // DAY
    (20, 14)
    """
    return round(max(2 * journey.cadence.mean_days, LEAST_DAYS) * DAY)


def next_ask(journey: Journey, at: int) -> int:
    """Return the next time (ms UTC) after `at` to ask about this customer, if they stay silent; 0: never.

    >>> [next_ask(Journey(acted_at=DAY), days * DAY) // DAY for days in (1, 15, 100, 800)]
    [15, 29, 113, 0]
    """
    silence = first_ask(journey)
    while silence <= LONGEST_DAYS * DAY:
        if journey.acted_at + silence > at:
            return journey.acted_at + silence
        silence *= 2
    return 0


def schedule_ask(journey: Journey, at: int) -> None:
    """Set the timer of the next question, if the customer has bought and is at risk. It stays as it is if it runs already."""
    if journey.band == BANDS[0] or not journey.cadence.count:
        journey.ask_due = 0
    elif not journey.ask_due:
        journey.ask_due = next_ask(journey, at)


def ask_again(ctx: Context) -> None:
    """The timer is due: ask for a decision if the customer is still silent. `schedule_ask` sets the next one."""
    journey = ctx.journey
    journey.ask_due = 0
    if journey.band != BANDS[0] and ctx.at - journey.acted_at >= first_ask(journey):
        ctx.triggers.append(TRIGGER)
