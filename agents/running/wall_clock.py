"""The wall clock. Only roles read it; decisions depend only on the log."""

from __future__ import annotations

import time


def wall_ms() -> int:
    """Return the time now, in milliseconds UTC."""
    return time.time_ns() // 1_000_000
