"""The wall clock. Only roles read it: what is decided depends on the log alone."""

from __future__ import annotations

import time


def wall_ms() -> int:
    """Return the time now, in milliseconds UTC."""
    return time.time_ns() // 1_000_000
