"""What the tests of offers share: rows, rules, moments and journeys with sensible defaults, so that a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.touchpoints.identity import ProfileChanged
from streams.context import Context
from streams.offers.funnel import decide_offer
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.offer_rows import Offer, Policy
from streams.state import Consent, Journey, OpenSignal, Partition, Position
from streams.story import START, offset, story

HOUR, DAY = 3_600_000, 86_400_000  # ms
NOON = START + 4 * HOUR  # 2026-01-05 12:00 UTC
REACHED_BY = ("app", "call", "email", "post", "push", "sms", "store", "web")
MIDNIGHT = START + 16 * HOUR  # 2026-01-06 00:00 UTC


def gift(name: str = "gift", **more: Any) -> Offer:
    """Return a promotion that anybody may get."""
    return Offer(**{"family": "incentive", "lever": "financial", "channels": ("email",), "value": 100.0, **more, "name": name})


def repair(name: str = "repair", **more: Any) -> Offer:
    """Return a service recovery that answers any friction."""
    row = {"family": "service_recovery", "lever": "social", "channels": ("email",), "value": 100.0, "resolves": ("*",), "purposes": ()}
    return Offer(**{**row, **more, "name": name})


MUTE = repair("mute", audience="false")  # it asks for a decision about every friction, and is never offered itself


def ruled(*offers: Offer, policies: tuple[Policy, ...] = (), holdout: float = 0.0, **more: Any) -> Rules:
    """Return rules with these offers, no cap and no holdout unless given, and no detectors."""
    return Rules(Blueprint(offers=offers, policies=policies, holdout=holdout, **more), detectors=())


def consenting(rules: Rules, *, zone: str = "UTC") -> Journey:
    """Return the journey of a customer in a relationship who allows marketing."""
    journey = rules.codec.new()
    journey.phase, journey.zone = Position("relationship", START), zone
    journey.consents = {"marketing": Consent(True, START), **{f"/{channel}": Consent(True, START) for channel in REACHED_BY}}
    return journey


def ctx(
    rules: Rules, journey: Journey, at: int = NOON, *, customer: str = "c1", cause: str = "", triggers: Iterable[str] = ("risk_rose:high",)
) -> Context:
    """Return a moment with a reason to decide; its cause is unique unless given."""
    one = Context(journey, Partition(), rules, customer, at, cause or f"e{at}", [])
    one.triggers.extend(triggers)
    return one


def decided(one: Context) -> DecisionMade:
    """Decide, and return the one decision that was made."""
    decide_offer(one)
    [decision] = [e for e in one.out if isinstance(e, DecisionMade)]
    return decision


def offers_of(emissions: Iterable[object]) -> list[OfferMade]:
    """Return the offers among the emissions."""
    return [e for e in emissions if isinstance(e, OfferMade)]


def friction(
    id: str = "s1", detector: str = "payment_failed", place: str = "/pay", opened: int = NOON, severity: int = 3, ref: str = ""
) -> OpenSignal:
    """Return an open friction point."""
    return OpenSignal(id, detector, place, ref, opened, opened + 7 * DAY, severity, evidence=[f"{id}-evidence"])


def told(
    text: str,
    until: str | None = None,
    *,
    offers: tuple[Offer, ...] = (gift(),),
    detectors: tuple[str, ...] = ("payment_failed",),
    reached_by: tuple[str, ...] = REACHED_BY,
    **blueprint: Any,
) -> Replay:
    """Return the replay of a story under these offers, with the named detectors only; no cap and no holdout unless given.

    A profile tells first by which channels each customer can be reached.
    """
    everything = Rules().detectors
    offers = offers if any(offer.resolves for offer in offers) else (*offers, MUTE)
    rules = Rules(
        Blueprint(**{"offers": offers, "policies": (), "holdout": 0.0, **blueprint}), detectors=[everything[name] for name in detectors]
    )
    touchpoints = story(text)
    known = [ProfileChanged(id="known", customer=c, at=START, reached_by=reached_by) for c in sorted({t.customer for t in touchpoints})]
    return Replay(rules).run([*known, *touchpoints], None if until is None else START + offset(until))


def decisions(replay: Replay) -> list[DecisionMade]:
    """Return all decisions of a replay, in order."""
    return [e for e in replay.emissions if isinstance(e, DecisionMade)]
