"""A decision leaves out the questions that can remove nothing. It decides as if it had asked them all."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest

from streams.context import Emission
from streams.offers import funnel
from streams.rules.offer_rows import Policy
from streams.state import MadeOffer
from tests.streams.offers.cases import DAY, HOUR, NOON, consenting, ctx, decided, friction, gift, repair, ruled

HISTORIES = {
    "no offer": [],
    "declined": [MadeOffer("m1", "gift", "incentive", "email", NOON - HOUR, NOON, "declined", outcome_at=NOON - HOUR)],
    "refused": [MadeOffer("m1", "repair", "service_recovery", "email", NOON - HOUR, NOON, "refused", outcome_at=NOON - HOUR)],
    "delivered": [MadeOffer("m1", "gift", "incentive", "email", NOON - HOUR, NOON + DAY, "delivered", outcome_at=NOON - HOUR)],
}
CAPS = {
    "no cap": (),
    "one a week": (Policy(limit=1, days=7, scope="all"),),
    "none": (Policy(limit=0, days=7, scope="channel", only="email"),),
}
PLAIN: dict[str, Any] = {"least_freshness": 0.0, "channels": ("email", "web")}


def published(history: list[MadeOffer], policies: tuple[Policy, ...], customer: str, *, told: bool, hurt: bool) -> list[Emission]:
    """Return what one decision publishes."""
    law = ruled(gift(**PLAIN), repair(channels=("email", "web")), repair("reminder", purposes=("marketing",)), policies=policies)
    journey = consenting(law)
    journey.made, journey.open = deepcopy(history), [friction()] if hurt else []
    if not told:
        journey.consents, journey.channels = {}, {"web": 2, "email": 1}
    moment = ctx(law, journey, customer=customer)
    decided(moment)
    return moment.out


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("cap", CAPS)
@pytest.mark.parametrize("customer", ["c1", "anon:5f2c"])
@pytest.mark.parametrize(("told", "hurt"), [(True, True), (True, False), (False, True), (False, False)])
def test_the_steps_that_are_left_out_would_have_removed_nothing(history: str, cap: str, customer: str, told: bool, hurt: bool) -> None:
    """Mutants caught, each in `_channel_steps`: `identified` never asked; `made > 0` for the caps, and `made > 3` for the cooldown;
    consent asked only where something is known.
    """
    found = published(HISTORIES[history], CAPS[cap], customer, told=told, hurt=hurt)
    every = (
        patch.object(funnel, "_channel_steps", lambda *_: funnel.CHANNEL_STEPS),
        patch.object(funnel, "REPAIR_STEPS", funnel.OFFER_STEPS),
    )
    with every[0], every[1]:
        assert found == published(HISTORIES[history], CAPS[cap], customer, told=told, hurt=hurt)


def test_a_policy_of_no_offer_at_all_holds_for_the_first() -> None:
    """Mutant caught: caps left out while the history is empty."""
    law = ruled(gift(), policies=(Policy(limit=0, days=7, scope="all"),))
    assert decided(ctx(law, consenting(law))).reason == "frequency_cap"


@pytest.mark.parametrize(
    ("phases", "detail"), [(("retention",), "not for the phase relationship"), (("relationship",), "no open friction that it repairs")]
)
def test_a_repair_for_some_phases_is_asked_about_the_phase_first(phases: tuple[str, ...], detail: str) -> None:
    """Mutant caught: a row that knows its frictions and leaves the phase out."""
    law = ruled(repair(resolves=("delivery_late",), phases=phases))
    journey = consenting(law)
    journey.open = [friction()]
    [candidate] = decided(ctx(law, journey, NOON)).candidates
    assert (candidate.step, candidate.reason, candidate.detail) == ("applicable", "not_applicable", detail)
