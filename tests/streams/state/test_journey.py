"""The documentation of a journey's fields."""

from __future__ import annotations

from streams.state import FIELDS, Journey


def test_the_table_of_features_names_every_field_once() -> None:
    """Mutant caught: a field added to `Journey` and to no row of the table in its docstring."""
    rows = [line.split("|") for line in (Journey.__doc__ or "").splitlines() if line.strip().startswith("|")]
    named = [name.strip() for row in rows[2:] for name in row[2].split(",")]
    assert sorted(named) == sorted(FIELDS)
