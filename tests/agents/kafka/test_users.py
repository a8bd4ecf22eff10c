"""Every user of the producer, where librdkafka acknowledges records without an offset: sent again, or said, and never taken for written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Event

import msgspec
import pytest
from confluent_kafka import KafkaException

from agents.insights.role import KafkaAnnouncer
from agents.journey.clock import QUIET, Clock
from agents.journey.tick_producer import TickProducer
from agents.kafka import producer as module
from agents.kafka.admin import Admin
from agents.kafka.clock_offset import measure
from agents.kafka.control_producer import alone, transaction
from agents.kafka.producer import ATTEMPTS
from agents.kafka.reader import LogReader
from agents.learning.role import FENCED
from agents.published.models import publish as publish_model
from agents.published.publish_blueprint import publish
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.demo.sending import Pacer, UnsentError, end_history, flood
from agents.tools.evaluating.history import History, of_lines
from agents.tools.operating.feeding import Line, feed
from schemas.control import HistoryEnded, Tick
from schemas.topics import BLUEPRINTS, INSIGHTS, INTERACTIONS, MODELS, TOUCHPOINTS
from schemas.writing import encode
from streams.rules.blueprint import Blueprint
from streams.story import story
from tests.agents.company import until
from tests.agents.kafka.forgetful import Amnesiac, Forgetful
from tests.agents.lab import KEY, LATER, Lab
from tests.faults.producer import Mix, Producer

pytestmark = pytest.mark.kafka
NO_OFFSET = "acknowledged without an offset"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every producer loses its first record."""
    monkeypatch.setattr(module, "Producer", Forgetful)


@pytest.fixture
def amnesiac(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every producer loses all its records, however often they are sent."""
    monkeypatch.setattr(module, "Producer", Amnesiac)


Since = Callable[[str], list[bytes]]


@pytest.fixture
def since(settings: Settings) -> Since:
    """Return what tells the values that were committed to a topic since the test began."""
    begun = {topic: _ends(settings, topic) for topic in (TOUCHPOINTS, INTERACTIONS, INSIGHTS, MODELS, BLUEPRINTS)}

    def committed(topic: str) -> list[bytes]:
        with LogReader(settings, topic, begun[topic]) as reader:
            found = reader.until(_ends(settings, topic))
            return [value for message in found if isinstance(value := message.value(), bytes)]

    return committed


def _ends(settings: Settings, topic: str) -> dict[int, int]:
    """The high watermarks, so that a transaction that is just ending is waited for."""
    with Admin(settings) as admin:
        found = admin.ends((topic, number) for number in range(settings.partitions))
    return {number: offset for (_, number), offset in found.items()}


def _history() -> History:
    pages = "0 web page_viewed /a page=/a\n1s web page_viewed /b page=/b\n2s web page_viewed /c page=/c"
    return of_lines([encode(each) for each in story(pages)])


# -- ticks: a second copy finds the timer gone


def _ticking(settings: Settings, rounds: int) -> tuple[Lab, Clock]:
    """A journey that waits for a moment, and a clock that has gone so many rounds since it came."""
    lab, clock = Lab(), Clock(TickProducer(librdkafka_security(settings), TOUCHPOINTS), KEY, "wall", now=lambda: LATER + QUIET)
    lab.tell(story("0 web cart_updated /cart cart=k1 items=2"))
    for _ in range(rounds):
        clock.round(lab.ledger)
    return lab, clock


@pytest.mark.usefixtures("forgetful")
def test_a_tick_is_sent_again(settings: Settings, since: Since) -> None:
    lab, clock = _ticking(settings, 1)
    until(lambda: clock.round(lab.ledger) and since(TOUCHPOINTS))
    (tick,) = (msgspec.json.decode(value, type=Tick) for value in since(TOUCHPOINTS))
    assert lab.partition().body.wakes.sent == {b"c1": tick.due}, "it is under way until it is read from the log"


@pytest.mark.usefixtures("amnesiac")
def test_a_tick_that_never_arrives_waits_again(settings: Settings, since: Since) -> None:
    """Mutant: a tick counts as sent once librdkafka has said so; nobody would wake the journey."""
    lab, clock = _ticking(settings, 1)
    waiting: list[int] = []
    for _ in range(ATTEMPTS):
        assert lab.partition().body.wakes.sent
        clock.sender.turn()
        waiting.append(len(lab.partition().body.wakes))
    assert waiting == [0] * (ATTEMPTS - 1) + [1]
    assert since(TOUCHPOINTS) == []


# -- events: the journey tells a second copy by its id


@pytest.mark.usefixtures("forgetful")
def test_a_file_is_sent_whole(settings: Settings, since: Since) -> None:
    lines = [b'{"id":"e%d","customer":"c%d"}' % (number, number % 7) for number in range(100)]
    sent = feed(settings, INTERACTIONS, (Line(line, 0) for line in lines), lambda _events, _read: None)
    assert Counter(since(INTERACTIONS)) == Counter(lines)
    assert (sent.records, sent.unsent) == (100, [])


@pytest.mark.usefixtures("amnesiac")
def test_lines_that_did_not_arrive_are_named(settings: Settings, since: Since) -> None:
    sent = feed(settings, INTERACTIONS, [Line(b"a", 0), Line(b"b", 0)], lambda _events, _read: None)
    assert (sent.records, since(INTERACTIONS)) == (0, [])
    assert sent.unsent[:2] == [f"line 1: {NO_OFFSET}", f"line 2: {NO_OFFSET}"]
    assert sent.unsent[2].startswith("2 of 2 records were not delivered within 60 s")


@pytest.mark.usefixtures("forgetful")
def test_the_demo_sends_its_history_whole(settings: Settings, since: Since) -> None:
    history = _history()
    assert flood(settings, history, lambda _: None, Event()).items() <= _ends(settings, INTERACTIONS).items()
    assert sum(since(INTERACTIONS).count(line) for line in history.lines) == 3
    paced = Pacer(settings, 1_000, Event()).send(history, lambda _: None)
    assert Counter(since(INTERACTIONS)) == dict.fromkeys(history.lines, 2)
    assert paced.items() <= _ends(settings, INTERACTIONS).items()


@pytest.mark.usefixtures("amnesiac")
def test_the_demo_says_what_did_not_arrive(settings: Settings, since: Since) -> None:
    with pytest.raises(UnsentError, match=f"^line 1: {NO_OFFSET}"):
        flood(settings, _history(), lambda _: None, Event())
    with pytest.raises(UnsentError, match=f"^3 of 3 records .*{NO_OFFSET}"):
        Pacer(settings, 1_000, Event()).send(_history(), lambda _: None)
    with pytest.raises(UnsentError, match=f"^3 of 3 records .*{NO_OFFSET}"):
        end_history(settings, 7)
    assert since(INTERACTIONS) == since(TOUCHPOINTS) == []


@pytest.mark.usefixtures("forgetful")
def test_every_partition_hears_of_the_end_of_a_history(settings: Settings, since: Since) -> None:
    """A second copy moves no time: a partition's time is the latest it was told."""
    targets = end_history(settings, 7)
    assert [msgspec.json.decode(value, type=HistoryEnded).until for value in since(TOUCHPOINTS)] == [7] * 3
    assert targets == _ends(settings, TOUCHPOINTS)


# -- insights: the newest of an id counts, and a version is taken once


@pytest.mark.usefixtures("forgetful")
def test_insights_are_published_whole(settings: Settings, since: Since) -> None:
    announcer = KafkaAnnouncer(settings)
    for value in (b"1", b"2"):
        announcer.publish("i", value)
        announcer.flush()
    announcer.tell(b"word")
    announcer.flush()
    assert since(INSIGHTS) == [b"1", b"2"], "what is sent again is not older than what comes after the flush"
    assert since(TOUCHPOINTS) == [b"word"] * 3


@pytest.mark.usefixtures("amnesiac")
def test_insights_that_did_not_arrive_end_the_role(settings: Settings, since: Since) -> None:
    announcer = KafkaAnnouncer(settings)
    announcer.publish("i", b"1")
    with pytest.raises(KafkaException, match=NO_OFFSET):
        announcer.flush()
    assert since(INSIGHTS) == []


# -- transactions: nothing is sent again, and nothing is committed


@pytest.mark.parametrize("lossy", [Forgetful, Amnesiac])
def test_a_word_to_all_partitions_is_all_or_nothing(
    settings: Settings, since: Since, monkeypatch: pytest.MonkeyPatch, lossy: type[Forgetful]
) -> None:
    """Mutants: committed without a look at the reports; sent again within the transaction after its flush."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "Producer", lossy)
        with pytest.raises(KafkaException, match=NO_OFFSET):
            publish(settings, Blueprint(name=lossy.__name__))
        with pytest.raises(KafkaException, match=NO_OFFSET):
            publish_model(settings, "cadence", why=lossy.__name__)
    assert since(BLUEPRINTS) == since(MODELS) == since(TOUCHPOINTS) == []
    assert publish_model(settings, "cadence", why="once more").partitions == 3
    assert len(since(TOUCHPOINTS)) == 3


def test_whoever_is_cut_off_hears_that_and_nothing_else(settings: Settings, since: Since) -> None:
    """The learning role tells by the error's code that another one publishes at this moment, and goes on.

    Mutant: a fatal error that reaches Python in the middle of a delivery report, passed on as the SystemError it is wrapped in.
    """

    def publish_while_another_does() -> None:
        with alone(settings, "cut-off") as first, transaction(first):
            first.send(MODELS, b"k", b"1")
            first.flush(30)
            with alone(settings, "cut-off"):
                first.send(MODELS, b"k", b"2")

    with pytest.raises(KafkaException) as raised:
        publish_while_another_does()
    assert raised.value.args[0].code() in FENCED
    assert since(MODELS) == []


@pytest.mark.usefixtures("forgetful")
def test_the_brokers_clock_is_not_read_off_a_record_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(TimeoutError, match=f"{INTERACTIONS} was not stamped .*{NO_OFFSET}"):
        measure(settings, INTERACTIONS, lambda: 0)


# -- the load of the fault scenarios: a second copy would be counted as one too many


@pytest.mark.usefixtures("forgetful")
def test_a_fault_run_whose_load_did_not_arrive_says_so(settings: Settings, since: Since) -> None:
    """Mutant: the guard `(message.offset() or 0) >= 0`, which no offset passes."""
    load = Producer(settings.brokers, 7, Mix(rate=100))
    load.start()
    until(lambda: load.manifest.events >= 20)
    for _ in range(2):
        with pytest.raises(KafkaException, match=rf"^1 of \d+ records .*{NO_OFFSET}"):
            load.finish()
    assert len(since(INTERACTIONS)) + len(since(TOUCHPOINTS)) == load.manifest.events - 1
