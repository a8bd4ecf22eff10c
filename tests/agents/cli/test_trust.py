"""Each refusal about progress names a command. Here each state is produced, the command is run as it is written, and the worker goes on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from msgspec.structs import replace

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.admin import Admin
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.settings.security import librdkafka_security
from schemas.topics import INGEST_CHANGELOG, INTERACTIONS, TOUCHPOINTS
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until

pytestmark = pytest.mark.kafka
GROUP = "sojourn-ingest"
EVENT = b'{"kind":"page_viewed","id":"%d","customer":"c1","at":1767225600000,"channel":"web","page":"/a"}'


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """A company with one partition, whose ingest has applied something."""
    with company(server_folder / "trust", 1) as here:
        yield here


def send(here: Company, first: int) -> None:
    """Three events."""
    producer = LogProducer(librdkafka_security(here.settings), resend=False)
    for number in range(first, first + 3):
        producer.send(INTERACTIONS, b"k", EVENT % number)
    producer.flush(20)


def run(here: Company, *words: str) -> Answer:
    """`sojourn words` with the company's settings."""
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=b"", **env)


def forwarded(here: Company) -> int:
    return sum(key == b"c1" for _, key, *_ in here.records(TOUCHPOINTS))


def deleted_unread(here: Company) -> None:
    """Ingest stood for longer than the log keeps its records."""
    send(here, 100)
    client = AdminClient({**librdkafka_security(here.settings)})
    for future in client.delete_records([TopicPartition(INTERACTIONS, 0, -1)]).values():
        future.result(10)


def created_again(here: Company) -> None:
    again(here, INTERACTIONS)


def changelog_emptied(here: Company) -> None:
    again(here, INGEST_CHANGELOG)


def again(here: Company, topic: str) -> None:
    """Delete the topic and create it."""
    with Admin(here.settings) as admin:
        admin._client.delete_topics([topic])
        until(lambda: not admin.partitions([topic]))
        admin.create()


def ends_before(here: Company) -> None:
    """The log lost its newest records: a broker that was not in sync became the leader."""
    with LogReader(here.settings, INGEST_CHANGELOG, {}) as reader:
        found = reader.last(0, PARTITION_KEY)
    value = found and found.value()
    assert isinstance(value, bytes)
    record = PartitionRecord.decode(value)
    producer = LogProducer(librdkafka_security(here.settings), resend=False)
    producer.send(INGEST_CHANGELOG, PARTITION_KEY, replace(record, position=record.position + 1_000).encode(), partition=0)
    producer.flush(20)


def group_ahead(here: Company) -> None:
    """Somebody moved the group's offset by hand."""
    send(here, 200)
    with Admin(here.settings) as admin:
        (end,) = admin.ends([(INTERACTIONS, 0)]).values()
        until(lambda: not admin.set_committed(GROUP, {(INTERACTIONS, 0): end}))


BREAKAGES: dict[str, Callable[[Company], None]] = {
    "were deleted unread": deleted_unread,
    "was created again": created_again,
    "before what was already applied": ends_before,
    "is ahead of its state": group_ahead,
    "the changelog holds nothing of it": changelog_emptied,
}


@pytest.mark.parametrize("cause", BREAKAGES)
def test_the_command_that_a_refusal_names_cures_it(made: Company, cause: str) -> None:
    """Mutants: only the group's offset is set, as it was; the record keeps the id of the earlier topic; the command without its role."""
    before = forwarded(made)
    worker = made.worker("--only", "ingest", SESSION_TIMEOUT_MS="6000")
    send(made, 0)
    until(lambda: forwarded(made) == before + 3, made.log)
    worker.terminate()
    assert worker.wait(20) == 0
    BREAKAGES[cause](made)

    refused = made.worker("--only", "ingest", SESSION_TIMEOUT_MS="6000")
    assert refused.wait(60) == 2, made.log()
    said = made.log().splitlines()[-1]
    assert cause in said
    command = re.search(r"`sojourn (topics trust [^`]+)`", said)
    assert command, said
    answer = run(made, *shlex.split(command[1]))
    assert answer.code == 0, answer.err
    assert "goes on at" in answer.err

    cured = made.worker("--only", "ingest", SESSION_TIMEOUT_MS="6000")
    before = forwarded(made)
    send(made, 300)
    until(lambda: forwarded(made) >= before + 3, made.log)
    cured.terminate()
    assert cured.wait(20) == 0


def test_while_a_worker_runs_nothing_is_changed(made: Company) -> None:
    """Mutant: no look at the members; the worker would write its own record over it."""
    consumer = Consumer({**librdkafka_security(made.settings), "group.id": GROUP})
    joined: list[int] = []
    consumer.subscribe([INTERACTIONS], on_assign=lambda _consumer, _partitions: joined.append(1))
    until(lambda: consumer.poll(0.1) or joined)
    answer = run(made, "topics", "trust", "0", "--job", "ingest", "--yes")
    consumer.close()
    assert answer.code == 2
    assert "workers of sojourn-ingest are running" in answer.err
    assert "stop the workers" in answer.err


@pytest.mark.parametrize("number", ["1", "7"])
def test_a_partition_that_does_not_exist_is_named(made: Company, number: str) -> None:
    answer = run(made, "topics", "trust", number, "--job", "ingest")
    assert answer.code == 2
    assert "has 1 partitions, from 0" in answer.err
