"""The finding of a plan: what a kind can set off under the rules in force, found once when the first touchpoint of it comes."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec

from schemas.touchpoints.base import Touchpoint
from streams.customer import loyalty, readings
from streams.customer.value import tiers
from streams.detectors import Closing
from streams.detectors.shared.silence import SilenceAfter
from streams.engine import remember, things
from streams.identity.claiming import LINKS
from streams.insights import counting
from streams.insights.surges.rates import exposures_of
from streams.offers import consent, history
from streams.plan import Opener, Pattern, Plan
from streams.rules import Rules
from streams.rules.stage_rows import FINER, NAMES
from streams.state.presence import PRESENT


def plan_of(rules: Rules, kind: type[Touchpoint]) -> Plan:
    """Return the plan of this kind under these rules."""
    plan: Plan | None = rules.plans.get(kind)
    if plan is None:
        plan = rules.plans[kind] = _make_plan(rules, kind)
    return plan


def _make_plan(rules: Rules, kind: type[Touchpoint]) -> Plan:
    return Plan(**_of_memory(rules, kind), **_of_detectors(rules, kind), **_of_stage(rules, kind), **_of_readers(rules, kind))


def _of_memory(rules: Rules, kind: type[Touchpoint]) -> dict[str, Any]:
    return {
        "name": NAMES[kind],
        "activity": remember.ACTIVITY[kind],
        "is_own_act": kind in PRESENT,
        "write_ring": rules.layout.writers.get(kind),
        "remember_more": remember.EXTRA.get(kind),
        "texts": _text_reader(kind),
        "names_thing": kind in things.NAMED,
        "changes_tier": kind in tiers.KINDS,
    }


def _of_detectors(rules: Rules, kind: type[Touchpoint]) -> dict[str, Any]:
    openers, asked = _openers(rules, kind), rules.patterns.get(kind, ())
    return {
        "patterns": tuple(Pattern(each, None if each.measures or each.modelled else each.ask, limits) for each, limits in asked),
        "openers": openers,
        "silences": tuple(each.silence for each in openers) if all(each.silence for each in openers) else (),
        "pausers": rules.pausers.get(kind, ()),
        "ends_deadlines": rules.deadline_closers.get(kind, ()),
        "resolves": rules.friction_closers.get(kind, ()),
        "relieves": _relieves(rules, kind),
    }


def _of_stage(rules: Rules, kind: type[Touchpoint]) -> dict[str, Any]:
    buys = issubclass(kind, loyalty.BUYING)
    return {
        "leaves": frozenset(stage for (stage, cue), to in rules.moves.to.items() if cue == NAMES[kind] and to != stage),
        "has_finer_cue": kind in FINER or buys,
        "buys": buys,
    }


def _of_readers(rules: Rules, kind: type[Touchpoint]) -> dict[str, Any]:
    of_offers = {
        "is_outcome": kind in history.OUTCOME_KINDS,
        "reports_offer": kind in history.OUTCOME,
        "shows_app": kind in consent.RETURNS,
        "is_goal": kind in rules.goal_kinds,
    }
    return {
        "exposures": exposures_of(kind),
        "counts": counting.PER_KIND.get(kind),
        "is_read": kind in readings.KINDS,
        "links_ids": kind in LINKS,
        "concerns_offers": any(of_offers.values()),
        **of_offers,
    }


def _openers(rules: Rules, kind: type[Touchpoint]) -> tuple[Opener, ...]:
    """Return what may open a deadline after this kind. What does not show that the customer was here begins no silence."""
    found = []
    for detector, opens, limits in rules.openers.get(kind, ()):
        if not isinstance(opens, SilenceAfter):
            found.append(Opener(detector, opens, limits))
        elif kind in PRESENT:
            found.append(Opener(detector, opens, limits, opens.key, limits["acts"]))
    return tuple(found)


def _relieves(rules: Rules, kind: type[Touchpoint]) -> dict[str, tuple[Closing, ...]]:
    """Return what this kind answers, by the name of the churn signal's detector."""
    found: dict[str, tuple[Closing, ...]] = {}
    for detector, end in rules.churn_closers.get(kind, ()):
        found[detector.name] = (*found.get(detector.name, ()), end)
    return found


def _text_reader(kind: type[Touchpoint]) -> Callable[[Touchpoint], tuple[str, ...]]:
    """Return a function that takes, from a touchpoint of this kind, the texts that a journey may keep."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    names = [field.name for field in info.fields if isinstance(field.type, msgspec.inspect.StrType) and field.name != "customer"]
    take: Callable[[Touchpoint], tuple[str, ...]] = attrgetter(*names)
    return take
