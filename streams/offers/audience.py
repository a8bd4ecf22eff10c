"""A small, safe language for audience rules, parsed once at load."""

from __future__ import annotations

from collections.abc import Callable

from streams.state import Journey

Audience = Callable[[Journey, int], bool]       # (journey, now in ms UTC) -> is it for them?


def audience(rule: str) -> Audience:
    """The predicate a rule stands for."""
    raise ValueError(rule)
