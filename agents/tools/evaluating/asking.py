"""Scores every customer who is known at a moment, by their journey, and looks up what they really did within the horizon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.evaluating.naive import RULES, TRAP, Score, trap
from schemas.durations import DAY
from schemas.outputs.signals import Contribution
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.membership import SubscriptionCancelled
from streams.replay import Replay
from streams.risk import labels, score
from streams.state.identifiers import is_anonymous
from streams.state.presence import shows_presence


@dataclass(frozen=True)
class Answers:
    """The scores of each customer, and whether they left. Every list has one entry for each of `customers`, in the same order."""

    question: str  # in words
    customers: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # ms UTC at which they were judged
    ours: list[float] = field(default_factory=list)  # the risk by the models in force
    priors: list[float] = field(default_factory=list)  # the risk by the same journeys and cadence model, with the shipped weights
    naive: dict[str, list[float]] = field(default_factory=dict)  # the scores by rules of thumb, by name
    because: list[tuple[Contribution, ...]] = field(default_factory=list)
    left: list[bool] = field(default_factory=list)

    def take(self, replay: Replay, customer: str, at: int, naive: Mapping[str, Score] = RULES) -> None:
        """Add the scores of one customer at `at` (ms UTC). Time must have passed to `at` in the customer's journey.

        The caller adds to `left` later, in the same order.
        """
        journey = replay.journeys[customer]
        self.customers.append(customer)
        self.times.append(at)
        self.ours.append(score.risk(journey, at, replay.rules))
        self.priors.append(score.risk(journey, at, replay.rules.with_priors()))
        self.because.append(score.published_contributions(journey, at, replay.rules))
        for name, rule in naive.items():
            self.naive.setdefault(name, []).append(rule(journey, at))


def asked(replay: Replay, at: int, horizon_days: float, ahead: Iterable[Touchpoint]) -> Answers:
    """Return the answers for all known customers at `at` (ms UTC). Time must have passed to `at` in the replay.

    `ahead` holds the touchpoints after `at`, in the order of time. Anonymous customers are left out.
    """
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
    """Return the customers who acted by themselves by `until` (ms UTC) and cancelled nothing. Labels of predictions use the same rule.

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
