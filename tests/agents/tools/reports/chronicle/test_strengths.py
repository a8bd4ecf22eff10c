"""The strengths of a stated risk are told in words, whatever they are of."""

from __future__ import annotations

import pytest

from agents.tools.reports.chronicle.reasons import strength_in_words
from streams.rules.risk_terms import FEATURES


@pytest.mark.parametrize("name", FEATURES)
def test_every_base_feature_is_told_in_words(name: str) -> None:
    """Mutant caught: SPANS without `lately`; its name then stands there as it is on the wire."""
    words = strength_in_words(name, 1.61)
    assert ":" not in words.removeprefix("usual for this rhythm:")
    assert "of its full strength" not in words
