"""Fields as they came, made into a touchpoint. What the kind can do without never refuses the event.

`null` means that nothing was said. An optional field that its kind cannot hold (too long, of another type, out of range) is left out, and
told with its reason and its name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.reading import Read, Rejected
from schemas.reading.diagnosis import diagnose, time_fault
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade

SALES = (OrderPlaced, PurchaseMade)  # their value cannot be below 0: money that goes back is a refund, sent under a wrong name
_FIELD = re.compile(r" - at `\$\.(\w+)[^`]*`\Z")


@functools.cache
def optional(kind: type[Touchpoint]) -> frozenset[str]:
    """Return the names of the fields that a touchpoint of this kind can do without."""
    return frozenset(field.name for field in msgspec.structs.fields(kind) if not field.required)


def convert(given: Mapping[str, Any], kind: type[Touchpoint]) -> Touchpoint | Read | Rejected:
    """Return the touchpoint with these fields, with what was left out of it if anything was, or a rejection.

    >>> from schemas.touchpoints import BY_KIND
    >>> page = {"kind": "page_viewed", "id": "e1", "customer": "c7", "at": 1761555660000, "page": "/"}
    >>> convert(page | {"came_from": None}, BY_KIND["page_viewed"]).page
    '/'
    >>> convert(page | {"by": 7}, BY_KIND["page_viewed"]).unread
    (Rejected(reason='wrong_type', detail='by: Expected `str`, got `int`'),)
    >>> convert(page | {"at": "2026-03-02T09:00Z"}, BY_KIND["page_viewed"])
    Rejected(reason='bad_time', detail='at is no RFC 3339 time (seconds are missing)')
    """
    if None in given.values():
        given = {name: content for name, content in given.items() if content is not None}
    try:
        made: Touchpoint = msgspec.convert(given, kind)
    except msgspec.ValidationError:
        return _convert_in_part(dict(given), kind)
    return made


def _convert_in_part(fields: dict[str, Any], kind: type[Touchpoint]) -> Touchpoint | Read | Rejected:
    """Return the touchpoint without the fields that do not fit, or a rejection if it cannot do without one of them."""
    left_out: list[Rejected] = []
    for _ in range(len(kind.__struct_fields__)):
        try:
            made: Touchpoint = msgspec.convert(fields, kind)
        except msgspec.ValidationError as error:
            found, name = diagnose(error, b""), _name(error)
        else:
            return Read(made, unread=tuple(left_out)) if left_out else made
        if name not in optional(kind) or (kind in SALES and name == "value" and found.reason == "out_of_range"):
            break
        left_out.append(Rejected(found.reason, f"{name}: {found.detail.partition(' - at ')[0]}"))
        del fields[name]
    if found.reason == "bad_time" and isinstance(fields.get("at"), str):
        return Rejected("bad_time", f"at is {time_fault(fields['at'])}")
    return found


def _name(error: msgspec.ValidationError) -> str:
    found = _FIELD.search(str(error))
    return found[1] if found else ""
