"""A table whose fields are the warmer, the larger their value is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

LABELLED = 12  # with more columns there is no room for values in the fields
NAMED = 4  # then so many columns have their names


@dataclass(frozen=True)
class Heat:
    """`cells[row][column]` is a value, or None where nothing can be said. `most` is the value of the warmest colour."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[float | None]]
    most: float
    unit: str
    template: ClassVar[str] = "charts/heat.html"

    @property
    def drawn(self) -> bool:
        """Whether any field has a value other than 0."""
        return any(value for row in self.cells for value in row)

    @property
    def labelled(self) -> bool:
        """Whether the fields show their values."""
        return len(self.columns) <= LABELLED

    def named(self, column: int) -> bool:
        """Return whether there is room for the name of this column, if the fields are too narrow for values.

        >>> [column for column in range(53) if Heat((), ["2017-01-02"] * 53, (), 1.0, "").named(column)]
        [0, 14, 28, 42]
        """
        return column % self._step == 0 and column + self._step // 2 < len(self.columns)

    def minor(self, column: int) -> bool:
        """Return whether a telephone has no room for the name of this column."""
        return not self.labelled and column // self._step % 2 == 1

    @property
    def _step(self) -> int:
        return -(-len(self.columns) // NAMED)

    def warmth(self, value: float) -> int:
        """Return how warm a value is, from 0 to 100.

        >>> Heat((), (), (), 20.0, "").warmth(5), Heat((), (), (), 20.0, "").warmth(90)
        (25, 100)
        """
        return round(100 * min(1.0, value / self.most)) if self.most > 0 else 0
