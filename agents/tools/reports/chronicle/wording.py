"""Puts every record into one sentence for people, with its reasons as further lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from agents.tools.reports.chronicle.portraits import PORTRAITS
from agents.tools.reports.chronicle.reasons import candidate_lines, span
from agents.tools.reports.chronicle.risks import RISKS
from agents.tools.reports.chronicle.saying import Saying, Tone, evidence_of
from schemas.currencies import in_words
from schemas.outputs import Output
from schemas.outputs.decisions import DecisionMade, OutcomeUnmatched
from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.outputs.signals import (
    FrictionClosed,
    FrictionOpened,
    FrictionRepeated,
    ReviewSuspected,
    SignalRetracted,
)
from schemas.outputs.transitions import JourneysMerged, JourneysUnlinked, LinkRefused, PhaseEntered, RungEntered, StageEntered
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import MOMENTS, MONEY
from schemas.writing import rfc3339

HEIGHTS = ("lapsed", "prospect", "won_back", "first_time", "repeat", "loyal", "advocate")  # rungs, from low to high: a move up is good news
COMMON = frozenset(field.name for field in msgspec.structs.fields(Touchpoint)) | {"currency"}


def say(record: Touchpoint | Output) -> Saying:
    """Return the words for a record.

    >>> from streams.story import story
    >>> say(story("0 store purchase_made till-4 receipt=r1 value=1250 items=3 currency=USD")[0]).words
    'purchase made at till-4 (store): receipt r1, items 3, value 12.50 USD'
    >>> say(story("0 web order_placed order=o1 value=1500 currency=JPY")[0]).words
    'order placed (web): order o1, value 1,500 JPY'
    >>> say(story("0 post delivery_promised order=o1 by=1795857420000")[0]).words
    'delivery promised (post): order o1, by 2026-11-28 09:17 UTC'
    """
    return _say_touchpoint(record) if isinstance(record, Touchpoint) else _SAYINGS[type(record)](record)


def _say_touchpoint(touchpoint: Touchpoint) -> Saying:
    kind = str(touchpoint.__struct_config__.tag).replace("_", " ")
    where = f" at {touchpoint.place}" if touchpoint.place else ""
    channel = f" ({touchpoint.channel})" if touchpoint.channel else ""
    told = ", ".join(_fields(touchpoint))
    return Saying(f"{kind}{where}{channel}{': ' if told else ''}{told}", tone="bad" if touchpoint.effort > 0 else "plain")


def _fields(touchpoint: Touchpoint) -> list[str]:
    """Return the kind's own fields that differ from their defaults, as texts; money with its currency."""
    currency = getattr(touchpoint, "currency", "")
    told = []
    for field in msgspec.structs.fields(type(touchpoint)):
        value = getattr(touchpoint, field.name)
        if field.name in COMMON or value is None or value == field.default:
            continue
        if field.name == touchpoint.placed_by and value == touchpoint.place:
            continue  # it is said already
        name = field.name.replace("_", " ")
        told.append(name if value is True else f"{name} {_text(field.name, value, currency)}")
    return told


def _text(name: str, value: Any, currency: str) -> str:
    if name in MONEY:
        return in_words(value, currency)
    if name in MOMENTS and isinstance(value, int):
        return f"{rfc3339(value)[:16].replace('T', ' ')} UTC"
    return " + ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _say_merged(record: JourneysMerged) -> Saying:
    what = "all of its history" if record.whole else "its current episode: the device may be shared"
    came = f"{record.touchpoints} touchpoint{'' if record.touchpoints == 1 else 's'} came along"
    return Saying(f"{record.origin} is the same customer: {came}", (f"taken in is {what}",), "moved")


def _say_unlinked(record: JourneysUnlinked) -> Saying:
    return Saying(f"nothing more goes to {record.other}: an operator unlinked them", (record.why,) if record.why else (), "moved")


def _say_link_refused(record: LinkRefused) -> Saying:
    if record.reason == "too_many_ids":
        return Saying(f"{record.other} stays another customer: too many ids have joined this one already")
    return Saying(
        f"{record.other} stays another customer: an alias of two known ids joins nothing",
        ("`aliases_join = true` in the blueprint lets an alias join them",),
    )


def _say_stage(record: StageEntered) -> Saying:
    back = record.direction == "backward"
    return Saying(
        f"stage {record.left} → {record.stage}, after {span(record.dwell_s)}{' (backward)' if back else ''}", (), "bad" if back else "moved"
    )


def _say_phase(record: PhaseEntered) -> Saying:
    return Saying(f"phase {record.left} → {record.phase}, after {span(record.dwell_s)}", tone="moved")


def _say_rung(record: RungEntered) -> Saying:
    tone: Tone = "bad" if HEIGHTS.index(record.rung) < HEIGHTS.index(record.left) else "good"
    return Saying(f"loyalty {record.left} → {record.rung}, after {span(record.dwell_s)}", (evidence_of(record.evidence),), tone)


def _say_friction(record: FrictionOpened) -> Saying:
    limits = ", ".join(f"{name} {value:g}" for name, value in record.limits.items())
    because = (
        record.words,
        evidence_of(record.evidence),
        f"limits: {limits}" if limits else "",
        f"owner: {record.owner}" if record.owner else "",
    )
    where = f" at {record.place}" if record.place else ""
    return Saying(f"friction {record.detector}{where}, severity {record.severity}", tuple(filter(None, because)), "bad")


def _say_repeated(record: FrictionRepeated) -> Saying:
    return Saying(f"friction {record.detector} again, {record.count} times now", (evidence_of(record.evidence),), "bad")


def _say_closed(record: FrictionClosed) -> Saying:
    return Saying(
        f"friction {record.detector} {record.because.replace('_', ' ')}", tone="good" if record.because == "resolved" else "plain"
    )


def _say_retracted(record: SignalRetracted) -> Saying:
    return Saying(f"signal {record.detector} retracted: a late fact disproved it", tone="good")


def _say_suspected(record: ReviewSuspected) -> Saying:
    doubts = ", ".join(record.doubts).replace("_", " ")
    return Saying(f"review {record.review} may be forged", (record.words, f"doubts: {doubts}", evidence_of(record.evidence)))


def _say_decision(record: DecisionMade) -> Saying:
    deferred = f", asked again {record.deferred_until[:16].replace('T', ' ')}" if record.deferred_until else ""
    why = f" ({record.reason.replace('_', ' ')}{deferred})" if record.reason else ""
    what = {"offered": f"offer {record.offer_name}", "held_out": f"held out: {record.offer_name} would have been offered"}
    words = what.get(record.outcome, record.outcome.replace("_", " ")) + ("" if record.outcome in what else why)
    asked = f"asked because of {', '.join(record.triggers)}; risk {record.risk:.0%} ({record.band})"
    return Saying(f"decision: {words}", (asked, *candidate_lines(record.candidates)), "decided")


def _say_offer(record: OfferMade) -> Saying:
    until = record.valid_until[:16].replace("T", " ")
    because = (
        *([f"text: {record.text}"] if record.text else []),
        *record.reasons,
        evidence_of(record.evidence),
        f"expected value {in_words(record.expected_value, record.currency)} ({record.factors.basis}), valid until {until}",
    )
    return Saying(f"offer {record.offer} by {record.channel} ({record.family.replace('_', ' ')})", because, "good")


def _say_withdrawn(record: OfferWithdrawn) -> Saying:
    return Saying(f"offer {record.offer} withdrawn: {record.because.replace('_', ' ')}", tone="decided")


def _say_unmatched(record: OutcomeUnmatched) -> Saying:
    return Saying(f"{record.outcome} for offer {record.offer}, which was not made to this customer: it counts for nothing")


_SAYINGS: dict[type[Output], Callable[[Any], Saying]] = {
    JourneysMerged: _say_merged, JourneysUnlinked: _say_unlinked, LinkRefused: _say_link_refused,
    StageEntered: _say_stage, PhaseEntered: _say_phase, RungEntered: _say_rung,
    FrictionOpened: _say_friction,
    FrictionRepeated: _say_repeated, FrictionClosed: _say_closed, SignalRetracted: _say_retracted, ReviewSuspected: _say_suspected,
    DecisionMade: _say_decision, OfferMade: _say_offer, OfferWithdrawn: _say_withdrawn, OutcomeUnmatched: _say_unmatched,
    **PORTRAITS, **RISKS,
}  # fmt: skip
