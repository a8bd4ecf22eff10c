"""A decision leaves out the questions that can remove nothing. It decides as if it had asked them all."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.context import Emission
from streams.offers import funnel
from streams.replay import Replay
from streams.rules.offer_rows import Policy
from tests.streams.offers.cases import NOON, consenting, ctx, decided, friction, gift, repair, ruled
from tests.streams.offers.courses import Act, acts, play, rules
from tests.streams.offers.test_caps import POLICY


def played(course: list[Act], policies: tuple[Policy, ...], *, grant: bool, reached: bool) -> list[Emission]:
    """Return everything that a course emits."""
    replay = Replay(rules(policies))
    reached_by = ("email", "sms", "push", "web") if reached else ()
    return [emission for _, emitted in play(replay, course, grant=grant, reached_by=reached_by) for emission in emitted]


@settings(max_examples=40)
@given(acts(causes=True), st.lists(POLICY, max_size=3), st.booleans(), st.booleans())
def test_the_steps_that_are_left_out_would_have_removed_nothing(
    course: list[Act], policies: list[Policy], grant: bool, reached: bool
) -> None:
    """Mutants caught: caps left out while the history is empty; consent left out wherever nothing is known; a refused offer not rested."""
    found = played(course, tuple(policies), grant=grant, reached=reached)
    with (
        patch.object(funnel, "_channel_steps", lambda *_: funnel.CHANNEL_STEPS),
        patch.object(funnel, "REPAIR_STEPS", funnel.OFFER_STEPS),
    ):
        assert found == played(course, tuple(policies), grant=grant, reached=reached)


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
