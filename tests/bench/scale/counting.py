"""Counts Python bytecodes: a measure of work that no other program on the machine can change."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def bytecodes(work: Callable[[], object]) -> int:
    """Return how many bytecodes this work takes in Python. What runs in C, or was compiled, is not counted.

    >>> bytecodes(lambda: [n for n in range(200)]) > bytecodes(lambda: [n for n in range(100)]) > 100
    True
    """
    seen = 0

    def inside(_frame: FrameType, event: str, _value: Any) -> Any:
        nonlocal seen
        if event == "opcode":
            seen += 1
        return inside

    def entered(frame: FrameType, _event: str, _value: Any) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return inside

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return seen
