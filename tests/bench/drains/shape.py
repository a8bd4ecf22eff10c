"""What the bare job does, whoever carries it: decode, count per customer in a state of 2 KB, say so each hundredth time."""

from __future__ import annotations

from typing import TypedDict

PAD = "x" * 2000
EACH = 100  # events of a customer an output
COMMIT_S = 0.25


class State(TypedDict):
    """A journey's worth of bytes around one number."""

    n: int
    pad: str
