"""A reader that is asked again and again, as by whoever follows a topic in steps, gets what is new and never waits for what was told."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from time import monotonic
from typing import Any

import pytest
from confluent_kafka import Message, Producer

from agents.kafka.admin import Admin
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader, StalledError
from agents.kafka.records import RecordReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.topics import TOPICS

pytestmark = pytest.mark.kafka
AT_ONCE_S = 20.0  # seconds; far less than a reader waits for an end that is not told, and enough for a machine that has much else to do


def _topic(settings: Settings, name: str) -> str:
    """Return the name of a new topic of two partitions."""
    with Admin(settings.model_copy(update={"partitions": 2})) as admin:
        admin.create([replace(TOPICS[0], name=name)])
    return name


def _write(settings: Settings, topic: str, partition: int, *values: bytes) -> None:
    producer = LogProducer(librdkafka_security(settings), resend=False)
    for value in values:
        producer.send(topic, None, value, partition=partition)
    producer.flush(10)


def _values(reader: LogReader) -> list[object]:
    """Return what the reader yields up to the end; it may not wait long for it."""
    begun = monotonic()
    found: list[object] = [message.value() for message in reader.until_end()]
    assert monotonic() - begun < AT_ONCE_S
    return found


def test_a_reader_that_is_asked_again_gets_what_is_new(settings: Settings) -> None:
    """Mutants: a reader that waits for an end that it was told before, in all partitions or in those where nothing has come."""
    topic = _topic(settings, "reader.again")
    with LogReader(settings, topic, beginning=True) as reader:
        assert _values(reader) == []
        assert _values(reader) == []
        _write(settings, topic, 0, b"a", b"b")
        assert _values(reader) == [b"a", b"b"]
        assert _values(reader) == []
        _write(settings, topic, 1, b"c")
        assert _values(reader) == [b"c"]
        assert reader.positions() == reader.ends() == {0: 2, 1: 1}


class Late:
    """A consumer that is told of an end one poll late: what was the end is none any more."""

    def __init__(self, real: Any) -> None:
        self._real, self._held = real, list[Message]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def poll(self, timeout: float) -> Message | None:
        """Return what was held, or one message that is no end."""
        if self._held:
            return self._held.pop()
        found: Message | None = self._real.poll(timeout)
        if found is None or found.error() is None:
            return found
        self._held.append(found)
        return None

    def consume(self, _most: int, _timeout: float) -> list[Message]:
        return []


def test_an_end_that_is_told_late_does_not_stop_a_reader_before_what_has_come_since(settings: Settings) -> None:
    """Mutant: any end that is told ends the reading, whatever is written by now."""
    topic = _topic(settings, "reader.late")
    _write(settings, topic, 0, b"a")
    with LogReader(settings, topic, {0: 0}) as reader:
        late = reader._consumer = Late(reader._consumer)  # type: ignore[assignment]
        assert [message.value() for message in islice(reader.live(), 1)] == [b"a"]
        while not late._held:
            late.poll(0.1)
        _write(settings, topic, 0, b"b")
        assert _values(reader) == [b"b"]


def test_a_search_backwards_and_a_reading_after_it_wait_for_no_end_either(settings: Settings) -> None:
    """Mutant: the end of the reading before the search counts as reached in the search: nothing is found."""
    topic = _topic(settings, "reader.search")
    _write(settings, topic, 0, b"a", b"b")
    with LogReader(settings, topic, {0: 0}) as reader:
        assert _values(reader) == [b"a", b"b"]
        for _ in range(2):
            found = reader.last(0)
            assert found is not None
            assert found.value() == b"b"
        assert _values(reader) == []


@pytest.mark.parametrize("kind", [LogReader, RecordReader])
def test_a_reader_gives_up_behind_a_transaction_that_nobody_ends(settings: Settings, kind: type[LogReader | RecordReader]) -> None:
    """Mutants: no end to waiting; the end before the transaction is enough, so what it holds is missed."""
    topic = _topic(settings, f"{kind.__name__}.stalled")
    producer = Producer({**librdkafka_security(settings), "transactional.id": topic})
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce(topic, b"hidden", partition=0)
    producer.flush(10)
    _write(settings, topic, 1, b"seen")
    with kind(settings, topic, {0: 0, 1: 0}) as reader:
        reader.patience_s = 1.0
        found = reader.until({0: 1, 1: 1})
        seen: Any = next(found)
        assert (seen.value() if kind is LogReader else seen.value) == b"seen"
        with pytest.raises(StalledError, match=r"\.stalled could not be read for 1 s: partition 0 up to offset 1\.") as stalled:
            list(found)
    assert "`sojourn topics transactions`" in stalled.value.fix
    producer.abort_transaction()
