"""The serving agent against a real Valkey: the newest wins, nothing is lost while Redis is away, and an empty one is filled again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable

from agents.carrier.record import PARTITION_KEY, STATE, PartitionRecord
from agents.serving.layouts import Layouts
from agents.serving.redis import TOGETHER, Change, ReadModel
from agents.serving.role import Serving
from agents.serving.rules_in_force import InForce
from agents.serving.view import key_of
from schemas.topics import JOURNEY_CHANGELOG
from streams.detectors.registry import registry
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.in_force import Rulebook
from streams.state import Partition
from streams.story import story
from tests.agents.lab import Lab

RULES = Rules()
LOG = "log-1"
VIEW = "0 web page_viewed /shop page=/shop"


@dataclass
class FakeMessage:
    """What a consumer yields."""

    place: int
    name: bytes
    state: bytes | None
    number: int = 0

    def error(self) -> None:
        return None

    def key(self) -> bytes:
        return self.name

    def value(self) -> bytes | None:
        return self.state

    def offset(self) -> int:
        return self.place

    def partition(self) -> int:
        return self.number

    def topic(self) -> str:
        return JOURNEY_CHANGELOG


@dataclass
class FakeConsumer:
    """A changelog of one partition, with the position a real consumer would have."""

    log: list[FakeMessage] = field(default_factory=list)
    position: int = 0
    paused: bool = False
    deaf: bool = False  # a partition that was assigned just now has not been paused
    committed: list[int] = field(default_factory=list)
    assigned: list[int] = field(default_factory=list)

    def poll(self, _within_s: float) -> FakeMessage | None:
        if self.paused or self.position >= len(self.log):
            return None
        self.position += 1
        return self.log[self.position - 1]

    def consume(self, count: int, _within_s: float) -> list[FakeMessage]:
        taken = [] if self.paused else self.log[self.position : self.position + count]
        self.position += len(taken)
        return taken

    def assignment(self) -> list[TopicPartition]:
        return [TopicPartition(JOURNEY_CHANGELOG, 0)]

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.assigned += [partition.offset for partition in partitions]

    def pause(self, _partitions: list[TopicPartition]) -> None:
        self.paused = not self.deaf

    def resume(self, _partitions: list[TopicPartition]) -> None:
        self.paused = False

    def seek(self, place: TopicPartition) -> None:
        self.position = place.offset

    def get_watermark_offsets(self, _place: TopicPartition, _within_s: float) -> tuple[int, int]:
        return 0, len(self.log)

    def commit(self, offsets: list[TopicPartition], asynchronous: bool) -> None:
        assert not asynchronous
        self.committed += [place.offset for place in offsets]


class FlakyViews:
    """A read model that does not answer a few times."""

    def __init__(self, views: ReadModel, times: int) -> None:
        self._views, self.times = views, times

    def put(self, changes: dict[str, Change], log: str) -> int:
        if self.times:
            self.times -= 1
            raise Unreachable("away")
        return self._views.put(changes, log)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._views, name)


class Impatient(Serving):
    """Notes since when Redis was away in place of waiting; told to stop after so many times."""

    held: list[float | None]
    enough = 1_000

    def hold(self, seconds: float) -> None:
        self.held = [*getattr(self, "held", []), self.down_since]
        if len(self.held) >= self.enough:
            self.stop.set()


def states(text: str = VIEW, customer: str = "c1", rules: Rules = RULES) -> tuple[bytes, bytes]:
    """A journey's bytes after this story, and the partition record beside them."""
    lab = Lab(rules)
    lab.tell(story(text, customer))
    lab.commit()
    return lab.states[customer.encode()] or b"", lab.records[0].encode()


def serving(consumer: FakeConsumer, views: Any, record: bytes | None = None) -> Impatient:
    return Impatient(cast(Consumer, consumer), views, in_force(record), Layouts(RULES.codec, lambda _partition: record), lambda: LOG)


def in_force(record: bytes | None = None, rules: dict[str, Blueprint] | None = None) -> InForce:
    """What the partition record says of the rules; `rules` are published bodies by hash."""
    return InForce(Rulebook(RULES, (rules or {}).get), lambda _partition: record)


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    """Return a client of an empty Valkey."""
    with Redis.from_url(valkey) as client:
        client.flushall()
        yield client


def seen(redis: Redis, customer: str = "c1") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cast(bytes, redis.get(key_of(customer))))
    return found


def value(version: int, log: str = LOG, x: str = "") -> bytes:
    """The beginning of a view, and one more field."""
    return json.dumps({"version": version, "log": log, "x": x}, separators=(",", ":")).encode()


def test_the_newest_wins_whatever_order_writes_come_in(redis: Redis) -> None:
    """Mutants: a plain SET; `>` in place of `>=`, which would let a repeated write count."""
    views = ReadModel(redis)
    assert views.put({"c1": Change(7, value(7, x="new"))}, LOG) == 1
    assert views.put({"c1": Change(6, value(6, x="old")), "c2": Change(1, value(1))}, LOG) == 1
    assert views.put({"c1": Change(7, value(7, x="again"))}, LOG) == 0
    assert seen(redis)["x"] == "new"
    assert 0 < redis.ttl(key_of("c1")) <= 90 * 86_400


@pytest.mark.parametrize("older", [value(99, "log-0"), b'{"version":99,"customer":"c1"}'])
def test_a_view_of_another_log_is_replaced_whatever_its_version(redis: Redis, older: bytes) -> None:
    """Mutant: versions compared without the log. After the changelog was created again, old views stayed for 90 days."""
    views = ReadModel(redis)
    redis.mset({key_of("c1"): older, key_of("c2"): older})
    assert views.put({"c1": Change(3, value(3)), "c2": Change(4, None)}, LOG) == 2
    assert redis.keys("*") == [b"journey:c1"]
    assert seen(redis)["version"] == 3


def test_a_tombstone_removes_what_is_older_and_only_that(redis: Redis) -> None:
    views = ReadModel(redis)
    views.put({"c1": Change(7, value(7)), "c2": Change(9, value(9))}, LOG)
    views.put({"c1": Change(8, None), "c2": Change(8, None), "c3": Change(8, None)}, LOG)
    assert redis.keys("*") == [b"journey:c2"]


def test_one_command_judges_each_of_its_views_alone(redis: Redis) -> None:
    """Mutants caught: the version or the value of the key before (`ARGV[2 * i]`); what is left over after the last full hundred is lost."""
    views, some = ReadModel(redis), [f"c{number}" for number in range(2 * TOGETHER + 50)]
    before = {name: Change(place, value(place, x=name)) for place, name in enumerate(some, 10)}
    assert views.put(before, LOG) == len(some)
    redis.delete(key_of("c7"))
    redis.rpush(key_of("c7"), "a list of somebody else")
    after = {name: Change(place + (-1, 0, 1)[place % 3], value(1_000 + place, x="new")) for place, name in enumerate(some, 10)}
    after |= {"c8": Change(99, None), "c9": Change(1, None), "c7": Change(0, value(5, x="new"))}
    assert views.put(after, LOG) == sum(change.version > before[name].version for name, change in after.items()) + 1
    assert not redis.exists(key_of("c8"))
    found = {name: str(redis.get(key_of(name))) for name in some}
    newer = [name for name in some if name not in ("c7", "c8", "c9") and after[name].version > before[name].version]
    assert all('"x":"new"' in found[name] for name in (*newer, "c7"))
    assert all(f'"x":"{name}"' in found[name] for name in some if name not in (*newer, "c7", "c8"))


def test_the_changelog_becomes_views_and_is_then_committed(redis: Redis) -> None:
    state, record = states()
    consumer = FakeConsumer(
        [FakeMessage(0, PARTITION_KEY, record), FakeMessage(1, STATE + b"c1", state), FakeMessage(2, STATE + b"c2", None)]
    )
    agent = serving(consumer, ReadModel(redis))
    assert agent.step() == 1
    assert consumer.committed == [3]
    found = seen(redis)
    assert (found["customer"], found["version"], found["stage"]["name"], found["band"]) == ("c1", 1, "exploring", "calm")
    assert agent.counts["records"] == 3


def test_of_several_states_of_a_batch_only_the_newest_is_written(redis: Redis) -> None:
    old, _ = states()
    new, _ = states(f"{VIEW}\n5s web cart_updated /cart cart=k1 items=2")
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", old), FakeMessage(1, STATE + b"c1", new)])
    serving(consumer, ReadModel(redis)).step()
    assert (seen(redis)["version"], seen(redis)["touchpoints"]) == (1, 2)


def test_while_redis_is_away_nothing_is_lost_and_readiness_says_so(redis: Redis) -> None:
    """Mutants: the position committed before the write; a batch dropped after a failure."""
    state, _ = states()
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", state)])
    agent = serving(consumer, FlakyViews(ReadModel(redis), 2))
    agent.step()
    assert len(agent.held) == 2
    assert all(agent.held)
    assert (agent.down_since, agent.counts["errors"]) == (None, 2)
    assert consumer.committed == [1]
    assert seen(redis)["version"] == 0


def test_while_it_holds_the_group_is_kept_and_what_comes_is_put_back() -> None:
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", None)])
    consumer.deaf = True
    views = cast(Any, FlakyViews(cast(ReadModel, None), 0))
    Serving(cast(Consumer, consumer), views, in_force(), Layouts(RULES.codec, lambda _: None), lambda: LOG).hold(0.05)
    assert consumer.position == 0


def test_told_to_stop_while_redis_is_away_it_stops_and_commits_nothing() -> None:
    state, _ = states()
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", state)])
    agent = serving(consumer, FlakyViews(cast(ReadModel, None), 1_000_000))
    agent.enough = 1
    assert agent.step() == 0
    assert consumer.committed == []


def test_every_view_is_gone_after_a_clear_and_nothing_of_other_programs(redis: Redis) -> None:
    """Mutants: every key that begins with `journey:` is deleted; views of other logs stay; a mark stays, and nothing is filled."""
    theirs = {"other": "kept", "journey:planner": "{}", "journey:9": '{"version": 1}'}
    redis.mset(theirs)
    redis.rpush("journey:queue", "kept")
    redis.mset({f"journey:c{number}": value(number, f"log-{number % 2}") for number in range(2_500)})
    redis.set("sojourn:read-model:3", "filled log-1 0")
    assert ReadModel(redis).clear() == 2_500
    assert sorted(redis.keys("*")) == sorted([*map(str.encode, theirs), b"journey:queue"])


def test_a_state_of_an_earlier_layout_is_shown_by_its_partitions_description(redis: Redis) -> None:
    few = Rules(Blueprint(), [d for d in registry() if d.name == "rage_click"])
    state, record = states(rules=few)
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", state)])
    serving(consumer, ReadModel(redis), record).step()
    assert seen(redis)["stage"]["name"] == "exploring"


def test_a_view_is_by_the_rules_its_partition_is_under(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """Looked up at the first view, and learnt from each partition record that comes by; unknown ones are named, and change nothing."""
    gloomy, state = Blueprint(name="gloomy", bias=0.0), states()[0]
    under = Partition(rules=gloomy.fingerprint(), blueprint="gloomy", versions={"rules": 1})
    lost = Partition(rules="00", blueprint="lost", versions={"rules": 2})
    records = [PartitionRecord(1, "t", msgspec.msgpack.encode(shared)).encode() for shared in (Partition(), under, lost)]
    consumer = FakeConsumer([FakeMessage(0, STATE + b"c1", state)])
    agent = Impatient(
        cast(Consumer, consumer),
        ReadModel(redis),
        in_force(records[0], {gloomy.fingerprint(): gloomy}),
        Layouts(RULES.codec, lambda _: None),
        lambda: LOG,
    )
    agent.step()
    calm = seen(redis)["risk"]
    consumer.log += [FakeMessage(1, STATE + b"c1", state), FakeMessage(2, PARTITION_KEY, records[1])]
    agent.step()
    assert seen(redis)["risk"] == 0.5 > calm
    consumer.log += [FakeMessage(3, PARTITION_KEY, records[2]), FakeMessage(4, STATE + b"c1", state)]
    agent.step()
    assert (seen(redis)["risk"], seen(redis)["version"]) == (0.5, 4)
    assert "the blueprint 'lost', version 2 (hash 00)" in caplog.text


def test_a_state_nobody_can_read_is_counted_and_named_by_its_place_alone(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    state, _ = states("0 web page_viewed /shop page=/shop", "secret-name")
    consumer = FakeConsumer([FakeMessage(0, STATE + b"secret-name", b"\x63" + state[1:])])
    agent = serving(consumer, ReadModel(redis))
    agent.step()
    assert agent.undecodable.counts == {JOURNEY_CHANGELOG: 1}
    assert "offset 0" in caplog.text
    assert "secret-name" not in caplog.text
    assert consumer.committed == [1]


@pytest.mark.parametrize("key", [b"\xff\xfe", b"c1"])
def test_one_record_that_cannot_be_read_holds_up_no_other(redis: Redis, key: bytes) -> None:
    """Mutants: a key is decoded, or a partition record learnt, without a guard."""
    state, _ = states("0 web page_viewed /shop page=/shop")
    consumer = FakeConsumer(
        [FakeMessage(0, STATE + key, b"\x00"), FakeMessage(1, PARTITION_KEY, b"\xc1"), FakeMessage(2, STATE + b"c2", state)]
    )
    agent = serving(consumer, ReadModel(redis))
    assert agent.step() == 1
    assert seen(redis, "c2")["version"] == 2
    assert agent.undecodable.counts == {JOURNEY_CHANGELOG: 2}
    assert consumer.committed == [3]


@pytest.mark.parametrize("erased", [True, False])
def test_a_key_of_another_type_is_replaced_and_holds_up_no_other(redis: Redis, erased: bool) -> None:
    """Mutant: GET without `pcall`. Its error stopped the views of all customers until somebody deleted the key."""
    state, _ = states("0 web page_viewed /shop page=/shop")
    redis.lpush("journey:c1", "x")
    agent = serving(
        FakeConsumer([FakeMessage(0, STATE + b"c1", None if erased else state), FakeMessage(1, STATE + b"c2", state)]), ReadModel(redis)
    )
    assert agent.step() == 2
    assert redis.exists("journey:c1") == (not erased)
    assert seen(redis, "c2")["version"] == 1
    assert agent.readiness().ready


@dataclass
class FakeEvent(FakeMessage):
    """What a consumer yields where there is no record."""

    code: int = KafkaError._PARTITION_EOF

    def error(self) -> Any:
        return KafkaError(self.code)


def test_serving_is_ready_once_it_has_read_to_an_end_and_not_while_its_right_is_missing() -> None:
    """Mutants: ready from the start; a denial that is only a line; a denial that no later end takes back."""
    consumer = FakeConsumer([FakeEvent(0, b"", None)])
    agent = serving(consumer, None)
    assert agent.readiness().reasons == ("not a member of group sojourn-serving yet",)
    agent.step()
    assert agent.readiness().ready
    consumer.log += [FakeEvent(0, b"", None, code=KafkaError.TOPIC_AUTHORIZATION_FAILED)]
    agent.step()
    assert "needs READ on topic sojourn-journey-journeys-changelog" in agent.readiness().reasons[0]
    consumer.log += [FakeEvent(0, b"", None)]
    agent.step()
    assert agent.readiness().ready


def test_a_worker_to_which_no_partition_was_given_is_ready() -> None:
    """Mutant: ready only after something was read. A spare worker would never be."""
    agent = serving(FakeConsumer(), None)
    agent._assigned(cast(Consumer, FakeConsumer()), [])
    assert agent.readiness().ready
