"""Forgetting: an anonymous journey that has been silent for long is forgotten. Otherwise every visitor's journey stays for ever.

The journey's own timer decides it, so a replay forgets at the same record. `forget_or_postpone` empties the journey. Whoever holds the
states deletes one that `is_empty` after its timer fired. The next touchpoint under that id begins a new journey.
"""

from __future__ import annotations

from itertools import chain

from streams.context import Context
from streams.engine.finish import next_due
from streams.offers.grounds import UNRESOLVED
from streams.rules import Rules
from streams.state import FIELDS, Journey, Partition


def schedule_forgetting(ctx: Context, at: int) -> None:
    """Set when this anonymous journey may be forgotten, if no such time is set. `at` (ms UTC) is the touchpoint's time.

    A later touchpoint does not move the time: the timer moves it when it fires. So most touchpoints cost nothing more.
    """
    journey, silence = ctx.journey, ctx.rules.forget_after_ms
    due = (at if at > journey.newest else journey.newest) + silence
    if 0 < journey.forget_due <= due or not silence or journey.forward is not None or journey.cadence.count:
        return
    journey.forget_due = due
    if not 0 < journey.next_wake <= due:
        journey.next_wake = due


def forget_or_postpone(journey: Journey, partition: Partition, rules: Rules, at: int) -> None:
    """Empty the journey at `at` (ms UTC), its `forget_due`. If it was not silent for long enough, or still waits, set a later time.

    Nothing is published. A journey that must be kept gets no other time before its next touchpoint.
    """
    due = max(journey.newest + rules.forget_after_ms, _waits_until(journey, at))
    if not rules.forget_after_ms or _must_be_kept(journey):
        journey.forget_due = 0
    elif due > at:
        journey.forget_due = due
    else:
        _empty(journey, rules)
        partition.forgotten += 1
    journey.next_wake = next_due(journey)


def is_empty(journey: Journey) -> bool:
    """Return whether nothing at all is remembered, as in a journey that was forgotten.

    >>> from streams.replay import Replay
    >>> from streams.story import START, offset, story
    >>> replay = Replay().run(story("0 web page_viewed /shop page=/shop customer=anon:1"), START + offset("89d"))
    >>> is_empty(replay.journeys["anon:1"])
    False
    >>> replay.pass_time(START + offset("90d"))
    >>> replay.journeys, replay.partition.forgotten
    ({}, 1)
    """
    return not (journey.newest or journey.recent_ids or journey.forward or journey.absorbed_hand_overs or journey.linked_ids)


def _must_be_kept(journey: Journey) -> bool:
    """Return whether the journey is forwarded, has a purchase or a refusal, or has a deadline that waits for the customer."""
    if journey.forward is not None or journey.cadence.count:
        return True
    return not all(consent.granted for consent in journey.consents.values()) or any(each.paused for each in journey.deadlines.values())


def _waits_until(journey: Journey, at: int) -> int:
    """Return the first time (ms UTC) after all that the journey waits for; 0: it waits for nothing.

    It waits for deadlines, for open frictions, for a decision that was put off, and for the answer to an offer.
    """
    ends = [deadline.due for deadline in journey.deadlines.values() if not deadline.paused]
    ends += [signal.closes_at for signal in journey.open]
    ends += [made.valid_until for made in journey.made if made.outcome in UNRESOLVED and (not made.outcome or made.valid_until >= at)]
    if journey.deferred is not None:
        ends.append(journey.deferred.due)
    return max(chain(ends, (at,))) + 1 if ends else 0


def _empty(journey: Journey, rules: Rules) -> None:
    empty = rules.codec.new()
    for name in FIELDS:
        setattr(journey, name, getattr(empty, name))
