"""Ingest reads the names of the blueprint published last, and never waits for them."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import KafkaError, KafkaException

from agents.kafka.producer import LogProducer
from agents.published import conventions
from agents.published.blueprints import BlueprintStore
from agents.published.conventions import PublishedConventions
from agents.published.publish_blueprint import publish
from agents.settings.security import librdkafka_security
from schemas.control import RulesPublished
from schemas.conventions import NO_CONVENTIONS, Name
from schemas.outputs.rejections import Rejection
from schemas.topics import INTERACTIONS, REJECTIONS, TOUCHPOINTS
from schemas.touchpoints import ANY
from streams.rules.blueprint import Blueprint
from tests.agents.carrier.fakes import FakeRecord
from tests.agents.company import company, until
from tests.agents.lab import LATER
from tests.agents.test_ingest import Door, progress
from tests.schemas.inputs.sent import as_json, track

ROWS = (Name(name="Plan Picked", kind="subscription_started", fields={"subscription": "contract_no"}),)
NAMED = Blueprint(name="named", names=ROWS)
PICKED = as_json(track("Plan Picked", contract_no="k1"))


def shelf(*blueprints: Blueprint, bodies: bool = True) -> BlueprintStore:
    """Return a shelf on which these were published, one after the other."""
    words = {n: RulesPublished(name=each.name, version=n, hash=each.fingerprint()) for n, each in enumerate(blueprints, 1)}
    return BlueprintStore({each.fingerprint(): each.body() for each in blueprints} if bodies else {}, words)


def test_without_a_published_blueprint_there_are_no_names() -> None:
    """Mutant: the defaults of another blueprint taken where nothing was published."""
    asked = PublishedConventions(shelf, 30.0)
    asked.refresh()
    assert asked() is NO_CONVENTIONS


def test_the_newest_blueprint_counts_and_an_unchanged_one_changes_nothing() -> None:
    """Mutants: the first version kept for good; a new object each time, for which all rows would be made ready again."""
    there = [shelf(NAMED), shelf(NAMED), shelf(NAMED, Blueprint(name="bare"))]
    asked = PublishedConventions(lambda: there.pop(0), 30.0)
    asked.refresh()
    first = asked()
    assert first.names == ROWS
    asked.refresh()
    assert asked() is first
    asked.refresh()
    assert asked().names == ()


def test_what_cannot_be_read_leaves_the_names_as_they_were(caplog: pytest.LogCaptureFixture) -> None:
    """Mutants: a broker that is away takes all names away; the thread ended by it."""
    failing = iter([KafkaException(KafkaError(KafkaError._TRANSPORT)), None])

    def read() -> BlueprintStore:
        if (fault := next(failing, None)) is not None:
            raise fault
        return shelf(NAMED)

    asked = PublishedConventions(read, 30.0)
    asked.refresh()
    assert asked() is NO_CONVENTIONS
    assert "cannot be read, so those known before hold" in caplog.text
    asked.refresh()
    assert asked().names == ROWS
    lost = PublishedConventions(lambda: shelf(NAMED, bodies=False), 30.0)
    lost.refresh()
    assert lost() is NO_CONVENTIONS


def test_a_thread_renews_them_while_nobody_waits() -> None:
    """Mutant: the topic read where ingest asks, so that a slow broker holds up every record."""
    reading, let_go, renewed = threading.Event(), threading.Event(), threading.Event()
    first = [True]

    def read() -> BlueprintStore:
        if first.pop() if first else False:
            return shelf(NAMED)
        reading.set()
        let_go.wait(10)
        renewed.set()
        return shelf(Blueprint(name="bare"))

    asked = PublishedConventions(read, 0.001).begin()
    assert reading.wait(10)
    assert asked().names == ROWS  # the topic is being read at this moment, and the answer is there
    let_go.set()
    assert renewed.wait(10)
    until(lambda: asked().names == ())
    asked.end()


def test_ingest_reads_by_the_names_that_are_published_at_that_time() -> None:
    """Mutant: the names asked for once, when the job begins."""
    there = [shelf(), shelf(NAMED)]
    asked = PublishedConventions(lambda: there.pop(0), 30.0)
    door = Door()
    door.job._conventions = asked
    record = FakeRecord(0, None, PICKED, timestamp=LATER)
    asked.refresh()
    door.feed(record)
    asked.refresh()
    door.feed(record)
    outputs, committed = door.commit()
    (kept,) = [msgspec.json.decode(out.value or b"", type=Rejection) for out in outputs if out.topic == REJECTIONS]
    (read,) = [msgspec.json.decode(out.value or b"", type=ANY) for out in outputs if out.topic == TOUCHPOINTS]
    assert (kept.reason, read.subscription) == ("unknown_kind", "k1")
    assert progress(committed).outcomes == {"rejected": 1, "forwarded": 1}


@pytest.mark.kafka
def test_a_published_name_is_read_by_a_running_ingest(server_folder: Path) -> None:
    """Mutant: the names of the worker's start kept, or those of its own file."""
    with company(server_folder / "names", 1) as made:
        made.worker("--only", "ingest", NAMES_INTERVAL_MS="100")
        until(lambda: made.ready("ingest"), made.log)
        publish(made.settings, NAMED)
        producer = LogProducer(librdkafka_security(made.settings), resend=True)

        def read_as() -> set[str]:
            producer.send(INTERACTIONS, b"c7", PICKED)
            producer.flush(10.0)
            return {row[2].decode() for row in made.records(TOUCHPOINTS) if row[2] and b"subscription_started" in row[2]}

        assert all(b'"subscription":"k1"' in value.encode() for value in until(read_as, made.log))


def test_a_topic_that_does_not_answer_holds_up_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker had just come back, and ingest waited for it for ever. Mutant: the first reading in the caller's own thread."""
    monkeypatch.setattr(conventions, "FIRST_S", 0.01)
    answers = threading.Event()

    def read() -> BlueprintStore:
        answers.wait(30)
        return BlueprintStore()

    published = conventions.PublishedConventions(read, 60.0).begin()
    assert published() == NO_CONVENTIONS
    answers.set()
    published.end()
