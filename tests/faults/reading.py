"""Everything that lies on the topics, as a subscriber who reads only what is committed has seen it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from schemas.topics import TOPICS

TICK = b'{"kind":"tick",'  # how every tick begins


@dataclass(frozen=True, slots=True)
class Record:
    """One committed record; `at` is the broker's or the producer's timestamp, `seen` when it came to us, both ms UTC."""

    partition: int
    offset: int
    at: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    seen: int = 0


@dataclass(slots=True)
class Reading:
    """All committed records by topic, each partition's in log order."""

    records: dict[str, list[Record]] = field(default_factory=lambda: {row.name: [] for row in TOPICS})
    partitions: int = 4
    last: dict[tuple[str, int], int] = field(default_factory=dict)  # offset of the last record of each (topic, partition), but for ticks
    progress: dict[tuple[str, int], Record] = field(default_factory=dict)  # the last partition record of each (changelog, partition)

    def of(self, topic: str, partition: int | None = None) -> list[Record]:
        """A topic's records, or one partition's."""
        return [each for each in self.records[topic] if partition in (None, each.partition)]

    def add(self, topic: str, record: Record) -> None:
        """One more, at the end of its partition."""
        self.records[topic].append(record)
        if not (record.value or b"").startswith(TICK):
            self.last[(topic, record.partition)] = record.offset
        if record.key == PARTITION_KEY and topic.endswith("-changelog"):
            self.progress[(topic, record.partition)] = record

    def position(self, changelog: str, partition: int) -> int:
        """The next offset of the source, by the newest partition record; 0 before the first."""
        record = self.progress.get((changelog, partition))
        return PartitionRecord.decode(record.value).position if record is not None and record.value else 0

    def write(self, folder: Path) -> None:
        """Every record as evidence, a file a topic, a JSON line a record."""
        folder.mkdir(parents=True, exist_ok=True)
        for topic, records in self.records.items():
            lines = (orjson.dumps({**asdict(each), "key": _text(each.key), "value": _text(each.value), "headers": []}) for each in records)
            (folder / f"{topic}.jsonl").write_bytes(b"\n".join(lines))


class Follower:
    """A subscriber of every topic, from the first record on, live: it counts deliveries while the faults happen."""

    def __init__(self, brokers: str, partitions: int) -> None:
        self.reading = Reading(partitions=partitions)
        self._all = [TopicPartition(row.name, n, OFFSET_BEGINNING) for row in TOPICS for n in range(partitions)]
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": "faults-follower",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 100,
                "log_level": 2,
            }
        )
        self._ended: set[tuple[str, int]] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        self.failed = ""
        self.grown = 0.0  # monotonic seconds of the last record seen

    def start(self) -> Follower:
        """From now on it listens."""
        self._consumer.assign(self._all)
        self._thread.start()
        return self

    def close(self) -> None:
        """It listens no more; what it has read stays."""
        self._stopping.set()
        self._thread.join(20)
        self._consumer.close()

    def quiet(self, seconds: float) -> bool:
        """Whether every partition was read to its end and nothing has come for so long."""
        return len(self._ended) == len(self._all) and time.monotonic() - self.grown > seconds

    def _follow(self) -> None:
        try:
            while not self._stopping.is_set():
                self._take_in(self._consumer.consume(1000, 0.2))
        except Exception as error:
            self.failed = repr(error)
            raise

    def _take_in(self, messages: Iterable[Message]) -> None:
        for message in messages:
            topic, partition, error = message.topic() or "", message.partition() or 0, message.error()
            if error is None:
                self._ended.discard((topic, partition))
                self.reading.add(topic, _record(message))
                self.grown = time.monotonic()
            elif error.code() == KafkaError._PARTITION_EOF:
                self._ended.add((topic, partition))
            elif error.fatal() or error.code() == KafkaError._AUTO_OFFSET_RESET:
                raise KafkaException(error)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")  # a byte a character, whatever they are


def _record(message: Message) -> Record:
    headers = tuple((str(each[0]), each[1] if isinstance(each[1], bytes) else b"") for each in message.headers() or ())
    key, value = message.key(), message.value()
    if isinstance(key, str) or isinstance(value, str):
        raise TypeError("a consumer without deserialisers yields bytes")
    seen = time.time_ns() // 1_000_000
    return Record(message.partition() or 0, message.offset() or 0, message.timestamp()[1], key or b"", value, headers, seen)
