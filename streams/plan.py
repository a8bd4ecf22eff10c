"""The plan of a kind: what a touchpoint of it can set off under the rules in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.detectors import Ask, Closing, Detector, Limits, Opens


class Pattern(NamedTuple):
    """A detector that is asked about a touchpoint of this kind.

    `ask` is None if it needs more than journey, touchpoint and limits (`streams.signals.raising.ask_detector` finds it).
    """

    detector: Detector
    ask: Ask | None
    limits: Limits


class Opener(NamedTuple):
    """A detector that may open a deadline after a touchpoint of this kind.

    `silence` is the key of its deadline if it times a silence. Nothing opens while one waits for the first time, nor before the customer
    has acted `acts` times.
    """

    detector: Detector
    opens: Opens
    limits: Limits
    silence: str = ""
    acts: float = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a touchpoint of one kind can set off under the rules in force (`streams.planning` finds it once for each kind).

    What cannot happen to a kind is empty or false here, and `decide` does not ask for it. It is a plain class and no Struct: every event
    reads some twenty of its fields, and compiled code reads those of a plain class at once.
    """

    # how it is remembered
    name: str  # the kind on the wire
    activity: int  # its place in ACTIVITIES
    is_own_act: bool  # it shows that the customer was here
    write_ring: Callable[[Any, Touchpoint], None] | None  # adds it to the ring of its kind
    remember_more: Callable[[Context, Any], None] | None  # what else it updates: purchases, realms, scores
    texts: Callable[[Touchpoint], tuple[str, ...]]  # the texts that a journey may keep of it
    names_thing: bool  # it tells of a thing (streams.engine.things)
    changes_tier: bool
    # detectors, with their limits
    patterns: tuple[Pattern, ...]
    openers: tuple[Opener, ...]
    silences: tuple[str, ...]  # the keys of the openers' deadlines, if all of them time silences; else empty
    pausers: tuple[Detector, ...]
    ends_deadlines: tuple[tuple[Detector, Closing], ...]
    resolves: tuple[tuple[Detector, Closing], ...]  # frictions
    relieves: dict[str, tuple[Closing, ...]]  # churn signals, by the name of the detector
    # the stage
    leaves: frozenset[str]  # the stages from which it moves the customer
    has_finer_cue: bool  # the touchpoint itself tells which cue it is, or it is a purchase: the stages are always asked
    buys: bool
    # what reads it
    exposures: tuple[str, ...]  # what it is counted as per hour and channel (streams.insights.surges.rates)
    counts: Callable[[Context, Any], None] | None  # counts more than the visit (streams.insights.counting)
    is_read: bool  # it says something of the customer (streams.customer.readings)
    is_outcome: bool  # of an offer, or of a consent (streams.offers.history)
    reports_offer: bool
    shows_app: bool  # it shows that the app is there again
    is_goal: bool  # of an offer in the catalogue
    concerns_offers: bool  # one of the four above
    links_ids: bool
