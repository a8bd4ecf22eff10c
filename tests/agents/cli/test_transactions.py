"""A transaction that somebody leaves open holds up everybody. It is seen, told, and ended by the command that the words name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from agents.carrier.blocked import Blocked, reasons
from agents.kafka.producer import LogProducer
from agents.settings.security import librdkafka_security
from schemas.topics import INTERACTIONS, TOUCHPOINTS
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until

EVENT = b'{"kind":"page_viewed","id":"%d","customer":"c1","at":1767225600000,"channel":"web","page":"/a"}'


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    with company(server_folder / "transactions", 1) as here:
        yield here


def run(here: Company, *words: str) -> Answer:
    """`sojourn words` with the company's settings."""
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=b"", **env)


def blocked(here: Company) -> float:
    """How many records the worker says are blocked."""
    lines = here.ask("ingest", "/metrics")[1].decode().splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("journey_blocked_records{")), 0.0)


@pytest.mark.kafka
def test_an_open_transaction_is_seen_named_and_ended(made: Company) -> None:
    """Mutants: lag measured to the last stable offset alone; the transaction that began last is named; nothing is ended."""
    made.worker("--only", "ingest")
    until(lambda: made.ready("ingest"), made.log)
    assert run(made, "topics", "transactions").code == 0
    stranger = Producer({**librdkafka_security(made.settings), "transactional.id": "a-stranger", "transaction.timeout.ms": 600_000})
    stranger.init_transactions(20)
    stranger.begin_transaction()
    stranger.produce(INTERACTIONS, EVENT % 0, partition=0)
    stranger.flush(20)
    producer = LogProducer(librdkafka_security(made.settings), resend=False)
    for number in range(1, 4):
        producer.send(INTERACTIONS, b"k", EVENT % number)
    producer.flush(20)
    until(lambda: blocked(made) == 4, made.log)
    assert not any(key == b"c1" for _, key, *_ in made.records(TOUCHPOINTS))

    told = run(made, "topics", "transactions")
    assert told.code == 1
    assert "4 records wait behind the transaction that producer id" in told.err
    doctor = run(made, "doctor")
    assert doctor.code == 1
    assert "records wait behind the transaction that producer id" in doctor.out  # those of doctor itself wait too
    assert "sojourn topics transactions --yes" in doctor.out

    assert run(made, "topics", "transactions", "--yes").code == 0
    until(lambda: sum(key == b"c1" for _, key, *_ in made.records(TOUCHPOINTS)) == 3, made.log)
    until(lambda: blocked(made) == 0, made.log)
    assert run(made, "topics", "transactions").code == 0


def test_what_stands_for_long_is_a_reason_not_to_be_ready() -> None:
    """Mutant: told from the first second, in which every worker's own transaction is open."""
    held = {3: Blocked(17, 20, 100.0)}
    assert reasons(held, "interactions.v1", 129.0) == ()
    (said,) = reasons(held, "interactions.v1", 186.0)
    assert "interactions.v1 partition 3: 20 records have waited for 86 s behind a transaction that is open at offset 17" in said
