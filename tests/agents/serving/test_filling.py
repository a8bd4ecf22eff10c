"""Whatever happens, and in whatever order, in the end no view is missing: Redis emptied, workers stopped, frozen and replaced.

The log and the group are doubles, in which each step is one function call. Marks and views are in a real Valkey.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable

from agents.serving.filling import Filling
from agents.serving.marks import key_of_mark
from agents.serving.redis import Change, ReadModel
from agents.serving.view import key_of

PARTITIONS = (0, 1)
FEW = 2  # records that a worker reads in a step


@dataclass
class Cluster:
    """A changelog (the customer of each record), what the group has committed, and its generation."""

    log: dict[int, list[str]] = field(default_factory=lambda: {number: [] for number in PARTITIONS})
    committed: dict[int, int] = field(default_factory=dict)
    generation: int = 0
    topic_id: str = "log-1"


@dataclass
class Member:
    """The consumer of one worker. A worker that was frozen during a rebalance has an old generation, and may commit nothing."""

    cluster: Cluster
    generation: int = 0
    positions: dict[int, int] = field(default_factory=dict)

    def get_watermark_offsets(self, place: TopicPartition, _within_s: float) -> tuple[int, int]:
        return 0, len(self.cluster.log[place.partition])

    def commit(self, offsets: list[TopicPartition], asynchronous: bool) -> None:
        if self.generation != self.cluster.generation:
            raise KafkaException(KafkaError(KafkaError.ILLEGAL_GENERATION))
        self.cluster.committed |= {place.partition: place.offset for place in offsets}

    def seek(self, place: TopicPartition) -> None:
        self.positions[place.partition] = place.offset


class Lossy(ReadModel):
    """The read model; an answer to a change of a mark may be lost, before the change or after it."""

    lost = ""

    def swap_mark(self, partition: int, expected: str, mark: str) -> bool:
        lost, self.lost = self.lost, ""
        if lost == "before":
            raise Unreachable
        swapped = super().swap_mark(partition, expected, mark)
        if lost == "after":
            raise Unreachable
        return swapped


class Worker:
    """A worker: it reads, writes, commits and looks, as `Serving.step` does."""

    def __init__(self, cluster: Cluster, redis: Redis) -> None:
        self.cluster, self.views, self.member = cluster, Lossy(redis), Member(cluster)
        self.filling = Filling(cast(Consumer, self.member), self.views, lambda: cluster.topic_id)

    def assign(self, partitions: Iterable[int]) -> None:
        self.member.generation = self.cluster.generation
        self.member.positions = {number: self.cluster.committed.get(number, 0) for number in partitions}
        self.filling.assign(self.member.positions)

    def step(self, *, commits: bool = True) -> None:
        written, ends = False, list[int]()
        self.filling._due = 0.0
        self.filling.identify()
        for number, at in self.member.positions.items():
            log = self.cluster.log[number]
            taken = log[at : at + FEW]
            views = {customer: Change(at + place, self._view(at + place)) for place, customer in enumerate(taken)}
            self.views.put(views, self.filling.log)
            self.member.positions[number] = at + len(taken)
            written |= bool(taken)
            ends += [number] if at + len(taken) >= len(log) else []
            self.filling.read_to(number, at + len(taken))
        if commits:
            with suppress(KafkaException):
                self.member.commit([TopicPartition("", number, at) for number, at in self.member.positions.items()], asynchronous=False)
        for number in ends:
            self.filling.reach_end(number)
        with suppress(Unreachable):
            self.filling.look(written=written)

    def _view(self, version: int) -> bytes:
        return json.dumps({"version": version, "log": self.filling.log}, separators=(",", ":")).encode()


@pytest.fixture(scope="module")
def redis(valkey: str) -> Any:
    """Return a client of a real Valkey."""
    with Redis.from_url(valkey) as client:
        yield client


WHO = st.sampled_from((0, 1))
STEPS = st.one_of(
    st.tuples(st.just("step"), WHO),
    st.tuples(st.just("step"), WHO),
    st.tuples(st.just("look"), WHO),
    st.tuples(st.just("add"), st.sampled_from(PARTITIONS)),
    st.tuples(st.just("flush"), WHO),
    st.tuples(st.just("all to"), WHO),
    st.tuples(st.just("frozen, all to"), WHO),
    st.tuples(st.just("shared"), WHO),
    st.tuples(st.just("topic again"), WHO),
    st.tuples(st.sampled_from(("lose before", "lose after")), WHO),
)


def happen(cluster: Cluster, workers: list[Worker], redis: Redis, what: str, who: int) -> None:
    """Have one thing happen. A worker that is frozen during a rebalance goes on as before when it wakes."""
    if what in ("step", "look"):
        workers[who].step(commits=what == "step")
    elif what == "add":
        cluster.log[who].append(f"c{who}-{len(cluster.log[who]) % 5}")
    elif what == "flush":
        redis.flushall()
    elif what.startswith("lose"):
        workers[who].views.lost = what.split()[1]
    elif what == "topic again":
        cluster.topic_id += "0"
        cluster.log, cluster.committed = {number: [f"c{number}-new"] for number in PARTITIONS}, {}
        for worker in workers:
            worker.member.positions = dict.fromkeys(worker.member.positions, 0)
    else:
        cluster.generation += 1
        given = {who: PARTITIONS, 1 - who: ()} if what != "shared" else {who: (0,), 1 - who: (1,)}
        for number, partitions in given.items():
            if what != "frozen, all to" or number == who:
                workers[number].assign(partitions)


def settle(worker: Worker, cluster: Cluster) -> None:
    """All partitions are this worker's, and it goes on until nothing changes any more."""
    cluster.generation += 1
    worker.views.lost = ""
    worker.assign(PARTITIONS)
    for _ in range(3 * sum(map(len, cluster.log.values())) + 10):
        worker.step()


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=30))
@example(
    [("add", 0), ("add", 0), ("add", 0), ("all to", 0), ("step", 0), ("step", 0), ("step", 0), ("flush", 0), ("lose after", 0), ("step", 0)]
)
@example([*[("add", 0)] * 9, ("all to", 0), *[("step", 0)] * 9, ("flush", 0), ("step", 0), ("step", 0), ("flush", 0), *[("step", 0)] * 3])
@example([*[("add", 0)] * 9, ("all to", 0), *[("step", 0)] * 9, ("flush", 0), ("look", 0), ("step", 0), ("all to", 1), ("step", 1)])
@example([("add", 0), ("all to", 0), ("step", 0), ("step", 0), ("topic again", 0), ("step", 0)])
@example([("add", 0), ("all to", 0), ("lose before", 0), ("step", 0), ("topic again", 0)])  # a view is there before any mark
def test_in_the_end_no_view_is_missing(redis: Redis, happened: list[tuple[str, int]]) -> None:
    """Mutants: `filled` is written when a filling begins; the position is not committed before the mark; a worker takes over a filling
    though it reads from elsewhere (`_new` not emptied); an earlier end counts (`_at_end` not reset); nobody asks whether the topic was
    created again; the views of the earlier topic stay.
    """
    redis.flushall()
    cluster = Cluster()
    workers = [Worker(cluster, redis), Worker(cluster, redis)]
    for what, who in happened:
        happen(cluster, workers, redis, what, who)
    settle(workers[0], cluster)
    newest = {key_of(customer): at for log in cluster.log.values() for at, customer in enumerate(log)}
    keys = cast(list[bytes], redis.keys("journey:*"))
    stored = {key.decode(): json.loads(cast(bytes, redis.get(key))) for key in keys}
    assert {key: view["version"] for key, view in stored.items()} == newest
    assert {view["log"] for view in stored.values()} <= {cluster.topic_id}
    assert [redis.get(key_of_mark(number)) for number in PARTITIONS] == [f"filled {cluster.topic_id} 0".encode()] * 2
    assert workers[0].filling.trouble == ""


def test_two_clusters_on_one_redis_are_told_and_do_not_fill_against_each_other(redis: Redis) -> None:
    """Mutant: a mark of another log is always replaced. Both would read their changelogs from the beginning for ever."""
    redis.flushall()
    ours, theirs = Cluster(), Cluster(topic_id="log-2")
    first, second = Worker(ours, redis), Worker(theirs, redis)
    for worker, cluster in ((first, ours), (second, theirs)):
        cluster.log[0] += ["c1", "c2"]
        settle(worker, cluster)
    assert second.filling.trouble == ""
    begun = first.filling.begun
    for _ in range(5):
        first.step()
        second.step()
    assert (first.filling.begun, second.filling.begun) == (begun, 2)
    assert "topic id log-2" in first.filling.trouble
    assert "SOJOURN_REDIS_URL" in first.filling.trouble


def test_readiness_says_how_much_is_left(redis: Redis) -> None:
    redis.flushall()
    cluster = Cluster()
    cluster.log[0] += [f"c{number}" for number in range(9)]
    worker = Worker(cluster, redis)
    settle(worker, cluster)
    redis.flushall()
    worker.step()
    worker.step()
    assert worker.filling.left == 7
    assert worker.filling.trouble == "views are missing and are made again: 7 records of the changelog are left to read"
