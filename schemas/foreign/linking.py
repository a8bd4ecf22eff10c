"""What the calls of SDKs that link two ids mean: a sign-in on a device, or an alias of an earlier id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from schemas.foreign.event import Foreign, anonymous_id, customer_id
from schemas.reading.placeholders import PREFIX, nameable, trimmed

SECOND = "/anon"  # behind the id of an alias call: its second link, to a device


def signed_in(device: object) -> dict[str, Any]:
    """Return the fields of a sign-in of the customer on this device."""
    return {"other": anonymous_id(device), "sign_in": True}


def aliased(event: Foreign, earlier: object, *, device: bool) -> Sequence[Foreign]:
    """Return the links of an alias call. The earlier id is a customer's or a device's, and the call does not say which.

    `device` says that it is known to be a device's.

    >>> [dict(each.properties) for each in aliased(Foreign("segment", "identity_linked", "m1", "c7", 0), "c-old", device=False)]
    [{'other': 'c-old', 'alias': True}, {'other': 'anon:c-old', 'sign_in': True}]
    """
    if device or not isinstance(earlier, str | int) or not nameable(str(earlier)) or trimmed(str(earlier)).startswith(PREFIX):
        return (msgspec.structs.replace(event, properties=signed_in(earlier)),)
    known = msgspec.structs.replace(event, properties={"other": customer_id(earlier), "alias": True})
    return (known, msgspec.structs.replace(event, id=f"{event.id}{SECOND}" if event.id else event.id, properties=signed_in(earlier)))
