"""A fleet of counting workers for one test, ended with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.carrier.fleet import Fleet


@pytest.fixture
def fleet(kafka: str, tmp_path: Path) -> Iterator[Fleet]:
    """Return topics of this test's own on the real broker, and the means to start workers on them."""
    made = Fleet(kafka, tmp_path)
    yield made
    made.end()
