"""Sends events from a file into a topic: every line unchanged, or translated by a mapping.

A line with events of several customers is sent as one record for each event. What cannot be read is sent as it is: ingest rejects it.
"""

from __future__ import annotations

import gzip
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message

from agents.carrier.delivery import UndeliveredError
from agents.kafka.producer import LogProducer
from agents.running.rows import WHY
from agents.running.runs import header_of
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.mapping.declared import Declared
from agents.tools.mapping.opening import TOO_LONG, LongLine, UnreadableFileError, bounded, recognised, undamaged
from agents.tools.mapping.reading import told
from agents.tools.mapping.rows import Outcome, Refused, Understood
from agents.tools.mapping.telling import Account
from agents.tools.operating.keys import Keyed, keyed
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.writing import encode


class Line(NamedTuple):
    """One event, and how many bytes of the file have been read by now, for a progress bar. `why`: the content of the header WHY.

    `lines` counts bytes as they are on the disk; `mapped` counts the unpacked bytes of rows.
    """

    event: bytes
    read: int
    why: str = ""


_IN_FLIGHT = 100_000  # messages that wait for acknowledgement, at most
_BREATH = 1_000  # events between two polls
_PATIENCE_S = 60.0  # seconds until the last event must have been acknowledged


@dataclass
class Sent:
    """What reached the log: the offset of each record, and the lines that were not sent. `run`: its id, see agents.running.runs.

    `mixed` counts records with events of several customers that could not be divided: those of all but the first may come out of order.
    """

    topic: str
    run: str = ""
    bytes: int = 0
    offsets: dict[int, array[int]] = field(default_factory=dict)
    unsent: list[str] = field(default_factory=list)
    mixed: int = 0

    @property
    def records(self) -> int:
        """How many records the brokers have acknowledged."""
        return sum(map(len, self.offsets.values()))

    def note(self, number: int, error: KafkaError | None, message: Message) -> None:
        """Record the delivery of line `number`: its offset, or why it was not delivered."""
        partition, offset = message.partition(), message.offset()
        if error is None and partition is not None and offset is not None:
            if partition not in self.offsets:
                self.offsets[partition] = array("q")
            self.offsets[partition].append(offset)
        else:
            self.unsent.append(f"line {number}: {error.str() if error else 'it has no place in the log'}")

    def targets(self) -> dict[int, int]:
        """Return, for each partition, the offset that a reader has committed once it has read all of it."""
        return {number: max(offsets) + 1 for number, offsets in self.offsets.items()}

    def holds(self, number: int, offset: int) -> bool:
        """Return whether the record at `offset` of partition `number` is one of ours.

        >>> sent = Sent("t", offsets={0: array("q", [4, 7])})
        >>> sent.holds(0, 7), sent.holds(0, 5), sent.holds(1, 7)
        (True, False, False)
        """
        offsets = self.offsets.get(number, array("q"))
        at = bisect_left(offsets, offset)
        return at < len(offsets) and offsets[at] == offset


def lines(path: str) -> Iterator[Line]:
    """Yield the lines of a file (`.gz` is unpacked) or of standard input (`-`), as bytes. Skip empty lines. One over 1 MiB is a LongLine.

    Raises UnreadableFileError if a `.gz` file is damaged, or if the file is no text in UTF-8.
    """
    with ExitStack() as opened:
        raw: BinaryIO = sys.stdin.buffer if path == "-" else opened.enter_context(Path(path).open("rb"))
        opened.enter_context(undamaged(path))
        text: Any = opened.enter_context(gzip.open(raw)) if path.endswith(".gz") else raw
        read = 0
        for line in recognised(bounded(text)):
            read = raw.tell() if text is not raw else read + len(line)
            event = line if isinstance(line, LongLine) else line.rstrip(b"\r\n")
            if event:
                yield Line(event, read)


def mapped(declared: Declared, path: str, now: int, account: Account, conventions: Conventions = NO_CONVENTIONS) -> Iterator[Line]:
    """Yield the touchpoints of a file, in the order of time, and refused rows as they are in the file. Rows left out are not sent.

    Counts every row in `account`. `now` is in ms UTC. `conventions` say what to hide in paths and texts, as ingest does.
    """
    read = 0
    for row, outcome in told(declared, path, now, conventions):
        touchpoint = account.take((row, outcome))
        read += len(row.text)
        if touchpoint is not None:
            yield Line(encode(touchpoint), read, _unread(outcome))
        elif isinstance(outcome, Refused):
            yield Line(row.text, read, f"{outcome.reason}: {outcome.words}")


def _unread(outcome: Outcome) -> str:
    """Return what could not be read of an understood row, for the header WHY; empty if all of it could."""
    return "; ".join(f"{each.reason}: {each.words}" for each in outcome.unread) if isinstance(outcome, Understood) else ""


def feed(
    settings: Settings,
    topic: str,
    events: Iterable[Line],
    moved: Callable[[int, int], None],
    run: str = "",
    conventions: Conventions = NO_CONVENTIONS,
) -> Sent:
    """Publish every event, and return what was sent once all are acknowledged. `moved(lines, bytes read)` is called every 1000 lines.

    At the end `moved` gets -1 for the bytes. With `run`, the workers count these events apart. A customer's events keep their order:
    they go to the customer's partition, also if other programs produce for that customer. `conventions` say what the company's own
    names mean: else nobody knows whose such an event is. An event may be sent twice: the journey detects a second copy by its id. If
    nobody can read the line, the second copy is rejected too.
    """
    sent, number = Sent(topic, run), 0
    producer = _producer(settings)
    try:
        for number, line in enumerate(events, 1):
            for each in _records(sent, line, number, conventions):
                _send(producer, sent, line, each, number)
            sent.bytes += len(line.event)
            if number % _BREATH == 0:
                producer.poll()  # takes acknowledgements; at every event it would cost as much as sending
                moved(number, line.read)
        producer.flush(_PATIENCE_S)
    except UndeliveredError as error:
        sent.unsent.append(str(error))
    except UnreadableFileError as error:
        if not number:
            raise
        sent.unsent.append(f"all behind line {number}: {error}")
        producer.flush(_PATIENCE_S)
    moved(number, -1)
    return sent


def _producer(settings: Settings) -> LogProducer:
    return LogProducer(
        {
            **librdkafka_security(settings),
            "linger.ms": 20,
            "compression.type": "lz4",
            "message.max.bytes": 1_048_000,  # librdkafka's default is lower than the brokers' limit, and a broken event may be large
            "queue.buffering.max.messages": _IN_FLIGHT,
        },
        resend=True,
    )


def _records(sent: Sent, line: Line, number: int, conventions: Conventions) -> list[Keyed]:
    is_long = isinstance(line.event, LongLine)
    sent.unsent += [f"line {number}: {TOO_LONG}"] * is_long
    return [] if is_long else keyed(line.event, conventions)


def _send(producer: LogProducer, sent: Sent, line: Line, record: Keyed, number: int) -> None:
    """Send one record of a line. One that Kafka can never take (too large) is recorded as unsent. Raises UndeliveredError."""
    headers: list[tuple[str, str | bytes | None]] = [*header_of(sent.run), *([(WHY, line.why)] if line.why else [])]
    sent.mixed += record.others > 0
    try:
        producer.send(sent.topic, record.key, record.value, headers, delivered=partial(sent.note, number))
    except UndeliveredError:
        raise
    except KafkaException as error:
        sent.unsent.append(f"line {number}: {error.args[0].str()}")
