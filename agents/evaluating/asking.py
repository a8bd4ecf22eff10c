"""Everyone who is known at a moment, their risk by the journey they have made, and what they really did within the horizon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.evaluating.naive import RULES
from schemas.signals import Contribution
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.membership import SubscriptionCancelled
from streams.churn import proving, score
from streams.identity.forwarding import anonymous
from streams.presence import present
from streams.replay import Replay

DAY = 86_400_000  # ms


@dataclass(frozen=True)
class Answers:
    """For each customer what each score said, and whether they left. All columns have the length of `customers`."""

    at: int  # ms UTC
    horizon_days: float
    customers: list[str] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)  # the risk by the models in force
    priors: list[float] = field(default_factory=list)  # the same journeys and cadence model, weights as shipped
    naive: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in RULES})
    because: list[tuple[Contribution, ...]] = field(default_factory=list)
    left: list[bool] = field(default_factory=list)


def asked(replay: Replay, at: int, horizon_days: float, ahead: Iterable[Touchpoint]) -> Answers:
    """Everyone's answers at `at` (ms UTC), to which time has passed in the replay; `ahead` is what came after it, in the order of time."""
    answers, rules = Answers(at, horizon_days), replay.rules
    stayed = still_there(ahead, at + round(horizon_days * DAY))
    by_priors = rules.by_priors()
    for customer, journey in sorted(replay.journeys.items()):
        if anonymous(customer) or not (journey.acts >= proving.KNOWN_FROM or journey.cadence.count):
            continue
        answers.customers.append(customer)
        answers.ours.append(score.risk(journey, at, rules))
        answers.priors.append(score.risk(journey, at, by_priors))
        answers.because.append(score.contributions(journey, at, rules))
        answers.left.append(customer not in stayed)
        for name, naive in RULES.items():
            answers.naive[name].append(naive(journey, at))
    return answers


def still_there(ahead: Iterable[Touchpoint], until: int) -> set[str]:
    """Who did something of their own before `until` (ms UTC) and cancelled nothing: what a stated risk is proved by."""
    came, cancelled = set[str](), set[str]()
    for touchpoint in ahead:
        if touchpoint.at > until:
            break
        if present(touchpoint):
            came.add(touchpoint.customer)
        elif isinstance(touchpoint, SubscriptionCancelled) and touchpoint.by_customer:
            cancelled.add(touchpoint.customer)
    return came - cancelled
