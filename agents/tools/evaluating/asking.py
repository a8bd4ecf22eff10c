"""Everyone who is known at a moment, their risk by the journey they have made, and what they really did within the horizon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.evaluating.naive import RULES, TRAP, Score, trap
from schemas.durations import DAY
from schemas.signals import Contribution
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.membership import SubscriptionCancelled
from streams.replay import Replay
from streams.risk import labels, score
from streams.state.identifiers import is_anonymous
from streams.state.presence import shows_presence


@dataclass(frozen=True)
class Answers:
    """For each customer what each score said, and whether they left. All columns have the length of `customers`."""

    question: str  # in words
    customers: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # ms UTC at which they were judged
    ours: list[float] = field(default_factory=list)  # the risk by the models in force
    priors: list[float] = field(default_factory=list)  # the same journeys and cadence model, weights as shipped
    naive: dict[str, list[float]] = field(default_factory=dict)  # by the rules of thumb
    because: list[tuple[Contribution, ...]] = field(default_factory=list)
    left: list[bool] = field(default_factory=list)

    def take(self, replay: Replay, customer: str, at: int, naive: Mapping[str, Score] = RULES) -> None:
        """One customer is judged at this moment (ms UTC), to which time has passed for them; the truth is told later, in the same order."""
        journey = replay.journeys[customer]
        self.customers.append(customer)
        self.times.append(at)
        self.ours.append(score.risk(journey, at, replay.rules))
        self.priors.append(score.risk(journey, at, replay.rules.with_priors()))
        self.because.append(score.published_contributions(journey, at, replay.rules))
        for name, rule in naive.items():
            self.naive.setdefault(name, []).append(rule(journey, at))


def asked(replay: Replay, at: int, horizon_days: float, ahead: Iterable[Touchpoint]) -> Answers:
    """Everyone's answers at `at` (ms UTC), to which time has passed in the replay; `ahead` is what came after it, in the order of time."""
    backwards = trap(replay.journeys.values(), at)
    naive = RULES | ({TRAP: backwards} if backwards else {})
    answers = Answers(f"gone for the next {horizon_days:g} days")
    stayed = still_there(ahead, at + round(horizon_days * DAY))
    for customer, journey in sorted(replay.journeys.items()):
        known = journey.acts >= labels.KNOWN_FROM or journey.cadence.count
        if known and not is_anonymous(customer):
            answers.take(replay, customer, at, naive)
            answers.left.append(customer not in stayed)
    return answers


def still_there(ahead: Iterable[Touchpoint], until: int) -> set[str]:
    """Who did something of their own by `until` (ms UTC) and cancelled nothing: what a stated risk is proved by.

    >>> from streams.story import START, story
    >>> came = story("1d web page_viewed / page=/ customer=c1") + story("9d web page_viewed / page=/ customer=c2")
    >>> still_there(came, START + 2 * DAY)
    {'c1'}
    """
    came, cancelled = set[str](), set[str]()
    for touchpoint in ahead:
        if touchpoint.at > until:
            break
        if shows_presence(touchpoint):
            came.add(touchpoint.customer)
        elif isinstance(touchpoint, SubscriptionCancelled) and touchpoint.by_customer:
            cancelled.add(touchpoint.customer)
    return came - cancelled
