"""What the README says is what the program is."""

from __future__ import annotations

from tests.readme import BLOCK, README, generated, renewed


def test_its_tables_are_those_of_the_registries() -> None:
    """Mutant: a detector added without `make golden`."""
    text = README.read_text()
    assert {match[2] for match in BLOCK.finditer(text)} == set(generated())
    assert renewed(text) == text, "run `make golden` and read the difference"
