"""The year, and a few households of it with all that the oracle makes of them: read once for all tests here."""

from __future__ import annotations

import pytest

from agents.tools.evaluating.history import History, history
from tests.agents.tools.demo.replayed import Replayed, replayed
from tests.conftest import CACHE


@pytest.fixture(scope="package")
def year() -> History:
    """The whole year, from the cache where it was shaped before."""
    return history(CACHE)


@pytest.fixture(scope="package")
def few(year: History) -> Replayed:
    """Forty households, replayed."""
    return replayed(year.of(40))
