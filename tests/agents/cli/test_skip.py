"""A batch that is damaged on the broker's disk: the worker names its place, the command it names passes it by, and nothing else is lost."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from agents.kafka.admin import Admin
from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from schemas.outputs.rejections import Rejection
from schemas.topics import INTERACTIONS, REJECTIONS, TOUCHPOINTS
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, until
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka
EVENT = '{"kind":"page_viewed","id":"%s","customer":"%s","at":1767225600000,"channel":"web","page":"/a"}'
CUSTOMER = next(name for name in map("c{}".format, range(99)) if partition_of(name.encode(), 2) == 0)
JOBS = {"ingest": INTERACTIONS, "journey": TOUCHPOINTS}
WHOLE = {"ingest": 4, "journey": 8}  # the journey also gets the four that ingest forwarded


class Stored(Company):
    """A company whose broker can be stopped and started again."""

    kafka: Kafka


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Stored]:
    """A company with two partitions. Its customer belongs to the first."""
    home = server_folder / "damaged"
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256) as kafka:
        variables = {"HOME": str(home), "BROKERS": kafka.bootstrap, "PARTITIONS": "2", "HTTP_PORT": "0", "SESSION_TIMEOUT_MS": "6000"}
        variables["CONTROL_KEY_FILE"] = str(key_file(home))
        here = Stored(home, {f"SOJOURN_{name}": text for name, text in variables.items()})
        here.kafka = kafka
        with Admin(here.settings) as admin:
            admin.create()
        try:
            yield here
        finally:
            here.end()


def send(here: Company, topic: str, *ids: str, partition: int = 0) -> None:
    """These events, in one batch."""
    producer = LogProducer({"bootstrap.servers": here.variables["SOJOURN_BROKERS"], "linger.ms": 200}, resend=False)
    for id in ids:
        producer.send(topic, CUSTOMER.encode(), (EVENT % (id, CUSTOMER)).encode(), partition=partition)
    producer.flush(20)


def damage(here: Stored, topic: str, mark: bytes, partition: int = 0) -> None:
    """Change one byte on the broker's disk, as a bad disk would, while the broker is down."""
    here.kafka.child(1).stop(60)
    (log,) = (here.kafka.nodes[0].folder / "log" / f"{topic}-{partition}").glob("*.log")
    held = log.read_bytes()
    assert held.count(mark) == 1
    log.write_bytes(held.replace(mark, bytes([mark[0] ^ 1]) + mark[1:]))
    here.kafka.restart(1)


def run(here: Company, *words: str) -> Answer:
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=b"", **env)


def rejected(here: Company) -> list[Rejection]:
    return [msgspec.json.decode(value or b"", type=Rejection) for _, _, value, *_ in here.records(REJECTIONS)]


def events(here: Company, job: str) -> int:
    """How many events the job has handled: those forwarded, or those applied, by its own counter."""
    outcome = "forwarded" if job == "ingest" else "applied"
    _, page = here.ask(job, "/metrics")
    found = re.search(rb'journey_events_total{outcome="%s",partition="0",role="%s"} (\d+)' % (outcome.encode(), job.encode()), page)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("job", JOBS)
def test_the_worker_names_the_command_and_goes_on_behind_the_batch(made: Stored, job: str) -> None:
    """Mutants: the command moves the position behind the first record alone; no rejection; what lies before the batch is not committed."""
    topic = JOBS[job]
    with Admin(made.settings) as admin:
        (start,) = admin.ends([(topic, 0)]).values()
    names = [f"{job}-{number}" for number in range(6)]
    send(made, topic, *names[:2])
    send(made, topic, *names[2:4])
    send(made, topic, *names[4:])
    damage(made, topic, f'"{job}-3"'.encode())

    ended = made.worker("--only", job)
    assert ended.wait(60) == 70, made.log()
    said = made.log().splitlines()[-1]
    assert f"{topic} partition 0 at offset {start + 2} cannot be read: its checksum is wrong" in said
    command = re.search(r"`sojourn (topics skip [^`]+)`", said)
    assert command, said
    words = shlex.split(command[1])
    first = run(made, *words[:-1])
    assert (first.code, len(rejected(made))) == (0, 0 if job == "ingest" else 1), first.err
    assert "2 records in" in first.err
    done = run(made, *words)
    assert (done.code, f"it goes on at {start + 4}" in done.err) == (0, True), done.err
    again = run(made, *words)
    assert (again.code, f"stands at offset {start + 4}" in again.err) == (2, True), again.err

    cured = made.worker("--only", job)
    until(lambda: events(made, job) == WHOLE[job], made.log)
    cured.terminate()
    assert cured.wait(20) == 0
    (told,) = [each for each in rejected(made) if each.topic == topic]
    assert (told.topic, told.partition, told.offset, told.last_offset) == (topic, 0, start + 2, start + 3)
    assert (told.reason, told.id) == ("unreadable_batch", f"{topic}-0-{start + 2}")
    assert "passed by with `sojourn topics skip` by " in told.error
    assert len(told.value_sha256) == len(sha256().hexdigest())


def test_the_first_batch_of_a_partition_is_passed_by_as_well(made: Stored) -> None:
    """Mutant: a partition without a record of its own cannot be moved."""
    send(made, INTERACTIONS, "first-1", partition=1)
    send(made, INTERACTIONS, "first-2", partition=1)
    damage(made, INTERACTIONS, b'"first-1"', partition=1)
    assert made.worker("--only", "ingest").wait(60) == 70
    command = re.search(r"`sojourn (topics skip interactions.v1 1 0 [^`]+)`", made.log().splitlines()[-1])
    assert command, made.log()
    done = run(made, *shlex.split(command[1]))
    assert done.code == 0, done.err
    made.worker("--only", "ingest")
    until(lambda: any(b"first-2" in (value or b"") for _, _, value, *_ in made.records(TOUCHPOINTS)), made.log)
    made.end()


def test_what_can_be_read_is_not_skipped(made: Stored) -> None:
    """Mutants: no look at the batch: an operator's slip would lose good records; the role's topic is not compared."""
    send(made, INTERACTIONS, "good-1")
    place = run(made, "topics", "trust", "0", "--job", "ingest")
    stands = re.search(r"goes on at (\d+)", place.err)
    assert stands, place.err
    sound = run(made, "topics", "skip", INTERACTIONS, "0", stands[1], "--job", "ingest", "--yes")
    assert (sound.code, f"can be read at offset {stands[1]}" in sound.err) == (2, True), sound.err
    other = run(made, "topics", "skip", TOUCHPOINTS, "0", "0", "--job", "ingest", "--yes")
    assert (other.code, f"ingest reads {INTERACTIONS}" in other.err) == (2, True), other.err
