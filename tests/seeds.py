"""Seeds of a law that is played with many: some in `make test`, the others in `make test-all`, which CI runs as well."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def seeds(all_of_them: Iterable[int], usual: int) -> list[int | ParameterSet]:
    """For `parametrize`: the first `usual` seeds as they are, the others marked as exhaustive.

    >>> [getattr(each, "marks", each) for each in seeds(range(2), usual=1)]
    [0, (MarkDecorator(mark=Mark(name='exhaustive', args=(), kwargs={})),)]
    """
    return [seed if place < usual else pytest.param(seed, marks=pytest.mark.exhaustive) for place, seed in enumerate(all_of_them)]
