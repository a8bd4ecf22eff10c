"""A batch unpacks to at most 64 MiB: a few hostile bytes must not become all the memory there is.

The broker looks at the packed size only, and aiokafka unpacks whatever comes. Below the limit a hidden 30 MB record becomes
a rejection like any other; above it no record of the batch can be told from the others, so the process ends and says so.
"""

import zlib
from collections.abc import Callable
from typing import Any

import cramjam
from aiokafka.record._crecords import default_records, legacy_records  # type: ignore[import-untyped]  # ships no types

LIMIT = 64 << 20  # bytes; a fetch of 1 MiB that packs honest events 60-fold is still below
GUESS = 8  # most batches unpack to less than so many times their size

Into = Callable[[Any, Any], int]


class TooLarge(Exception):  # noqa: N818  # says what the batch is
    """A batch that would unpack to more than the limit."""


def unpack(into: Into, packed: Any, limit: int = LIMIT) -> bytes:
    """The unpacked bytes, or `TooLarge`; the memory asked for grows only as far as needed.

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
    """As `unpack`, for gzip."""
    unzip = zlib.decompressobj(wbits=31)
    unpacked = unzip.decompress(bytes(packed), limit)
    if unzip.unconsumed_tail:
        raise TooLarge(f"a batch of {len(packed)} bytes unpacks to more than {limit}")
    return unpacked


def limit_unpacking() -> None:
    """aiokafka's compiled readers unpack through us. Snappy stays stock: it cannot pack more than about 20-fold."""
    default_records.zstd_decode = lambda packed: unpack(cramjam.zstd.decompress_into, packed)
    for module in (default_records, legacy_records):
        module.lz4_decode = lambda packed: unpack(cramjam.lz4.decompress_into, packed)
        module.gzip_decode = unpack_gzip
