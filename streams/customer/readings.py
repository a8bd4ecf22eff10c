"""What a touchpoint tells about the customer behind it, beyond that it happened: by kind, so that most touchpoints cost nothing here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from schemas.touchpoints.base import Touchpoint
from streams.context import Context, Reads
from streams.customer import employees, expectations, motive, promises


def _by_kind() -> Reads:
    found: dict[Any, tuple[Callable[[Context, Any], None], ...]] = defaultdict(tuple)
    for table in (expectations.READS, promises.READS, motive.READS, employees.READS):
        for kind, readings in table.items():
            found[kind] += readings
    return dict(found)


KINDS = _by_kind()


def read(ctx: Context, touchpoint: Touchpoint) -> None:
    """Everything that can be read from a touchpoint of this kind."""
    for reading in KINDS[type(touchpoint)]:
        reading(ctx, touchpoint)
