"""The scenarios, one row each: who works, what goes wrong, what is sent, how often the whole suite repeats it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.faults import plans
from tests.faults.plans import Plan
from tests.faults.producer import Mix

PAIRS = ("ingest-1", "ingest-2", "journey-1", "journey-2")  # everybody has a successor
AS_DEPLOYED = {"SOJOURN_SESSION_TIMEOUT_MS": "", "SOJOURN_TRANSACTION_TIMEOUT_MS": ""}  # the default time limits
Failpoints = Callable[[random.Random], Mapping[str, str]]


def _nowhere(_rng: random.Random) -> Mapping[str, str]:
    return {}


def _in_a_transaction(failpoint: str) -> Failpoints:
    """One of the two carriers, in one of the transactions of its first half."""

    def chosen(rng: random.Random) -> Mapping[str, str]:
        return {rng.choice(("journey-1", "journey-1", "ingest-1")): f"{failpoint}@{rng.randint(4, 16)}"}

    return chosen


def _losing(_rng: random.Random) -> Mapping[str, str]:
    return {"journey-1": "drop:0.004", "ingest-1": "drop:0.004"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault. `seconds` of load follow once the first workers have committed; `times` is its share of the whole suite.

    `stubborn`: a worker keeps its failpoint when it is started again. `strikes`: a failpoint must be seen to freeze or end somebody,
    or the fault did not happen. Whoever a failpoint froze is woken before the broker has ended its transaction (odd seeds) or after.
    `gives_up`: that one is refused by the broker then, and exits 70.
    """

    name: str
    plan: Plan
    says: str
    times: int = 3
    seconds: float = 20
    workers: tuple[str, ...] = ("ingest-1", "journey-1", "journey-2")
    failpoints: Failpoints = _nowhere
    stubborn: bool = False
    strikes: bool = False
    gives_up: bool = False
    short_thaw: tuple[float, float] = (5.5, 7.0)  # past its session, within its transaction's eight seconds
    long_thaw: tuple[float, float] = (9.0, 12.0)  # past both
    mix: Mix = field(default_factory=Mix)
    long: bool = False  # played by `python -m tests.faults` alone, and in no test
    variables: Mapping[str, str] = field(default_factory=dict)  # settings of its workers, in place of the short time limits

    @property
    def serving(self) -> bool:
        """Whether the read model is part of it."""
        return any(name.startswith("serving") for name in self.workers)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("storm", plans.storm, "joins, kills, freezes and leaves, all at once", 15, 26, ("ingest-1", "journey-1")),
    Scenario("kill", plans.kill, "kill -9 at random moments, and back", 15),
    Scenario("frozen", plans.frozen, "frozen at any moment, woken after the successor took over", 15),
    Scenario(
        "freeze-before-offsets",
        plans.nothing,
        "frozen just before its offsets joined the transaction",
        workers=PAIRS,
        failpoints=_in_a_transaction("freeze:flushed"),
        strikes=True,
        gives_up=True,
    ),
    Scenario(
        "freeze-after-offsets",
        plans.nothing,
        "frozen just after its offsets joined the transaction",
        workers=PAIRS,
        failpoints=_in_a_transaction("freeze:joined"),
        strikes=True,
    ),
    Scenario(
        "die-before-commit",
        plans.nothing,
        "dies with everything written, before the commit",
        failpoints=_in_a_transaction("die:joined"),
        strikes=True,
    ),
    Scenario(
        "die-after-commit", plans.nothing, "dies when the commit is made", failpoints=_in_a_transaction("die:committed"), strikes=True
    ),
    Scenario("join", plans.join, "workers join and leave", workers=("ingest-1", "journey-1"), seconds=22),
    Scenario(
        "dropped-chunks",
        plans.nothing,
        "chunks lost between broker and ledger: each must be noticed",
        failpoints=_losing,
        stubborn=True,
        strikes=True,
    ),
    Scenario("sigterm", plans.sigterm, "SIGTERM under load: out within 15 s", workers=("ingest-1", "journey-1")),
    Scenario("broker", plans.broker, "the only broker killed, back after 8 s", workers=("ingest-1", "journey-1")),
    Scenario("valkey", plans.valkey, "Valkey killed, restarted empty, flushed", workers=("ingest-1", "journey-1", "serving-1")),
    Scenario("unreadable", plans.restart, "one line in ten unreadable or forged", mix=Mix(broken=0.1), workers=("ingest-1", "journey-1")),
    Scenario("duplicates", plans.restart, "one event in five sent twice", mix=Mix(twice=0.2), workers=("ingest-1", "journey-1")),
    Scenario("offsets", plans.rewound, "group offsets rewound, and deleted", workers=("ingest-1", "journey-1")),
    Scenario(
        "rolling",
        plans.rolling,
        "three workers restarted one after the other, then one killed, under the default time limits",
        1,
        70,
        ("ingest-1", "journey-1", "journey-2", "journey-3"),
        mix=Mix(rate=500, customers=1_000),
        variables=AS_DEPLOYED,
        long=True,
    ),
    *(
        Scenario(
            f"outage-{seconds}", plan, f"the only broker gone for {seconds} s", 1, workers=("ingest-1", "journey-1"), variables=AS_DEPLOYED,
            long=True,
        )
        for seconds, plan in plans.outages.items()
    ),
)  # fmt: skip
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
