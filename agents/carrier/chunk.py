"""A chunk: records of one partition that Faust delivers as one message. Each chunk must begin where the one before ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.carrier.record import ConsumerRecord

MAX_CHUNK = 1000  # records; a chunk then holds the event loop for about 20 ms at most


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
