"""A chunk: records of one partition that Faust delivers as one message. Each chunk must begin where the one before ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from agents.carrier.record import ConsumerRecord

MAX_CHUNK = 1000  # records
SLICE = 0.005  # seconds that one slice of a chunk holds the event loop, about
FIRST, FEWEST = 50, 10  # records of the first slice, and of any at least


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one partition in log order.

    `start` is the offset they were fetched from. `epoch` is the number of the seek they were fetched after.
    """

    partition: int
    epoch: int
    start: int
    records: Sequence[ConsumerRecord]

    def __repr__(self) -> str:
        return f"<Chunk {self.partition}: {len(self.records)} records from {self.start}>"

    def part(self, first: int, size: int) -> "Chunk":
        """Return the chunk of `size` records from the one at `first`. It begins where the record before it ended."""
        start = self.records[first - 1].offset + 1 if first else self.start
        return Chunk(self.partition, self.epoch, start, self.records[first : first + size])


@dataclass(slots=True)
class Slicer:
    """Cuts chunks into slices that hold the event loop for about `SLICE` seconds each, by what the records of the last slice took.

    Between two slices a commit can be taken, and the next chunk can be fetched. A slice is a chunk in all respects.
    """

    clock: Callable[[], float] = monotonic
    size: int = FIRST

    def apply(self, chunk: Chunk, accept: Callable[[Chunk], None]) -> Iterator[int]:
        """Pass the chunk to `accept`, slice by slice; yield after each how many records it had."""
        first, total = 0, len(chunk.records)
        while first < total:
            part = chunk if self.size >= total and not first else chunk.part(first, self.size)
            begun, size = self.clock(), len(part.records)
            accept(part)
            self._fit(size, self.clock() - begun)
            first += size
            yield size

    def _fit(self, size: int, seconds: float) -> None:
        """Choose the size of the next slice; few records say little about it."""
        if size >= FEWEST:
            fitting = int(size * SLICE / seconds) if seconds > 0 else MAX_CHUNK
            self.size = max(FEWEST, self.size // 2, min(MAX_CHUNK, self.size * 2, fitting))
