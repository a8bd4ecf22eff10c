"""Every touchpoint kind, found once by looking through this folder's modules: a new kind is one Struct in one file.

>>> kind_of(BY_KIND["page_viewed"])
'page_viewed'
>>> import msgspec
>>> msgspec.json.decode(BY_KIND["page_viewed"].examples[0], type=ANY).page
'/tents'
"""

from __future__ import annotations

import functools
import importlib
import operator
import pkgutil
from collections.abc import Iterator
from typing import Any

from schemas.touchpoints.base import ACTIVITIES, REALMS, Touchpoint

__all__ = ["ACTIVITIES", "ANY", "BY_KIND", "KINDS", "REALMS", "Touchpoint", "kind_of"]


def kind_of(kind: type[Touchpoint]) -> str:
    """The kind's name on the wire, as `page_viewed`."""
    return str(kind.__struct_config__.tag)


def _found() -> Iterator[type[Touchpoint]]:
    for module in pkgutil.iter_modules(__path__, __name__ + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Touchpoint) and value.__module__ == module.name and value is not Touchpoint:
                yield value


KINDS: tuple[type[Touchpoint], ...] = tuple(sorted(_found(), key=kind_of))
BY_KIND: dict[str, type[Touchpoint]] = {kind_of(kind): kind for kind in KINDS}
ANY: Any = functools.reduce(operator.or_, KINDS)  # the union of all kinds, as msgspec's decoders and `convert` take it
