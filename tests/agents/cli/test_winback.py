"""`sojourn winback`: who brought much and has gone, by what the workers have committed."""

from __future__ import annotations

import msgspec
import pytest

from agents.carrier.record import PARTITION_KEY, STATE, PartitionRecord
from agents.kafka.producer import LogProducer
from agents.settings.security import librdkafka_security
from schemas.control.worth import Worth
from schemas.topics import JOURNEY_CHANGELOG
from streams.replay import Replay
from streams.story import START, story
from tests.agents.cli.conftest import Cluster

pytestmark = pytest.mark.kafka
DAY = 86_400_000


@pytest.fixture(scope="module")
def committed(cluster: Cluster) -> dict[str, int]:
    """Journeys as a worker leaves them: four who are silent, one who came back since, one who was erased; returns what each brought."""
    assert "nobody is lost" in cluster.sojourn("winback").err
    replay, brought = Replay(), {"c1": 4_000, "c2": 16_000, "c3": 8_000, "back": 40_000, "gone": 80_000}
    for name, sum_ in brought.items():
        visits = "\n".join(f"{each}d store purchase_made till receipt=r{each} value={sum_ // 4}" for each in (0, 7, 14, 21))
        replay.run(story(visits, name))
    replay.pass_time(START + 120 * DAY)
    replay.partition.worth = Worth(customers=900, top=10_000, middle=5_000, a_day=1_000.0)
    producer = LogProducer(librdkafka_security(cluster.settings), resend=False)
    for name, state in replay.states().items():
        producer.send(JOURNEY_CHANGELOG, STATE + name.encode(), state, partition=0)
    replay.run(story("121d store purchase_made till receipt=r9 value=1 id=again", "back"))
    producer.send(JOURNEY_CHANGELOG, STATE + b"back", replay.states()["back"], partition=0)
    producer.send(JOURNEY_CHANGELOG, STATE + b"gone", None, partition=0)
    body = msgspec.msgpack.encode(replay.partition)
    producer.send(JOURNEY_CHANGELOG, PARTITION_KEY, PartitionRecord(1, "topic", body).encode(), partition=0)
    producer.flush(30)
    return {name: sum_ for name, sum_ in brought.items() if name.startswith("c")}


def test_who_brought_most_comes_first_with_the_reasons(cluster: Cluster, committed: dict[str, int]) -> None:
    """Mutants caught: an older state taken for the newest; who was erased; smallest first; a tier of other thresholds."""
    found = cluster.sojourn("winback", "--json").documents()
    assert [(each["customer"], each["past"]) for each in found] == [("c2", 16_000), ("c3", 8_000), ("c1", 4_000)]
    assert [each["tier"] for each in found] == ["top", "middle", "base"]
    assert all(each["because"][0]["signal"] == "dormant" and each["because"][0]["evidence"] for each in found)
    assert all(each["expected"] is None and each["rung"] == "lapsed" for each in found)


def test_people_get_a_table(cluster: Cluster, committed: dict[str, int]) -> None:
    answer = cluster.sojourn("winback", "--limit", "2")
    assert answer.code == 0, answer
    assert "3 customers have probably gone" in answer.err
    assert [line.split()[0] for line in answer.out.splitlines()[2:] if line.startswith("c")] == ["c2", "c3"]
    assert "160.00" in answer.out
    assert "dormant +" in answer.out
