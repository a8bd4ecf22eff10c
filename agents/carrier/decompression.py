"""Limits the unpacked size of a batch. Without a limit, a small hostile batch could take all memory, and many of them all time.

The broker checks only the packed size, and aiokafka unpacks a batch of any size. A batch may unpack to 4 MiB, or to 128 times its
packed size, and never to more than 64 MiB. Clients fill a batch up to some 1 MB unpacked, and real events pack 60-fold. A fetch full of
bombs then takes seconds and no membership. A batch over the limit becomes one rejection, as its records cannot be told apart.
"""

import zlib
from collections.abc import Callable
from typing import Any

import cramjam
from aiokafka.record import default_records as readable_records  # type: ignore[import-untyped]  # ships no types
from aiokafka.record._crecords import default_records, legacy_records  # type: ignore[import-untyped]  # ships no types

MOST, LEAST = 64 << 20, 4 << 20  # bytes; the limit lies between
TIMES = 128  # the limit, as a multiple of the packed size
GUESS = 8  # first guess of the unpacked size, as a multiple of the packed size; enough for most batches

Into = Callable[[Any, Any], int]


class TooLarge(Exception):  # noqa: N818  # the name says what the batch is
    """A batch that would unpack to more than the limit."""


def limit_of(packed: Any) -> int:
    """Return how many bytes this batch may unpack to.

    >>> limit_of(bytes(100)), limit_of(bytes(100_000)), limit_of(bytes(1_000_000)) == MOST
    (4194304, 12800000, True)
    """
    return min(MOST, max(LEAST, TIMES * len(packed)))


def unpack(into: Into, packed: Any) -> bytes:
    """Return the unpacked bytes. Raises `TooLarge` above the limit. The buffer grows only as far as needed.

    >>> packed = bytes(cramjam.zstd.compress(bytes(100_000)))
    >>> len(unpack(cramjam.zstd.decompress_into, packed))
    100000
    """
    limit = limit_of(packed)
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


def unpack_gzip(packed: Any) -> bytes:
    """Return the unpacked bytes of a gzip batch. Raises `TooLarge` above the limit. It may have several members (RFC 1952)."""
    rest, found, size, limit = bytes(packed), [], 0, limit_of(packed)
    while rest:
        unzip = zlib.decompressobj(wbits=31)
        found.append(unzip.decompress(rest, limit - size + 1))
        size += len(found[-1])
        if size > limit:
            raise TooLarge(f"a batch of {len(packed)} bytes unpacks to more than {limit}")
        if not unzip.eof:
            raise zlib.error("the stream ends before its end is marked")
        rest = unzip.unused_data
    return b"".join(found)


def limit_unpacking() -> None:
    """Replace the unpacking functions of aiokafka's readers by ours.

    Snappy stays as it is: it cannot pack more than about 20-fold.
    """
    for module in (default_records, readable_records):
        module.zstd_decode = lambda packed: unpack(cramjam.zstd.decompress_into, packed)
    for module in (default_records, readable_records, legacy_records):
        module.lz4_decode = lambda packed: unpack(cramjam.lz4.decompress_into, packed)
        module.gzip_decode = unpack_gzip
