"""Ids and chance are hashes of their causes: the same log yields the same ids, in every process."""

from __future__ import annotations

from hashlib import blake2b

SHORT_HASH = 6  # bytes of a mark


def digest(*parts: str) -> bytes:
    """64 bits of BLAKE2b over the parts; the parts cannot run into each other.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    return blake2b("\x1f".join(parts).encode(), digest_size=8).digest()


def short_hash(*parts: str) -> bytes:
    """48 bits of the digest: enough to know one of 64 again, wrongly once in four million million.

    >>> short_hash("a", "bc") == digest("a", "bc")[:6]
    True
    """
    return digest(*parts)[:SHORT_HASH]


def output_id(customer: str, cause: str, slot: str) -> str:
    """The id of what `cause` (a touchpoint's id, or a wake's name and due time) made us publish in this slot.

    >>> output_id("c1", "e7", "friction:rage_click:/pay") == output_id("c1", "e7", "friction:rage_click:/pay")
    True
    """
    return digest(customer, cause, slot).hex()


def chance(salt: str, customer: str) -> float:
    """A number in [0, 1) that belongs to this customer under this salt, for ever.

    >>> 0 <= chance("holdout-2026", "c1") < 1
    True
    """
    return int.from_bytes(digest(salt, customer), "big") / 2**64
