"""One record of a stranger stops nobody: poison in each topic that a role reads, before its start and while it runs. All five roles run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from redis import Redis

from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.running.roles import ROLES
from agents.serving.view import key_of
from schemas.outputs.rejections import Rejection
from schemas.topics import BLUEPRINTS, INSIGHTS, INTERACTIONS, JOURNEY_CHANGELOG, MODELS, PROOFS, REJECTIONS, TOUCHPOINTS
from tests.agents.carrier import poison
from tests.agents.company import Company, company, until

READ = (INTERACTIONS, TOUCHPOINTS, JOURNEY_CHANGELOG, PROOFS, INSIGHTS, MODELS, BLUEPRINTS)
STREAM = (INTERACTIONS, TOUCHPOINTS)  # what is unreadable in them becomes a rejection; in the others it is counted and named in the log
EVENT = '{"kind":"page_viewed","id":"%s","customer":"c1","at":1767225600000,"channel":"web","page":"/a","place":"/a"}'


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    with company(server_folder / "poison", 2) as here:
        yield here


def place(here: Company) -> dict[tuple[str, str, int], str]:
    """Poison every topic with every sort. Return what each is, by sort, topic and offset."""
    brokers = here.variables["SOJOURN_BROKERS"]
    placed = {}
    for topic in READ:
        for sort, put in poison.SORTS.items():
            placed[sort, topic, put(brokers, topic, 0)] = sort
    return placed


@pytest.mark.kafka
def test_poison_in_every_topic_stops_no_role(made: Company) -> None:
    """Mutants: any of the roles without its guard ends at each start; `Undecodable` that counts and does not go on."""
    placed = place(made)
    worker = made.worker(SESSION_TIMEOUT_MS="6000", INSIGHTS_INTERVAL_MS="200")
    until(lambda: made.ready(*ROLES), made.log)
    pids = {role: made.facts(role)["pid"] for role in ROLES}
    placed |= place(made)
    producer = LogProducer({"bootstrap.servers": made.variables["SOJOURN_BROKERS"]}, resend=True)
    producer.send(INTERACTIONS, "c1", (EVENT % "e1").encode())
    producer.flush(20)
    redis = Redis.from_url(made.variables["SOJOURN_REDIS_URL"])
    until(lambda: redis.exists(key_of("c1")), made.log)
    told = until(lambda: rejections(made, len([key for key in placed if key[1] in STREAM])), made.log)
    assert {(each.topic, each.offset) for each in told} >= {(topic, offset) for _, topic, offset in placed if topic in STREAM}
    assert all(each.reason and each.error for each in told)
    assert {role: made.facts(role)["pid"] for role in ROLES} == pids, made.log()
    assert worker.poll() is None
    until(lambda: made.ready(*ROLES), made.log)


@pytest.mark.kafka
def test_a_record_in_another_partition_than_its_keys_begins_no_journey(made: Company) -> None:
    """Mutant: the worker does not say how many partitions there are."""
    wrong = 1 - partition_of(b"c9", 2)
    producer = LogProducer({"bootstrap.servers": made.variables["SOJOURN_BROKERS"]}, resend=True)
    producer.send(TOUCHPOINTS, "c9", (EVENT % "e9").replace("c1", "c9").encode(), partition=wrong)
    producer.flush(20)
    if not made.children:
        made.worker("--only", "journey")
    told = until(lambda: [each for each in rejections(made, 0) if each.reason == "wrong_partition"], made.log)
    assert [each.partition for each in told] == [wrong]
    with LogReader(made.settings, JOURNEY_CHANGELOG, beginning=True) as reader:  # keys alone: headers of poison crash librdkafka's binding
        assert b"sc9" not in {message.key() for message in reader.until_end()}


def rejections(here: Company, least: int) -> list[Rejection]:
    """All rejections, once there are so many."""
    found = [msgspec.json.decode(value or b"", type=Rejection) for _, _, value, *_ in here.records(REJECTIONS)]
    return found if len(found) >= least else []
