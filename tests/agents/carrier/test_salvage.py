"""What a sender wrote so that aiokafka's reader raises: the rest of the batch is read, and each place is accounted for."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED  # type: ignore[import-untyped]  # ships no types
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy  # type: ignore[import-untyped]
from aiokafka.record.util import decode_varint_py as decode_varint  # type: ignore[import-untyped]
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from agents.carrier.decompression import LEAST, TooLarge, limit_unpacking, unpack_gzip
from agents.carrier.failures import Failures
from agents.carrier.fetching import LeanRecords, way_past
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import DAMAGED, FetchedRecord, Unreadable
from agents.carrier.salvage import KeptRecords
from schemas.outputs.rejections import Rejection
from tests.agents.carrier.counting import Counting

TP0 = TP("in", 0)
NONE, GZIP, ZSTD = 0, 1, 4
HEAD = 61  # bytes of a batch before its records
Event = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]
GOOD: Event = (b"c1", b"{}", [("a", b"b")])


class Bytes(str):
    """A header's name as a client lets it through that does not look at it."""

    __slots__ = ()

    def encode(self, *_args: Any) -> bytes:
        return b"\xff\xfe"


BAD: Event = (b"c1", b"{}", [(Bytes("x"), b"y")])


@pytest.fixture(scope="module", autouse=True)
def limited() -> None:
    limit_unpacking()


def batch(events: Sequence[Event], base: int, codec: int = NONE) -> bytearray:
    """One batch of these events, its first at the offset `base`."""
    builder = _DefaultRecordBatchBuilderPy(
        magic=2, compression_type=codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=1 << 30
    )
    for offset, (key, value, headers) in enumerate(events):
        assert builder.append(offset, 1_767_225_600_000, key, value, headers)
    made = bytearray(builder.build())
    made[:8] = base.to_bytes(8)
    return made


def read(*batches: bytes | bytearray, wanted: int = 0, crcs: bool = True) -> list[FetchedRecord]:
    """What a worker reads of a fetch that brought these batches."""
    return list(LeanRecords(TP0, KeptRecords(b"".join(batches)), [], wanted, None, None, crcs, READ_COMMITTED))


@contextmanager
def spoilt(made: bytearray, at: int, sign: int) -> Iterator[bytes]:
    """The batch with one byte changed; its checksum is not looked at."""
    made[at] = sign
    yield bytes(made)


@pytest.mark.parametrize("codec", [NONE, GZIP, ZSTD])
def test_a_header_that_is_no_text_costs_its_record_alone(codec: int) -> None:
    """Mutants: `_read` without salvage; `packed` returns the batch before; the record of the header passed by in silence."""
    found = read(batch([GOOD], 3), batch([GOOD, BAD, GOOD], 4, codec), batch([GOOD, GOOD], 9), wanted=3)
    assert [(type(each), each.offset) for each in found] == [
        (FetchedRecord, 3), (FetchedRecord, 4), (Unreadable, 5), (FetchedRecord, 6), (FetchedRecord, 9), (FetchedRecord, 10),
    ]  # fmt: skip
    poison = found[2]
    assert isinstance(poison, Unreadable)
    assert (poison.first, poison.reason, poison.key, poison.value) == (5, "unreadable_record", b"c1", b"{}")
    assert "header" in poison.error
    assert found[3] == FetchedRecord("in", 0, 6, 1_767_225_600_000, b"c1", b"{}", (("a", b"b"),))


def test_reading_goes_on_inside_a_batch() -> None:
    """Mutant: a fetch that begins behind the poison rejects it again."""
    assert [each.offset for each in read(batch([BAD, GOOD, BAD, GOOD], 4), wanted=6)] == [6, 7]


@pytest.mark.parametrize("codec", [GZIP, ZSTD])
def test_a_batch_that_unpacks_to_too_much_is_one_rejection(codec: int) -> None:
    """Mutants: the batch passed by without a record; the offsets of its first record alone."""
    bomb = batch([(b"c1", bytes(3 << 20), [])] * 2, 4, codec)
    found = read(batch([GOOD], 3), bomb, batch([GOOD], 6), wanted=3)
    assert [each.offset for each in found] == [3, 5, 6]
    assert isinstance(found[1], Unreadable)
    assert (found[1].first, found[1].reason, found[1].value) == (4, "unreadable_batch", bytes(bomb))
    assert "unpacks to more than" in found[1].error


def test_a_batch_that_cannot_be_unpacked_is_one_rejection() -> None:
    packed = batch([GOOD] * 3, 4, ZSTD)
    with spoilt(packed, 70, packed[70] ^ 255) as damaged:
        found = read(damaged, batch([GOOD], 7), wanted=4, crcs=False)
    assert [(each.offset, type(each)) for each in found] == [(6, Unreadable), (7, FetchedRecord)]


def test_a_length_that_reaches_beyond_the_batch_costs_the_rest_of_it() -> None:
    """Mutant: `_bounds` without the look at the end. The places behind that record would be passed by in silence."""
    packed = batch([GOOD, GOOD, GOOD], 4)
    length, start = decode_varint(packed, HEAD)
    with spoilt(packed, start + length, 0x7E) as damaged:
        found = read(damaged, batch([GOOD], 7), wanted=4, crcs=False)
    assert [(each.first if isinstance(each, Unreadable) else each.offset, each.offset) for each in found] == [(4, 4), (5, 6), (7, 7)]


def test_a_wrong_checksum_ends_the_reading_and_names_the_place() -> None:
    """A sender cannot write it: the broker looks. Then what is on its disk is not what was sent, and only a person may pass it by.

    Mutants: the records before it are not read; those behind it are; the place before it is not where the ledger stands.
    """
    packed = batch([GOOD], 4)
    with spoilt(packed, 65, packed[65] ^ 1) as damaged:
        *before, place = read(batch([GOOD], 3), damaged, batch([GOOD], 5), wanted=3)
    assert [each.offset for each in before] == [3]
    assert isinstance(place, Unreadable)
    assert (place.offset, place.first, place.reason, place.value) == (3, 4, DAMAGED, damaged)
    assert "partition 0 at offset 4 cannot be read: its checksum is wrong" in way_past(place, "journey")


def test_the_ledger_stands_still_at_a_damaged_batch_and_rejects_nothing() -> None:
    """Mutant: a damaged batch is rejected like one that its sender damaged."""
    partition = OwnedPartition(Counting("out"), 0, Held({}, 2, "id"), rejections="no", failures=Failures())
    place = Unreadable("in", 0, 4, 7, None, b"packed", (), 5, DAMAGED, "its checksum is wrong")
    partition.apply([place], keyed=True)
    assert (partition.position, partition.damaged, partition.outbox) == (5, place, [])


@given(st.data())
def test_whatever_the_bytes_each_place_is_read_or_rejected_once(data: st.DataObject) -> None:
    """Mutants: a record read whose offset was read before; the whole fetch taken for the batch; no end behind the last offset."""
    events = data.draw(st.lists(st.sampled_from([GOOD, BAD, (None, None, []), (b"k" * 200, b"v" * 300, [])]), min_size=1, max_size=6))
    made = batch(events, 4)
    for _ in range(data.draw(st.integers(0, 3))):
        made[data.draw(st.integers(HEAD - 4, len(made) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(made), batch([GOOD], 4 + len(events)), wanted=4, crcs=False)
    last = 3
    for each in found:
        first = each.first if isinstance(each, Unreadable) else each.offset
        assert last < first <= each.offset
        last = each.offset
    assert last == 4 + len(events)
    assert found[-1].value == b"{}"


def test_a_gzip_stream_of_several_members_is_read_whole() -> None:
    """Mutant: only the first member is read (RFC 1952 allows several, and other consumers read them)."""
    parts = [b"a" * (LEAST // 2), b"b" * (LEAST // 2 - 10), b"c" * 10]
    packed = b"".join(_member(part) for part in parts)
    assert unpack_gzip(packed) == b"".join(parts)
    with pytest.raises(TooLarge, match="unpacks to more than 4194304"):
        unpack_gzip(packed + _member(b"d"))
    with pytest.raises(zlib.error):
        unpack_gzip(packed[:-5])


def _member(part: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(part) + packer.flush()


@pytest.mark.parametrize("keyed", [True, False])
def test_the_ledger_rejects_it_and_goes_on_behind_it(keyed: bool) -> None:
    """Mutants: it reaches the job; the rejection names the last place as its own; the position stands at the first."""
    partition = OwnedPartition(Counting("out"), 0, Held({}, 2, "id"), rejections="no", failures=Failures())
    partition.apply([Unreadable("in", 0, 5, 7, None, b"packed", (), 2, "unreadable_batch", "too large")], keyed=keyed)
    assert (partition.position, partition.body) == (6, None)
    (output,) = partition.outbox
    told = msgspec.json.decode(output.value or b"", type=Rejection)
    assert (told.id, told.topic, told.partition, told.offset, told.last_offset) == ("in-0-2", "in", 0, 2, 5)
    assert (told.reason, told.error, told.value_sha256) == ("unreadable_batch", "too large", sha256(b"packed").hexdigest())
