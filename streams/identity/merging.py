"""The merge of two journeys of one customer: counts add up, rings are ordered by time, the stricter consent counts.

Every field of a journey has its rule here, and a test checks that. Except for OWN_FIELDS, the order of the two journeys makes no
difference. The limits are those of the state. What has to make room is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.durations import week_of
from streams.customer.value import spending
from streams.identity import pooling, profiles, visited
from streams.offers import merged
from streams.rules import Rules
from streams.signals.deadlines import detector_of
from streams.state import (
    CHANNELS,
    DAYS,
    DEADLINES,
    RECENT_IDS,
    REFERENCES,
    THINGS,
    WEEKS,
    Contribution,
    Deadline,
    Episode,
    Journey,
    OpenSignal,
    Position,
    Rings,
)  # fmt: skip
from streams.state.identifiers import KNOWN_AS
from streams.state.journey.parts import UNCOUNTED
from streams.state.marks import NO_ENTRIES

NEUTRAL, WEAK = ("", "unaware", "acquisition", "prospect"), ("exploring",)  # positions that say nothing yet; that say less than others
OWN_FIELDS = (  # they stay as they are in the journey that absorbs
    "next_wake", "band", "band_due", "prediction_due", "predicted_at", "bytes_since_check", "forward", "earlier", "absorbed_hand_overs",
    "linked_ids", "forget_due", "ask_due",
)  # fmt: skip


def absorb(journey: Journey, other: Journey, rules: Rules) -> None:
    """Add everything that the other journey remembers to this one. Only `open` may exceed its limit: the caller closes what is too much.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> replay = Replay().run(story("0 web page_viewed page=/a\\n1s app page_viewed page=/b customer=anon:1"))
    >>> absorb(replay.journeys["c1"], replay.journeys["anon:1"], replay.rules)
    >>> replay.journeys["c1"].kinds, replay.journeys["c1"].channels
    ({'page_viewed': 2}, {'app': 1, 'web': 1})
    """
    one, two = spending.in_one_currency(journey, other, rules.exchange)
    found = {name: rule(one, two, rules) for name, rule in MERGE_RULES.items()}
    found["dropped"] += pooling.currencies_dropped(one.value, two.value)
    for name in ("made", "deadlines", "consents"):
        found["dropped"] += len(_keys(journey, name) | _keys(other, name)) - len(found[name])
    for name, kept in found.items():
        setattr(journey, name, kept)


def _keys(journey: Journey, name: str) -> set[str]:
    """Return the keys or ids of what this field holds."""
    kept: Any = getattr(journey, name)
    return {each.id for each in kept} if isinstance(kept, list) else set(kept)


def _merge_position(one: Position, other: Position) -> Position:
    """Return the later position that says something."""
    return max(one, other, key=lambda each: (each.name not in NEUTRAL, each.name not in WEAK, each.since, each.name, each.before))


def _merge_episode(one: Episode, other: Episode, silence_ms: int) -> Episode:
    """Return the later episode, or both as one if no silence lies between them."""
    if not one.count or not other.count:
        return one if one.count else other
    first, then = sorted((one, other), key=lambda each: (each.started, each.last, each.count, each.place, each.channels))
    if then.started - first.last > silence_ms:
        return then
    last = max(first, then, key=lambda each: (each.last, each.place))
    together = list(dict.fromkeys([*first.channels, *then.channels]))
    arrived, spot = max((first.arrived, first.spot), (then.arrived, then.spot))
    came = first.count + then.count
    fronts = sorted((each.front, each.front_as, each.front_spot) for each in (first, then))
    return Episode(first.started, last.last, came, together[:CHANNELS], last.place or first.place, spot, arrived, *_later_front(*fronts))


def _later_front(earlier: tuple[int, int, str], later: tuple[int, int, str]) -> tuple[int, int, str]:
    """Return the later place to which they came; of the same place (who signs in is there under both ids), the arrival that was counted."""
    return earlier if earlier[2] == later[2] and later[1] == UNCOUNTED != earlier[1] else later


def _merge_rings(one: Rings, other: Rings, rules: Rules) -> Rings:
    """Return the latest entries of both rings, in the order of their times."""
    made: Rings = rules.layout.rings()
    for name, length in rules.layout.lengths.items():
        marks: list[Any] = [*getattr(one, name), *getattr(other, name)]
        ordered = sorted(marks, key=lambda mark: (mark.at, repr(mark)))
        setattr(made, name, rules.layout.first_of_each(name, ordered)[-length:] or NO_ENTRIES)
    return made


def _merge_deadlines(one: Journey, other: Journey, rules: Rules) -> dict[str, Deadline]:
    """Return the deadlines of both. For the same key, the one opened last counts.

    If there are too many, those opened first make room; pinned ones (they time a silence) last.
    """
    found = dict(one.deadlines)
    for key, deadline in other.deadlines.items():
        known = found.get(key)
        if known is None or (deadline.opened, deadline.due, deadline.evidence) > (known.opened, known.due, known.evidence):
            found[key] = deadline

    def pinned(key: str) -> bool:
        detector = rules.detectors.get(detector_of(key))
        return detector is not None and detector.pinned

    kept = sorted(found, key=lambda key: (pinned(key), found[key].opened, key))[-DEADLINES:]
    return {key: found[key] for key in kept}


def _merge_open(one: list[OpenSignal], other: list[OpenSignal]) -> list[OpenSignal]:
    return sorted({signal.id: signal for signal in (*other, *one)}.values(), key=lambda signal: (signal.opened, signal.id))


def _merge_contributions(one: Journey, other: Journey) -> dict[str, Contribution]:
    """Return the contributions of both. Of two by one detector, the heavier one at the later journey's time stays."""
    at, found = max(one.newest, other.newest), dict(one.contributions)
    for name, new in other.contributions.items():
        old = found.get(name)
        if old is None or _weight(new, at) > _weight(old, at):
            found[name] = new
    return {name: found[name] for name in sorted(found)}


def _weight(one: Contribution, at: int) -> tuple[float, int, str]:
    return one.weight * one.strength * 0.5 ** (max(0, at - one.since) / one.half_life_ms), one.since, one.signal


def _merge_scores(one: Journey, other: Journey) -> dict[str, float]:
    """Return the answers of both. For the same metric, the later journey's answer counts."""
    first, then = sorted((one, other), key=lambda each: (each.newest, sorted(each.scores.items())))
    return dict(sorted((first.scores | then.scores).items()))


def _ages(one: Journey, other: Journey, count: Callable[[int], int]) -> tuple[int, int]:
    now = count(max(one.day, other.day))
    return now - count(one.day), now - count(other.day)


MERGE_RULES: dict[str, Callable[[Journey, Journey, Rules], Any]] = {
    "newest": lambda a, b, _: max(a.newest, b.newest),
    "stage": lambda a, b, _: _merge_position(a.stage, b.stage),
    "phase": lambda a, b, _: _merge_position(a.phase, b.phase),
    "rung": lambda a, b, _: _merge_position(a.rung, b.rung),
    "episode": lambda a, b, rules: _merge_episode(a.episode, b.episode, rules.blueprint.episode_silence_ms),
    "first_seen": lambda a, b, _: pooling.earliest((a.first_seen, b.first_seen)),
    "kinds": lambda a, b, _: pooling.add_counts(a.kinds, b.kinds),
    "channels": lambda a, b, _: pooling.merge_channels(a.channels, b.channels),
    "days": lambda a, b, _: pooling.merge_rows(a.days, b.days, _ages(a, b, int), DAYS),
    "weeks": lambda a, b, _: pooling.merge_rows(a.weeks, b.weeks, _ages(a, b, week_of), WEEKS),
    "day": lambda a, b, _: max(a.day, b.day),
    "cadence": lambda a, b, _: pooling.merge_cadence(*(each.cadence for each in pooling.purchases_to_merge(a, b))),
    "value": lambda a, b, _: pooling.merge_value(*(each.value for each in pooling.purchases_to_merge(a, b))),
    "deadlines": _merge_deadlines,
    "open": lambda a, b, _: _merge_open(a.open, b.open),
    "contributions": lambda a, b, _: _merge_contributions(a, b),
    "consents": lambda a, b, _: merged.merge_consents(a.consents, b.consents),
    "held_up": lambda a, b, _: a.held_up or b.held_up,
    "language": lambda a, b, _: pooling.agreed(a.language, b.language),
    "zone": lambda a, b, _: pooling.agreed(a.zone, b.zone),
    "made": lambda a, b, rules: merged.merge_offers(a.made, b.made, rules),
    "deferred": lambda a, b, _: merged.merge_deferred(a.deferred, b.deferred),
    "recent_ids": lambda a, b, _: pooling.merge_hashes(a.recent_ids, b.recent_ids, RECENT_IDS),
    "late": lambda a, b, _: a.late + b.late,
    "dropped": lambda a, b, _: a.dropped + b.dropped,
    "rings": lambda a, b, rules: _merge_rings(a.rings, b.rings, rules),
    "scores": lambda a, b, _: _merge_scores(a, b),
    "references": lambda a, b, _: pooling.merge_hashes(a.references, b.references, REFERENCES),
    "things": lambda a, b, _: pooling.merge_hashes(a.things, b.things, THINGS),
    "acts": lambda a, b, _: a.acts + b.acts,
    "acted_at": lambda a, b, _: max(a.acted_at, b.acted_at),
    "acted_id": lambda a, b, _: max((a.acted_at, a.acted_id), (b.acted_at, b.acted_id))[1],
    "woken": lambda a, b, _: max(a.woken, b.woken),
    "known_as": lambda a, b, _: sorted({*a.known_as, *b.known_as})[:KNOWN_AS],
    "purchases_at_slip": lambda a, b, _: a.purchases_at_slip + b.purchases_at_slip,
    "week_due": lambda a, b, _: pooling.earliest((a.week_due, b.week_due)),
    **visited.VISITED_RULES,
    **profiles.PROFILE_RULES,
}
