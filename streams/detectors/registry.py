"""The scan that finds every detector."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from streams.detectors.declaring import Detector


@cache
def registry() -> tuple[Detector, ...]:
    """Return every detector, sorted by name. Raises TypeError if two detectors have the same name."""
    found: dict[str, Detector] = {}
    for room in ("streams.friction", "streams.churn"):
        package = import_module(room)
        for file in pkgutil.iter_modules(package.__path__, f"{room}."):
            for thing in vars(import_module(file.name)).values():
                one = getattr(thing, "detector", None)
                if isinstance(one, Detector) and one.module == file.name:
                    if one.name in found:
                        raise TypeError(f"two detectors are called {one.name}: {found[one.name].module} and {one.module}")
                    found[one.name] = one
    return tuple(found[name] for name in sorted(found))
