"""Dry run (rehearsal): plays a file's touchpoints through the journeys without a broker. Shows what they would find, before a send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.insights.replayed import ReplayedInsights
from agents.tools.mapping.figures import Baskets, Contacts, Step, baskets, contacts, funnel, paths, place_of
from schemas.durations import DAY
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.insights import Insight
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened, FrictionRepeated
from schemas.outputs.transitions import StageEntered
from schemas.touchpoints import Touchpoint, kind_of
from schemas.writing import rfc3339
from streams.context import Emission
from streams.replay import Replay
from streams.rules import Rules

PORTION = 1_000  # touchpoints between two calls of `moved`, the progress callback


@dataclass
class Found:
    """Counts of what the journeys published, by name: moves from stage to stage, frictions, churn signals, decisions."""

    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    churn: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)

    def take(self, emission: Emission) -> None:
        """Count one emission."""
        if isinstance(emission, StageEntered):
            self.moves[emission.left, emission.stage] += 1
        elif isinstance(emission, FrictionOpened):
            self.opened[emission.detector] += 1
        elif isinstance(emission, FrictionRepeated):
            self.repeated[emission.detector] += 1
        elif isinstance(emission, ChurnSignalRaised):
            self.churn[emission.detector] += 1
        elif isinstance(emission, DecisionMade):
            self.decisions[emission.reason or emission.outcome] += 1


@dataclass(frozen=True)
class Rehearsal:
    """The figures of one file, and the replay that they come from."""

    touchpoints: Sequence[Touchpoint]  # in the order of time
    until: int  # ms UTC; the time at which the replay ended
    steps: Sequence[str]
    reached: Sequence[int]  # customers at each step of the funnel
    paths: Counter[tuple[str, str]]
    contacts: Contacts
    baskets: Baskets
    found: Found
    replay: Replay
    insights: Sequence[Insight] = ()  # what the insights role would have published, the newest of each id

    @property
    def kinds(self) -> Counter[str]:
        """How many touchpoints there are of each kind."""
        return Counter(kind_of(type(each)) for each in self.touchpoints)

    def document(self, most: int) -> dict[str, Any]:
        """Return the figures in types that JSON has, with the `most` most frequent paths."""
        found = self.found
        return {
            "touchpoints": len(self.touchpoints), "customers": len(self.replay.journeys), "until": rfc3339(self.until),
            "kinds": dict(self.kinds.most_common()),
            "funnel": [{"step": step, "customers": count} for step, count in zip(self.steps, self.reached, strict=True)],
            "paths": [{"from": left, "to": to, "count": count} for (left, to), count in self.paths.most_common(most)],
            "stage_moves": [{"from": left, "to": to, "count": count} for (left, to), count in found.moves.most_common()],
            "frictions": {name: {"opened": count, "repeated": found.repeated[name]} for name, count in found.opened.most_common()},
            "churn_signals": dict(found.churn.most_common()), "decisions": dict(found.decisions.most_common()),
            "contacts": self.contacts._asdict(), "baskets": self.baskets._asdict(),
        }  # fmt: skip


def end_of_day(at: int) -> int:
    """Return the end (ms UTC) of the day of this moment (UTC). The replay lets time pass until then. Later, all customers would be silent.

    >>> end_of_day(DAY + 5) == 2 * DAY
    True
    """
    return (at // DAY + 1) * DAY


def rehearsed(
    touchpoints: Sequence[Touchpoint],
    *,
    until: int | None = None,
    steps: Sequence[str] = (),
    step: Step = place_of,
    rules: Rules | None = None,
    moved: Callable[[int], None] = lambda _: None,
    insights: bool = False,
) -> Rehearsal:
    """Replay touchpoints, given in the order of time, and return the figures. Then time passes to `until` (ms UTC).

    The default of `until` is the end of the last touchpoint's day. `moved` is called every 1000 touchpoints with their number so
    far. A purchase that is told twice counts once in the baskets, as in the journeys. With `insights`, they are published as by the
    insights role, and what is usual goes back to the journeys.

    >>> from streams.story import story
    >>> rehearsed(story("0 web page_viewed /shop page=/shop"), steps=["/shop"]).reached
    [1]
    """
    replay, counted = Replay(rules), list[Touchpoint]()
    role = ReplayedInsights(replay) if insights else None
    for number, touchpoint in enumerate(touchpoints):
        if number % PORTION == 0:
            moved(number)
        if role:
            role.advance(touchpoint.at)
        known = replay.partition.outcomes.get("duplicate", 0)
        replay.apply(touchpoint)
        if replay.partition.outcomes.get("duplicate", 0) == known:
            counted.append(touchpoint)
    ends = until if until is not None else end_of_day(touchpoints[-1].at) if touchpoints else 0
    if role:
        role.finish(ends)
    replay.pass_time(ends)
    return Rehearsal(
        touchpoints, ends, steps, funnel(touchpoints, steps), paths(touchpoints, step), contacts(touchpoints), baskets(counted),
        _count(replay.emissions), replay, [role.newest[name] for name in sorted(role.newest)] if role else (),
    )  # fmt: skip


def _count(emissions: Iterable[Emission]) -> Found:
    found = Found()
    for emission in emissions:
        found.take(emission)
    return found
