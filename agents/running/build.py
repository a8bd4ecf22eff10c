"""Which build of the core this process runs: the Python sources, or the same modules compiled by `make fast`."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from typing import Literal

Build = Literal["pure", "compiled"]


def build_of(module: str) -> Build:
    """Return how the module of this name would be loaded, without loading it.

    >>> build_of("json"), build_of("msgspec._core")
    ('pure', 'compiled')
    """
    spec = find_spec(module)
    return "compiled" if spec and spec.origin and spec.origin.endswith(tuple(EXTENSION_SUFFIXES)) else "pure"


BUILD: Build = build_of("streams.decide")  # one wheel holds either all hot modules compiled, or none
