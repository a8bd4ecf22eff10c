"""What a careful engineer writes by hand with librdkafka: the same state and outputs, at least once. The yardstick.

`python -m tests.bench.drains.plain BOOTSTRAP TOTAL NAME`: drains the source, prints events a second as JSON.
"""

from __future__ import annotations

import sys
import time

import msgspec
import orjson
from confluent_kafka import Consumer, Producer

from tests.bench.drains.broker import OUTPUT, SOURCE
from tests.bench.drains.lap import Lap
from tests.bench.drains.shape import COMMIT_S, EACH, PAD, State

READ = 1000


def main() -> None:
    """Reads, counts, writes changed states and outputs each quarter second, then commits its offsets."""
    bootstrap, total, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    consumer = _consumer(bootstrap, name)
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "batch.size": 1 << 20, "partitioner": "murmur2_random",
                         "queue.buffering.max.messages": 2_000_000, "queue.buffering.max.kbytes": 1 << 20})  # fmt: skip
    decode, states, changed, lap, done = msgspec.json.decode, dict[bytes, State](), dict[bytes, State](), Lap(total), 0
    due = time.monotonic() + COMMIT_S
    while not lap.done:
        for message in consumer.consume(READ, 0.05):
            key, event = message.key(), decode(message.value() or b"")
            state = states.get(key)  # type: ignore[arg-type]  # every event here has a key
            if state is None:
                state = states[key] = {"n": 0, "pad": PAD}  # type: ignore[index]
            changed[key] = state  # type: ignore[index]
            state["n"] += 1
            done += 1
            if state["n"] % EACH == 0:
                producer.produce(OUTPUT, orjson.dumps({"customer": event["customer"], "n": state["n"]}), key)
        if time.monotonic() >= due:
            _commit(consumer, producer, f"{name}-changelog", changed)
            changed, due = {}, time.monotonic() + COMMIT_S
        lap.at(done, time.monotonic(), time.process_time())
    sys.stdout.write(orjson.dumps(lap.line()).decode() + "\n")


def _consumer(bootstrap: str, name: str) -> Consumer:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": name,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.queue.backoff.ms": 2,
            "queued.min.messages": 200_000,
            "fetch.message.max.bytes": 4 << 20,
        }
    )
    consumer.subscribe([SOURCE])
    return consumer


def _commit(consumer: Consumer, producer: Producer, changelog: str, changed: dict[bytes, State]) -> None:
    for key, state in changed.items():
        producer.produce(changelog, orjson.dumps(state), key)
    producer.flush(30)
    if changed:
        consumer.commit(asynchronous=False)


if __name__ == "__main__":
    main()
