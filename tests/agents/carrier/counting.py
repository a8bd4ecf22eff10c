"""A worker that counts events per key and emits each fifth: small enough that any wrong figure is the carrier's.

`python -m tests.agents.carrier.counting --broker HOST:PORT --source TOPIC --app APP --worker NAME --directory DIR`
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import orjson

from agents.carrier.options import CarrierOptions
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.carrier.worker import run

EACH = 5
State = dict[str, int]


class Counting:
    """State is `{"n": count}`; an event whose value is b"poison" raises, b"bad" is rejected."""

    def __init__(self, output: str) -> None:
        self.output = output

    def encode(self, state: State) -> bytes:
        return orjson.dumps(state)

    def decode(self, key: bytes, value: bytes) -> State:
        state: State = orjson.loads(value)
        return state

    def rows(self, partition: OwnedPartition[State]) -> Mapping[bytes, bytes | None]:
        return {}

    def load(self, partition: OwnedPartition[State], body: bytes, rows: Mapping[bytes, bytes]) -> None:
        partition.body = int(body or b"0")

    def dump(self, partition: OwnedPartition[State]) -> bytes:
        return b"%d" % partition.body

    def apply(self, partition: OwnedPartition[State], record: ConsumerRecord) -> None:
        key = record.key
        assert key is not None
        if record.value == b"bad":
            partition.reject(record, "unreadable")
            return
        state = partition.get(key) or {"n": 0}
        state["n"] += 1
        partition.put(key, state)
        partition.body += 1
        if state["n"] % EACH == 0:
            partition.emit(self.output, key, b"%s-%d" % (key, state["n"]), partition=record.partition)
        if record.value == b"poison":
            raise ValueError("poison")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("broker", "source", "app", "worker", "directory"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--failpoint", default="")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--transaction-timeout", type=float, default=10.0)
    parser.add_argument("--session-timeout", type=float, default=4.0)
    parser.add_argument("--stop-timeout", type=float, default=CarrierOptions.__dataclass_fields__["stop_timeout"].default)
    given = parser.parse_args()
    options = CarrierOptions(
        worker=given.worker,
        source=given.source,
        app_id=given.app,
        table="counts",
        partitions=given.partitions,
        data_dir=Path(given.directory),
        outputs=(f"{given.source}-out",),
        rejections=f"{given.source}-rejections",
        brokers=given.broker,
        session_timeout=given.session_timeout,
        heartbeat_interval=1.0,
        rebalance_timeout=10.0,
        transaction_timeout=given.transaction_timeout,
        stop_timeout=given.stop_timeout,
        failpoint=given.failpoint,
    )
    run(options, Counting(f"{given.source}-out"))


if __name__ == "__main__":
    main()
