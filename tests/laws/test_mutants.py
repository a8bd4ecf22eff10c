"""Each law catches the detector that breaks it, and only a law that does is worth running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import msgspec
import pytest

from schemas.touchpoints.browsing import PageViewed
from schemas.touchpoints.commerce import OrderPlaced, PaymentFailed
from streams.detectors import Detector, Found, Limits, Opening, Risk, after
from streams.detectors.registry import registry
from streams.state import Journey
from streams.state.marks import last
from tests.laws import laws
from tests.laws.strategies import course

SOUND = next(detector for detector in registry() if detector.name == "payment_failed")


def counting(numbers: Iterator[int]) -> Callable[[Journey, Any, Limits], Found]:
    return lambda _journey, payment, _limits: Found([payment.id], f"said {next(numbers)} times")


def undeclared_kind(journey: Journey, payment: Any, _limits: Limits) -> Found:
    return Found([mark.id for mark in journey.rings.order_placed])


def undeclared_field(journey: Journey, _payment: Any, _limits: Limits) -> Found:
    return Found([mark.id for mark in journey.rings.page_viewed if mark.page])


def writes(journey: Journey, payment: Any, _limits: Limits) -> Found:
    journey.band = "high"
    return Found([payment.id], "wrote")


def opens_and_writes(journey: Journey, payment: Any, _limits: Limits) -> Opening:
    journey.late += 1
    return Opening(payment.at + after(days=1))


def claims(**fields: Any) -> Callable[[Journey, Any, Limits], Found]:
    return lambda _journey, payment, _limits: Found(**{"evidence": [payment.id], "words": "said", **fields})


def change(**fields: Any) -> Detector:
    return msgspec.structs.replace(SOUND, **fields)


OF_A_JOURNEY = (
    (laws.never_raises, change(ask=lambda *_: 1 / 0)),
    (laws.never_raises, change(ask=undeclared_kind, reads={PageViewed: last(2)})),
    (laws.never_raises, change(ask=undeclared_field, on=(PageViewed, OrderPlaced), reads={PageViewed: last(2)})),
    (laws.is_deterministic, change(ask=counting(count()))),
    (laws.cites_what_it_saw, change(ask=claims(evidence=["e9999"]))),
    (laws.claims_within_bounds, change(ask=claims(severity=6))),
    (laws.claims_within_bounds, change(ask=claims(words=""))),
    (laws.claims_within_bounds, change(family="churn", risk=Risk("money", 1.0, 10), ask=claims(strength=1.5))),
    (laws.never_writes, change(ask=writes)),
    (laws.never_writes, change(on=(), opened_by={PaymentFailed: opens_and_writes})),
)

OF_ITSELF = (
    (laws.is_silent_on_an_empty_journey, change(ask=claims(evidence=["before"]))),
    (laws.ends, change(closes=0)),
    (laws.ends, change(risk=Risk("money", weight=-1.0, half_life_days=10))),
    (laws.ends, change(risk=Risk("money", weight=1.0, half_life_days=0))),
    (laws.is_documented, change(doc=SOUND.doc.replace("**Guard**", "Beware"))),
    (laws.is_documented, change(doc=SOUND.doc.replace("['payment_failed']", "[]"))),
    (laws.is_documented, change(doc=SOUND.doc.replace("[]", "['payment_failed']"))),
    (laws.is_documented, change(name="payment_refused")),
    (laws.its_examples_hold, change(doc=SOUND.doc.replace("test_card=true", ""))),
)


def some_journey_breaks(law: Callable[[Detector, Any], None], detector: Detector) -> bool:
    for seed in range(60):
        try:
            law(detector, course(seed, laws.kinds_of(detector)))
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize(("law", "mutant"), OF_A_JOURNEY, ids=lambda thing: getattr(thing, "__name__", ""))
def test_a_law_of_a_journey_catches_its_mutant_and_spares_the_sound_one(law: Callable[[Detector, Any], None], mutant: Detector) -> None:
    assert some_journey_breaks(law, mutant)
    assert not some_journey_breaks(law, SOUND)


@pytest.mark.parametrize(("law", "mutant"), OF_ITSELF, ids=lambda thing: getattr(thing, "__name__", ""))
def test_a_law_of_itself_catches_its_mutant_and_spares_the_sound_one(law: Callable[[Detector], None], mutant: Detector) -> None:
    law(SOUND)
    with pytest.raises(AssertionError):
        law(mutant)
