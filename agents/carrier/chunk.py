"""A chunk is a message, and chunks are links of a chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.carrier.record import ConsumerRecord

MAX_CHUNK = 1000  # records: the event loop is never held for more than about 20 ms


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one partition in log order, with the position they were fetched from and the seek they were fetched after."""

    partition: int
    epoch: int
    start: int
    records: Sequence[ConsumerRecord]

    def __repr__(self) -> str:
        return f"<Chunk {self.partition}: {len(self.records)} records from {self.start}>"
