"""What every step of a decision receives (`Context`), and what it may put out (`Emission`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streams.context.emissions import DetectorFailed, Emission, Head, Sent
from streams.context.moment import Context

Reads = dict[Any, tuple[Callable[[Context, Any], None], ...]]  # kind of touchpoint -> the functions that read one

__all__ = ["Context", "DetectorFailed", "Emission", "Head", "Reads", "Sent"]
