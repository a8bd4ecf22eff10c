"""A9: a few bytes do not become all the memory there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.record import MemoryRecords  # type: ignore[import-untyped]  # ships no types
from aiokafka.record._crecords import default_records, legacy_records  # type: ignore[import-untyped]  # ships no types

from agents.carrier import decompression

CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
RECORD = 1_000_000


@pytest.fixture
def limited() -> Iterator[None]:
    """Unpacking limited as in a worker, and stock again afterwards."""
    names = ("zstd_decode", "lz4_decode", "gzip_decode")
    stock = {
        (module, name): getattr(module, name) for module in (default_records, legacy_records) for name in names if hasattr(module, name)
    }
    decompression.limit_unpacking()
    yield
    for (module, name), function in stock.items():
        setattr(module, name, function)


def batch(records: int, codec: int) -> Any:
    """One batch of empty megabytes, as a fetch would bring it."""
    builder = default_records.DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=1 << 30
    )
    for offset in range(records):
        builder.append(offset, timestamp=1, key=b"k", value=bytes(RECORD), headers=[])
    return MemoryRecords(bytes(builder.build())).next_batch()


@pytest.mark.parametrize("codec", CODECS)
def test_a09_a_large_record_hidden_in_a_small_batch_is_read(codec: str, limited: None) -> None:
    """Mutant caught: a limit of 2 MiB. Three megabytes are read, and become a rejection."""
    assert sum(len(record.value) for record in batch(3, CODECS[codec])) == 3 * RECORD


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a09_a_bomb_is_not_unpacked(codec: str, limited: None) -> None:
    """Mutant caught: `limit_unpacking` without each of its lines."""
    with pytest.raises(decompression.TooLarge, match="unpacks to more than"):
        list(batch(5, CODECS[codec]))
