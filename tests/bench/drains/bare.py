"""The bare job on our carrier: exactly once, a transaction each quarter second.

`python -m tests.bench.drains.bare BOOTSTRAP TOTAL NAME DIRECTORY`: drains the source, prints events a second as JSON.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import orjson

from agents.carrier import CarrierOptions, ConsumerRecord, OwnedPartition, run
from agents.carrier.ledger import AnyLedger
from tests.bench.drains.broker import OUTPUT, PARTITIONS, SOURCE
from tests.bench.drains.lap import Lap
from tests.bench.drains.shape import COMMIT_S, EACH, PAD, State

_decode = msgspec.json.decode
LOOK_S = 0.02


class Bare:
    """Counts, and nothing else: what remains is the carrier's own cost."""

    def encode(self, state: State) -> bytes:
        """2 KB of JSON."""
        return orjson.dumps(state)

    def decode(self, key: bytes, value: bytes) -> State:
        """The state of these bytes."""
        state: State = orjson.loads(value)
        return state

    def rows(self, partition: OwnedPartition[State]) -> Mapping[bytes, bytes | None]:
        return {}

    def load(self, partition: OwnedPartition[State], body: bytes, rows: Mapping[bytes, bytes]) -> None:
        """Nothing is kept per partition."""

    def dump(self, partition: OwnedPartition[State]) -> bytes:
        """Nothing."""
        return b""

    def apply(self, partition: OwnedPartition[State], record: ConsumerRecord) -> None:
        """One event more of this customer."""
        key = record.key or b""
        event = _decode(record.value or b"")
        state = partition.get(key)
        if state is None:
            state = {"n": 0, "pad": PAD}
        count = state["n"] = state["n"] + 1
        partition.put(key, state)
        if count % EACH == 0:
            partition.emit(OUTPUT, key, orjson.dumps({"customer": event["customer"], "n": count}))


def main() -> None:
    """The worker, until almost all is applied."""
    bootstrap, total, name, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    lap = Lap(total)

    async def watch(ledger: AnyLedger) -> None:
        while not lap.done:
            lap.at(ledger.count.events, time.monotonic(), time.process_time())
            await asyncio.sleep(LOOK_S)
        os.write(1, orjson.dumps(lap.line()) + b"\n")
        os._exit(0)  # it was measured; nobody needs what it holds

    options = CarrierOptions(
        worker="bare", source=SOURCE, partitions=PARTITIONS, data_dir=directory, app_id=name, table="counts",
        outputs=(OUTPUT,), brokers=bootstrap, commit_interval=COMMIT_S, commit_interval_behind=COMMIT_S,
    )  # fmt: skip
    run(options, Bare(), (watch,))


if __name__ == "__main__":
    main()
