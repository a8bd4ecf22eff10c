"""Every friction detector has tests of its own, beside the examples and laws that come with its file."""

from __future__ import annotations

import msgspec
import pytest

from agents.tools.reference.numbering import frictions
from streams.detectors import Detector
from tests.docs.evidence import held_by, naming


@pytest.mark.parametrize("detector", frictions(), ids=lambda detector: detector.name)
def test_every_friction_detector_has_a_test_of_its_own(detector: Detector) -> None:
    """Examples and laws come with the file; a story at its limits, or a test file that names it, must be written."""
    assert "stor" in held_by(detector) or naming(detector)


def test_a_detector_that_nobody_tested_is_noticed() -> None:
    stranger = msgspec.structs.replace(frictions()[0], name="nobody_tested_it", module="streams.friction.nobody_tested_it")
    assert (held_by(stranger), naming(stranger)) == ("3 examples", [])
