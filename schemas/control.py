"""Records that steer, not touch: they ride on the touchpoint topic and count only with the workers' signature."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

import msgspec

from schemas.touchpoints.base import snake_case

SIGNATURE = "sojourn-signature"  # header: HMAC-SHA256 of the value under the workers' key


class Control(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag=snake_case):
    """A control record; `kind` never collides with a touchpoint's (a test holds them apart)."""


class Tick(Control, frozen=True, kw_only=True):
    """The moment `due` has come for this customer. Harmless when repeated, or when the journey has another wake by now."""

    customer: str
    due: int  # ms UTC


class HistoryEnded(Control, frozen=True, kw_only=True):
    """No more history will come: time may pass up to `until` on this partition. One for every partition."""

    until: int  # ms UTC


CONTROLS: tuple[type[Control], ...] = (HistoryEnded, Tick)


def signature(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA256 of a control record's bytes.

    >>> len(signature(b"secret", b"{}"))
    32
    """
    return hmac.digest(key, value, "sha256")


def signed(key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether these headers carry the workers' signature of this value.

    >>> signed(b"secret", b"{}", [(SIGNATURE, signature(b"secret", b"{}"))])
    True
    >>> signed(b"secret", b"{}", [(SIGNATURE, b"forged")])
    False
    """
    given = next((v for k, v in headers if k == SIGNATURE), b"")
    return hmac.compare_digest(given, signature(key, value))
