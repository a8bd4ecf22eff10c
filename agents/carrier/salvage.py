"""Reads a batch of records that aiokafka's reader refuses, one record after the other.

aiokafka raises on the first record that it cannot read. The worker would end there, at each start again, and nobody could pass the
record by. Here a record that cannot be read becomes an `Unreadable`, which the ledger rejects, and the records behind it are read.
A batch that cannot be unpacked becomes one `Unreadable`. The head of a batch is never compressed, so its offsets are known.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchPy  # type: ignore[import-untyped]  # ships no types
from aiokafka.record.memory_records import MemoryRecords  # type: ignore[import-untyped]
from aiokafka.record.util import decode_varint_py as decode_varint  # type: ignore[import-untyped]
from faust.types import TP

from agents.carrier.decompression import TooLarge
from agents.carrier.record import FetchedRecord, Unreadable

# aiokafka's compiled `decode_varint` reads behind the end of a buffer and may crash the process. The one in Python raises IndexError.
_HEAD = 12  # bytes of a batch before what its length counts: base offset and length
_MAGIC = 16  # place of the byte that says the format of a batch
_V2 = 2  # the only format that brokers store since Kafka 4


class KeptRecords:
    """aiokafka's reader of batches, with the bytes that it reads from."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._batches = MemoryRecords(data)
        self._start = self._next = 0  # where the batch that was read last begins, and where the next one does

    def has_next(self) -> bool:
        return bool(self._batches.has_next())

    def size_in_bytes(self) -> int:
        return int(self._batches.size_in_bytes())

    def next_batch(self) -> Any:
        """Return the next batch; its records are read later. None behind the last one."""
        self._start = self._next
        self._next += _HEAD + int.from_bytes(self._data[self._start + 8 : self._start + _HEAD])
        return self._batches.next_batch()

    def packed(self) -> bytes:
        """Return the bytes of the batch that was read last."""
        return bytes(self._data[self._start : self._next])


def salvage(tp: TP, packed: bytes, wanted: int, error: Exception) -> Iterator[FetchedRecord]:
    """Yield what can be read of a batch from the offset `wanted` on, and an `Unreadable` in place of what cannot.

    `packed` has the bytes of the whole batch, `error` is what aiokafka's reader raised. Raises it again for a format before version 2.
    """
    if packed[_MAGIC] != _V2:
        raise error
    batch = _DefaultRecordBatchPy(packed)
    last = batch.next_offset - 1
    try:
        if isinstance(error, TooLarge):
            raise error  # it would only be unpacked up to the limit once more
        batch._maybe_uncompress()
    except Exception as found:  # a stranger's bytes: each codec has errors of its own
        yield _unreadable(tp, (wanted, last), batch, packed, ("unreadable_batch", f"{type(found).__name__}: {found}"))
        return
    buffer, pos = batch._buffer, batch._pos
    for _ in range(batch._num_records):
        if wanted > last:
            return
        try:
            start, pos = _bounds(buffer, pos)
        except (ValueError, IndexError):
            break
        read = _record(tp, batch, buffer[start:pos], wanted, last)
        if read.offset >= wanted:
            wanted = read.offset + 1
            yield read
    if wanted <= last and pos < len(buffer):
        yield _unreadable(tp, (wanted, last), batch, packed, ("unreadable_batch", "the lengths of its records are wrong"))


def _bounds(buffer: bytearray, pos: int) -> tuple[int, int]:
    """Return where the record at `pos` begins, behind its length, and where it ends. Raises ValueError or IndexError."""
    length, start = decode_varint(buffer, pos)
    if length <= 0 or start + length > len(buffer):
        raise ValueError(length)
    return start, start + length


def _record(tp: TP, batch: Any, body: bytearray, wanted: int, last: int) -> FetchedRecord:
    """Return one record, or an `Unreadable`. Its place is the next one wanted if its own cannot be read."""
    offset, fault = wanted, ("unreadable_record", "its structure is broken")
    key = value = None
    try:
        passed, pos = decode_varint(body, 1)  # behind the attributes, which have no meaning yet; ms since the batch's first record
        delta, pos = decode_varint(body, pos)
        offset = min(batch.base_offset + delta, last)
        at = batch.max_timestamp if batch.timestamp_type else batch.first_timestamp + passed
        key, pos = _text(body, pos)
        value, pos = _text(body, pos)
        headers, pos = _headers(body, pos)
        if pos == len(body):
            return FetchedRecord(tp.topic, tp.partition, offset, at, key, value, headers)
    except UnicodeDecodeError as error:
        fault = ("unreadable_record", f"a header's name is not UTF-8: {error.object[:64]!r}")
    except (ValueError, IndexError):
        pass
    held = bytes(body) if value is None else value
    return _unreadable(tp, (offset, offset), batch, held, fault, key)


def _text(body: bytearray, pos: int) -> tuple[bytes | None, int]:
    """Return the bytes at `pos`, behind their length, and the place behind them. A length below 0: None.

    The place lies behind the record's end if the length is wrong. The caller compares both at the end.
    """
    length, pos = decode_varint(body, pos)
    return (None, pos) if length < 0 else (bytes(body[pos : pos + length]), pos + length)


def _headers(body: bytearray, pos: int) -> tuple[tuple[tuple[str, bytes], ...], int]:
    """Return the headers at `pos`, and the place behind them. Raises UnicodeDecodeError for a name that is no text."""
    count, pos = decode_varint(body, pos)
    found = []
    for _ in range(count):
        name, pos = _text(body, pos)
        value, pos = _text(body, pos)
        found.append(((name or b"").decode(), value or b""))
    return tuple(found), pos


def _unreadable(tp: TP, places: tuple[int, int], batch: Any, held: bytes, fault: tuple[str, str], key: bytes | None = None) -> Unreadable:
    first, last = places
    return Unreadable(tp.topic, tp.partition, last, max(0, batch.max_timestamp), key, held, (), first, *fault)
