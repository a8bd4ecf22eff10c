"""What an offer says it rests on is what the risk is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schemas.control.models import CadenceModel, Models
from streams.context import Context
from streams.detectors import DAY
from streams.offers import grounds
from streams.offers.grounds import grounds_of, reasons_of, repaired_by
from streams.risk.score import risk
from streams.rules import Rules
from streams.rules.offer_rows import CATALOGUE
from streams.state import About, Cadence, Contribution, Journey, MadeOffer, OpenSignal, Partition
from tests.streams.offers.cases import NOON, consenting, ctx, decided, friction, gift, repair, ruled

NOW = 1_767_600_000_000
MODEL = CadenceModel(family="mbg_nbd", parameters=(1.5, 10.0, 0.8, 8.0), customers=900, purchases=9000, log_likelihood=-3e4)
APOLOGY = next(offer for offer in CATALOGUE if "delivery_late" in offer.resolves)
PROMOTION = next(offer for offer in CATALOGUE if offer.family == "basket_change")


def _said(rules: Rules) -> tuple[str, ...]:
    silent = Contribution(1, "silence", 0.3, 1.0, 14 * DAY, NOW, ["e1"], "s1")
    left = Contribution(1, "relationship", 0.8, 1.0, 60 * DAY, NOW, ["e2"], "s2")
    journey = Journey(
        newest=NOW - 30 * DAY, acted_at=NOW - 30 * DAY, cadence=Cadence(9, NOW - 86 * DAY, NOW - 30 * DAY, 8, 7.0),
        contributions={"quiet_week": silent, "unsubscribed": left},
    )  # fmt: skip
    return reasons_of(Context(journey, Partition(), rules, "c1", NOW, "wake", []), PROMOTION, (), 0.3)


def test_an_offer_names_what_adds_to_the_risk_and_nothing_else() -> None:
    """Mutant caught: every signal raised, also the silences that a known cadence tells, in the order of their names."""
    by_days, by_cadence = _said(Rules()), _said(Rules().with_models(Models(MODEL, None, 1)))
    assert by_days[:-1] == ("unsubscribed raises the risk of leaving", "quiet week raises the risk of leaving")
    assert by_cadence[:-1] == ("cadence raises the risk of leaving", "unsubscribed raises the risk of leaving")


def test_a_friction_names_what_it_is_about_and_one_family_alone_says_why_the_band_is_low() -> None:
    """Mutants caught: the detector's name as it is in the code; a high risk in a low band without a word."""
    late = OpenSignal("s9", "delivery_late", "dhl", "o7", NOW, NOW + DAY, 3, about=About({"order": "o7"}))
    journey = Journey(newest=NOW, acted_at=NOW, open=[late])
    journey.contributions["dormant"] = Contribution(1, "silence", 9.0, 1.0, 14 * DAY, NOW, ["e1"], "s1")
    journey.band = "watch"
    moment = Context(journey, Partition(), Rules(), "c1", NOW, "wake", [])
    said = reasons_of(moment, APOLOGY, repaired_by(grounds_of(moment), APOLOGY), 0.9)
    assert said == (
        "delivery late at dhl, order o7, open since 2026-01-05T08:00:00.000Z",
        "the risk of leaving is 90%, in the band watch, as signals of one family alone lead no further",
    )


@pytest.mark.pure
def test_a_decision_works_out_its_grounds_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: each step and each offer look at the repairs under way anew. They were asked 69 times for one failed payment."""
    asked = {"repairs": 0, "risk": 0}

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def count(*given: Any) -> Any:
            asked[name] += 1
            return real(*given)

        return count

    monkeypatch.setattr(grounds, "repairs_under_way", counted("repairs", grounds.repairs_under_way))
    monkeypatch.setattr(grounds, "risk", counted("risk", risk))
    law = ruled(*[repair(f"repair {number}") for number in range(3)], *[gift(f"gift {number}") for number in range(3)])
    journey = consenting(law)
    journey.open.append(friction())
    journey.made.append(MadeOffer("m1", "repair 0", "service_recovery", "sms", NOON - 1, NOON + DAY, signals=["another"]))
    assert decided(ctx(law, journey)).outcome == "offered"
    assert asked == {"repairs": 1, "risk": 1}
