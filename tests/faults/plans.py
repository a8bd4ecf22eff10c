"""What is done to the workers and servers, and when: a plan is a list of steps, its moments drawn from the run's seed.

>>> [step.action for step in kill(random.Random(1))][:2]
['kill', 'start']
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple


class Step(NamedTuple):
    """At so many seconds into the load, or when all before it is done, `who` (a worker, a server, or the offsets) suffers `action`.

    `all flow` waits until both carriers have committed again. Offsets are changed when their workers have left.
    """

    at: float
    who: str
    action: str


Plan = Callable[[random.Random], list[Step]]
VICTIMS = ("journey-1", "journey-2", "ingest-1")


def plan(text: str) -> list[Step]:
    """Steps as text, one a comma: `4 journey-2 start, 7 journey-1 kill`.

    >>> plan("4 journey-2 start")
    [Step(at=4.0, who='journey-2', action='start')]
    """
    words = [part.split() for part in text.split(",")]
    return [Step(float(at), who, action) for at, who, action in words]


def fixed(text: str) -> Plan:
    """The same steps in the same order for every seed, each moment up to a second later than written."""

    def drawn(rng: random.Random) -> list[Step]:
        steps = plan(text)
        later = {at: rng.random() for at in sorted({step.at for step in steps})}
        return [step._replace(at=step.at + later[step.at]) for step in steps]

    return drawn


def kill(rng: random.Random) -> list[Step]:
    """Somebody dies every few seconds, at any moment, and comes back."""
    steps, at = [], rng.uniform(1, 4)
    while at < 19:
        victim = rng.choice(VICTIMS)
        steps += [Step(at, victim, "kill"), Step(at + rng.uniform(0.3, 4), victim, "start")]
        at += rng.uniform(2, 6)
    return steps


def frozen(rng: random.Random) -> list[Step]:
    """Somebody freezes at any moment, for longer than its session, and wakes up after its successor took over."""
    first, second = rng.sample(VICTIMS, 2)
    at = rng.uniform(1, 6)
    again = at + rng.uniform(8, 9)
    return [
        Step(at, first, "stop"),
        Step(at + rng.uniform(4.5, 8), first, "cont"),
        Step(again, second, "stop"),
        Step(again + rng.uniform(4.5, 7), second, "cont"),
    ]


def nothing(rng: random.Random) -> list[Step]:
    """Nobody is touched from outside; a failpoint or the input is the fault."""
    return []


join = fixed(
    "2 journey-2 start, 5 ingest-2 start, 8 journey-2 term, 11 journey-2 start, 13 ingest-1 term, 15 journey-1 term, 19 journey-1 start"
)
storm = fixed(
    "1 journey-2 start, 3 journey-3 start, 4 ingest-2 start, 5 journey-2 kill, 7 journey-2 start, 8 ingest-1 kill, 9 journey-3 term, "
    "10 journey-1 kill, 11 ingest-1 start, 12 journey-1 start, 13 journey-3 start, 15 journey-2 stop, 16 ingest-2 stop, 17 journey-1 term, "
    "19 journey-1 start, 21 journey-2 cont, 22 ingest-2 cont, 23 journey-3 kill, 25 journey-3 start"
)
sigterm = fixed("6 journey-1 term, 9 journey-1 start, 10 all flow, 12 ingest-1 term, 14 ingest-1 start, 15 all flow")
broker = fixed("6 kafka kill, 14 kafka restart")
outages = {seconds: fixed(f"6 kafka kill, {6 + seconds} kafka restart, {6 + seconds} all flow") for seconds in (1, 60, 300)}
rolling = fixed(
    "8 journey-1 term, 9 journey-1 start, 24 journey-2 term, 25 journey-2 start, 40 journey-3 term, 41 journey-3 start, 56 journey-1 kill, "
    "57 journey-1 start"
)
valkey = fixed(
    "4 valkey kill, 9 valkey start, 12 serving-1 kill, 14 serving-1 rebuild, 16 valkey flush, 18 serving-1 term, 20 serving-1 start"
)
restart = fixed("7 journey-1 kill, 8 journey-1 start, 10 ingest-1 kill, 11 ingest-1 start")
rewound = fixed(
    "5 journeys rewind, 5 interactions forget, 5 journey-1 start, 5 ingest-1 start, 6 all flow, "
    "10 journeys forget, 10 interactions rewind, 10 journey-1 start, 10 ingest-1 start, 11 all flow"
)
