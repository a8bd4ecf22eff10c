"""Every touchpoint kind. The modules of this folder are searched once: a new kind is one Struct in one file.

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
from typing import Any

from schemas.touchpoints.base import ACTIVITIES, REALMS, Touchpoint

__all__ = ["ACTIVITIES", "ANY", "BY_KIND", "KINDS", "REALMS", "Touchpoint", "kind_of"]


def kind_of(kind: type[Touchpoint]) -> str:
    """Return the kind's name on the wire, as `page_viewed`."""
    return str(kind.__struct_config__.tag)


for _module in pkgutil.iter_modules(__path__, __name__ + "."):
    importlib.import_module(_module.name)

KINDS: tuple[type[Touchpoint], ...] = tuple(sorted(Touchpoint.__subclasses__(), key=kind_of))
BY_KIND: dict[str, type[Touchpoint]] = {kind_of(kind): kind for kind in KINDS}
ANY: Any = functools.reduce(operator.or_, KINDS)  # the union of all kinds, as msgspec's decoders and `convert` take it
