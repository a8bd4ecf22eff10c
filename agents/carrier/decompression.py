"""Limits the unpacked size of a batch to 64 MiB. Without a limit, a small hostile batch could take all memory.

The broker checks only the packed size, and aiokafka unpacks a batch of any size. Below the limit, a record of 30 MB becomes a
rejection like any other. Above it, the records of the batch cannot be told apart, so the process ends and names the cause.
"""

import zlib
from collections.abc import Callable
from typing import Any

import cramjam
from aiokafka.record._crecords import default_records, legacy_records  # type: ignore[import-untyped]  # ships no types

LIMIT = 64 << 20  # bytes; a fetch of 1 MiB with real events, packed 60-fold, is still below
GUESS = 8  # first guess of the unpacked size, as a multiple of the packed size; enough for most batches

Into = Callable[[Any, Any], int]


class TooLarge(Exception):  # noqa: N818  # the name says what the batch is
    """A batch that would unpack to more than the limit."""


def unpack(into: Into, packed: Any, limit: int = LIMIT) -> bytes:
    """Return the unpacked bytes. Raises `TooLarge` above `limit` bytes. The buffer grows only as far as needed.

    >>> packed = bytes(cramjam.zstd.compress(bytes(100_000)))
    >>> len(unpack(cramjam.zstd.decompress_into, packed, limit=100_000))
    100000
    """
    size = min(limit, len(packed) * GUESS + 1024)
    while True:
        space = bytearray(size)
        try:
            return bytes(memoryview(space)[: into(packed, space)])
        except cramjam.DecompressionError as error:
            if "whole buffer" not in str(error):
                raise
            if size >= limit:
                raise TooLarge(f"a batch of {len(packed)} bytes unpacks to more than {limit}") from error
            size = min(limit, size * GUESS)


def unpack_gzip(packed: Any, limit: int = LIMIT) -> bytes:
    """Return the unpacked bytes of a gzip batch. Raises `TooLarge` above `limit` bytes."""
    unzip = zlib.decompressobj(wbits=31)
    unpacked = unzip.decompress(bytes(packed), limit)
    if unzip.unconsumed_tail:
        raise TooLarge(f"a batch of {len(packed)} bytes unpacks to more than {limit}")
    return unpacked


def limit_unpacking() -> None:
    """Replace the unpacking functions of aiokafka's compiled readers by ours.

    Snappy stays as it is: it cannot pack more than about 20-fold.
    """
    default_records.zstd_decode = lambda packed: unpack(cramjam.zstd.decompress_into, packed)
    for module in (default_records, legacy_records):
        module.lz4_decode = lambda packed: unpack(cramjam.lz4.decompress_into, packed)
        module.gzip_decode = unpack_gzip
