"""What the README says is what the program is."""

from __future__ import annotations

import msgspec
import pytest

from streams.detectors import Detector
from tests.frictions import ORDER, frictions, held_by, naming
from tests.readme import BLOCK, README, generated, renewed


def test_its_tables_are_those_of_the_registries() -> None:
    """Mutant: a detector added without `make golden`."""
    text = README.read_text()
    assert {match[2] for match in BLOCK.finditer(text)} == set(generated())
    assert renewed(text) == text, "run `make golden` and read the difference"


def test_the_forty_three_of_the_design_are_there() -> None:
    """Mutants caught: a detector's file taken away or renamed; a number given twice; one over all customers left out."""
    assert len(set(ORDER)) == len(ORDER) == 43
    assert tuple(detector.name for detector in frictions() if detector.name in ORDER) == ORDER


@pytest.mark.parametrize("detector", frictions(), ids=lambda detector: detector.name)
def test_every_friction_detector_has_a_test_of_its_own(detector: Detector) -> None:
    """Examples and laws come with the file; a story at its limits, or a test file that names it, must be written."""
    assert "stor" in held_by(detector) or naming(detector)


def test_a_detector_that_nobody_tested_is_noticed() -> None:
    stranger = msgspec.structs.replace(frictions()[0], name="nobody_tested_it", module="streams.friction.nobody_tested_it")
    assert (held_by(stranger), naming(stranger)) == ("3 examples", [])
