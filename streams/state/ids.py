"""Ids and pseudo-random numbers, both made by hashing their causes: the same log gives the same ids in every process."""

from __future__ import annotations

from hashlib import blake2b

SHORT_HASH = 6  # bytes of a short hash
SEPARATOR = "\x1f"  # it keeps ("a", "bc") and ("ab", "c") apart
_NOTHING = blake2b(digest_size=8)  # the state before anything is hashed: to copy it takes half the time of making one


def digest(*parts: str) -> bytes:
    """Return 64 bits of BLAKE2b over the parts, with a separator between them.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    hashed = _NOTHING.copy()
    hashed.update(SEPARATOR.join(parts).encode())
    return hashed.digest()


def short_hash(*parts: str) -> bytes:
    """Return the first 48 bits of the digest.

    That is enough to recognise one of 64 values: a wrong match comes once in four million million comparisons.

    >>> short_hash("a", "bc") == digest("a", "bc")[:6]
    True
    """
    hashed = _NOTHING.copy()
    hashed.update(SEPARATOR.join(parts).encode())
    return hashed.digest()[:SHORT_HASH]


def add_hash(ring: bytearray, seen: bytes, keep: int) -> bool:
    """Add a short hash to a ring of at most `keep` and return True, or return False if the ring has it.

    (A match across two neighbouring hashes is as unlikely as two equal hashes.)
    """
    if seen in ring:
        return False
    ring += seen
    if len(ring) > keep * len(seen):
        del ring[: len(seen)]
    return True


def output_id(customer: str, cause: str, slot: str) -> str:
    """Return the id of the output that `cause` published under `slot`.

    `cause` is a touchpoint's id, or the timer's name with its due time.

    >>> output_id("c1", "e7", "friction:rage_click:/pay") == output_id("c1", "e7", "friction:rage_click:/pay")
    True
    """
    return blake2b(SEPARATOR.join((customer, cause, slot)).encode(), digest_size=8).hexdigest()  # as `digest`, without its call


def chance(salt: str, customer: str) -> float:
    """Return a number in [0, 1) that is always the same for this customer and this salt.

    >>> 0 <= chance("holdout-2026", "c1") < 1
    True
    """
    return int.from_bytes(digest(salt, customer), "big") / 2**64
