"""The readers of touchpoints: what a touchpoint says of the customer, beyond that it happened. Listed by kind, so most kinds cost
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from schemas.touchpoints.base import Touchpoint
from streams.context import Context, Reads
from streams.customer import employees, expectations, motive, promises


def _readers_by_kind() -> Reads:
    found: dict[Any, tuple[Callable[[Context, Any], None], ...]] = defaultdict(tuple)
    for table in (expectations.READS, promises.READS, motive.READS, employees.READS):
        for kind, readings in table.items():
            found[kind] += readings
    return dict(found)


KINDS = _readers_by_kind()


def read_touchpoint(ctx: Context, touchpoint: Touchpoint) -> None:
    """Call every reader of this kind of touchpoint."""
    for reading in KINDS[type(touchpoint)]:
        reading(ctx, touchpoint)
