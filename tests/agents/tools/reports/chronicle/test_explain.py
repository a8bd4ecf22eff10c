"""`sojourn explain` reads one customer's story from the topics: theirs alone, committed records only."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.journey.outputs import published
from agents.kafka.admin import Admin
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.reports.chronicle.reading import read_chronicle
from schemas.outputs import Output
from schemas.topics import TOUCHPOINTS
from schemas.writing import encode
from streams.replay import Replay
from streams.story import START, offset, story
from tests.agents.cli.terminal_session import Answer, sojourn

pytestmark = pytest.mark.kafka

ANNA, BERT = "explained-anna", "explained-bert"
TROUBLE = """
0   web   checkout_started /checkout cart=k1
1m  web   payment_failed   /checkout payment=z1 order=o1
1h  store purchase_made    till-4    receipt=r1 value=1250
"""


@pytest.fixture(scope="module")
def settings(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Topics with the stories of two customers in them, as a worker would have left them."""
    found = Settings(home=tmp_path_factory.mktemp("home"), brokers=kafka)
    with Admin(found) as admin:
        admin.create()
    producer = LogProducer({"bootstrap.servers": kafka, "transactional.id": "explained"}, resend=False)
    producer.client.init_transactions(30)
    producer.client.begin_transaction()
    for customer in (ANNA, BERT):
        _write(producer, customer)
    producer.flush(30)
    producer.client.commit_transaction(30)
    producer.client.begin_transaction()  # what never was: a story whose transaction is given up
    _write(producer, ANNA, start=START + offset("9d"))
    producer.flush(30)
    producer.client.abort_transaction(30)
    return found


def _write(producer: LogProducer, customer: str, start: int = START) -> None:
    touched = story(TROUBLE, customer=customer, start=start)
    for each in touched:
        producer.send("journey.touchpoints.v1", customer.encode(), encode(each))
    for output in Replay().run(touched, start + offset("60d")).emissions:
        assert isinstance(output, Output)
        topic, key, value, headers, _ = published(output, start)
        producer.send(topic, key, value, headers)


def lying(settings: Settings) -> list[tuple[int | None, int | None, bytes | None]]:
    """Partition, offset and key of every touchpoint that a committed reader finds: what a failure needs to be understood."""
    with LogReader(settings, TOUCHPOINTS, beginning=True) as reader:
        return [(found.partition(), found.offset(), found.key()) for found in reader.until_end()]


def test_the_story_is_whole_and_only_theirs(settings: Settings) -> None:
    entries = read_chronicle(settings, ANNA)
    touched = story(TROUBLE, customer=ANNA)
    oracle = Replay().run(touched, START + offset("60d"))
    assert [each.record for each in entries if not each.ours] == touched, lying(settings)
    assert {each.record.id for each in entries if isinstance(each.record, Output)} == {
        each.id for each in oracle.emissions if isinstance(each, Output)
    }
    assert len([each for each in entries if each.ours]) == len(oracle.emissions)


def test_it_is_told_to_people(settings: Settings) -> None:
    answer = explain(settings, ANNA, "--all")
    assert answer.code == 0, answer.err
    assert "friction payment_failed at /checkout" in answer.out
    assert "purchase made at till-4" in answer.out
    assert BERT not in answer.out


def test_without_being_asked_for_more_it_takes_one_screen(settings: Settings) -> None:
    """Mutant: the limit holds for `--all` and for programs too."""
    entries = len(read_chronicle(settings, ANNA))
    answer = explain(settings, ANNA)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) <= 24
    assert f" of {entries} entries are left out: --all shows the whole story" in answer.out
    assert len(explain(settings, ANNA, "--json").documents()) == entries
    assert "left out" not in explain(settings, ANNA, "--all").out


def test_and_to_programs(settings: Settings) -> None:
    documents = explain(settings, BERT, "--json").documents()
    assert [each["what"] for each in documents][:1] == ["checkout_started"]
    assert {each["record"]["customer"] for each in documents} == {BERT}


def test_a_stranger_is_an_error_with_a_way_out(settings: Settings) -> None:
    answer = explain(settings, "nobody-ever")
    assert answer.code == 2
    assert "nothing is known of a customer 'nobody-ever'" in answer.err
    assert "fix:" in answer.err


def explain(settings: Settings, *words: str) -> Answer:
    return sojourn("explain", *words, home=Path(settings.home), BROKERS=settings.brokers)
