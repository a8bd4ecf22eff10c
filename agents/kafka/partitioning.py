"""Says in which partition a key belongs: Kafka's own clients hash it with murmur2."""

from __future__ import annotations

import struct

_M, _SEED, _32 = 0x5BD1E995, 0x9747B28C, 0xFFFFFFFF


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition in which Kafka's own clients put this key, if there are `partitions` of them.

    librdkafka's default is another one: its clients need the setting `partitioner=murmur2_random`.

    >>> partition_of(b"household-1029", 1), partition_of(b"household-1029", 4)
    (0, 1)
    """
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def _murmur2(key: bytes) -> int:
    """Return Kafka's hash of a key. kafka-python has it as well; it takes five times as long, and each new customer's key is hashed."""
    length = len(key)
    whole = length & ~3
    found = _SEED ^ length
    for word in struct.unpack(f"<{whole >> 2}I", key[:whole]):
        word = word * _M & _32  # noqa: PLW2901  # as in the reference
        found = found * _M & _32 ^ (word ^ word >> 24) * _M & _32
    if rest := key[whole:]:
        found = (found ^ int.from_bytes(rest, "little")) * _M & _32
    found = (found ^ found >> 13) * _M & _32
    return found ^ found >> 15
