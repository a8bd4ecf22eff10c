"""The journey agent: touchpoints in, decisions out. All meaning is in `streams.decide`; here it meets bytes, keys and the ledger.

Safe to retry because nothing here is final: journeys, partition record and outputs leave together in the ledger's next commit, or
not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

import msgspec

from agents.carrier.exits import die
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.journey.counters import OutputCounts, booked
from agents.journey.direct_input import DirectInput
from agents.journey.latency import Latency
from agents.journey.outputs import published, told
from agents.journey.silenced import SilenceLog, silence_record
from agents.journey.timer_queue import TimerQueue, wake_of
from schemas.control import Addressed, Broadcast, ModelPublished, RulesPublished, Tick
from schemas.decisions import DecisionMade
from schemas.touchpoints import Touchpoint
from streams.context import DetectorFailed, Emission, Sent
from streams.decide import decide
from streams.rules import Rules
from streams.rules.in_force import BodyOf, Rulebook, UnknownRulesError, nothing_published
from streams.state import Journey, Partition
from streams.state.aggregates import Aggregates
from streams.state.codec import Description, UnreadableStateError

OwnedJourneys: TypeAlias = OwnedPartition[Journey]
_read_body = msgspec.msgpack.Decoder(Partition).decode
_write_body = msgspec.msgpack.Encoder().encode


class Body:
    """What hangs on an owned partition: what its journeys share, the rules it is under, and who waits for what."""

    __slots__ = ("committing", "decided", "refused_before", "rules", "shared", "wakes")

    def __init__(self, shared: Partition, rules: Rules, wakes: TimerQueue) -> None:
        self.shared, self.rules, self.wakes = shared, rules, wakes
        self.decided: list[int] = []  # log times (ms UTC) of what led to decisions since the last commit was set aside
        self.committing: list[int] = []  # the same, of decisions in the commit under way
        self.refused_before = shared.outcomes.get("rejected", 0)


class JourneyJob:
    """Applies the touchpoint log to journeys, record by record. One for a process, whatever partitions it owns.

    `rules` hold until others are published in the log, whose bodies `body_of` finds; `noted` is told what each partition is under.
    `book` counts what was published and rejected since the start, for metrics; nothing decides from it.
    """

    def __init__(
        self,
        rules: Rules,
        control_key: bytes,
        fail: Callable[[str], NoReturn] = die,
        body_of: BodyOf = nothing_published,
        noted: Callable[[Partition, Rules], None] = lambda _shared, _rules: None,
    ) -> None:
        self._codec, self._rulebook, self._noted = rules.codec, Rulebook(rules, body_of), noted
        self.book: OutputCounts = Counter()
        self.silences = SilenceLog()
        self.latency = Latency()
        self.door, self._control_key = DirectInput(control_key), control_key
        self._fail = fail
        self._layouts: dict[int, Description] = {}

    @property
    def clamped(self) -> int:
        """Times that lay too far ahead of their arrival and were set back."""
        return self.door.clamped

    # -- state and its bytes

    def encode(self, state: Journey) -> bytes:
        """A journey's bytes; equal journeys give equal bytes."""
        return self._codec.encode(state)

    def decode(self, key: bytes, value: bytes) -> Journey:  # noqa: ARG002  # a key is a customer: not even for a message
        """The journey of these bytes. One that cannot be read ends the worker: to begin it anew would forget a customer."""
        try:
            return self._codec.decode(value, self._layouts)
        except UnreadableStateError as error:
            self._fail(f"the state of a journey cannot be read: {error}. Run the version that wrote it; nothing was changed")

    def rows(self, partition: OwnedJourneys) -> Mapping[bytes, bytes | None]:
        """The cells that have changed since the last commit was set aside, whole."""
        body: Body = partition.body
        return body.shared.aggregates.take_changes()

    def load(self, partition: OwnedJourneys, body: bytes, rows: Mapping[bytes, bytes]) -> None:
        """What the partition's journeys share is read, and everybody who waits is queued, from the states' headers alone."""
        shared = _read_body(body) if body else Partition()
        shared.layouts[self._codec.layout_id] = self._codec.description
        shared.aggregates = Aggregates(rows)
        self._layouts |= shared.layouts
        wakes = TimerQueue(lambda key: wake_of(partition.states.get(key)))
        wakes.build((wake_of(state), key) for key, state in partition.states.items())
        partition.body = Body(shared, self._in_force(shared), wakes)

    def _in_force(self, shared: Partition) -> Rules:
        """The rules this partition is under from here on. Where they cannot be had the worker ends: nothing may be decided by others."""
        try:
            rules = self._rulebook.rules_for(shared)
        except UnknownRulesError as error:
            self._fail(str(error))
        shared.rules = rules.fingerprint
        self._noted(shared, rules)
        return rules

    def dump(self, partition: OwnedJourneys) -> bytes:
        """What the partition's journeys share, as stored with a commit."""
        body: Body = partition.body
        if refused := body.refused_before + partition.refused:
            body.shared.outcomes["rejected"] = refused
        body.committing += body.decided
        body.decided = []
        return _write_body(body.shared)

    # -- events

    def apply(self, partition: OwnedJourneys, record: ConsumerRecord) -> None:
        """One record of the log happens to its customer's journey, or is rejected with its reason."""
        key = record.key or b""
        event = self.door.open(key, record.value, record.headers, record.timestamp, partition.states)
        if isinstance(event, Touchpoint):
            self._touch(partition, record, key, event)
        elif isinstance(event, Tick):
            self._tick(partition, record, key, event)
        elif isinstance(event, Broadcast):
            self._steer(partition.body, event, record.timestamp)
        elif isinstance(event, Addressed):
            self._follow(partition, record, key, event)
        else:
            partition.reject(record, *event)
            self.book["rejection", event.reason, ""] += 1

    def _steer(self, body: Body, control: Broadcast, logged_at: int) -> None:
        decide(self._codec.new(), body.shared, control, body.rules, logged_at)
        if isinstance(control, RulesPublished | ModelPublished):
            body.rules = self._in_force(body.shared)

    def _follow(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, control: Addressed) -> None:
        """What another journey tells this one. A state that another version wrote waits for a worker that can read it."""
        try:
            self._touch(partition, record, key, control)
        except UnreadableStateError as error:
            self._fail(f"a journey that was handed over cannot be read: {error}. Run the version that wrote it; nothing was changed")

    def _touch(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, event: Touchpoint | Addressed) -> None:
        body: Body = partition.body
        journey = partition.get(key) or self._codec.new()
        outcomes, wake, duplicates = body.shared.outcomes, journey.next_wake, body.shared.outcomes.get("duplicate")
        emissions = decide(journey, body.shared, event, body.rules, record.timestamp)
        if outcomes.get("duplicate") != duplicates:
            return
        partition.put(key, journey)
        if journey.next_wake != wake:
            body.wakes.move(key, journey.next_wake)
        if emissions:
            self._publish(partition, record, emissions)

    def _tick(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, tick: Tick) -> None:
        """A tick that is not the journey's wake changes nothing, and costs no decoding."""
        body: Body = partition.body
        is_wake = wake_of(partition.states.get(key)) == tick.due
        journey = (partition.get(key) if is_wake else None) or self._codec.new()
        emissions = decide(journey, body.shared, tick, body.rules, record.timestamp)
        if is_wake and journey.next_wake != tick.due:
            partition.put(key, journey)
            body.wakes.move(key, journey.next_wake)
            self._publish(partition, record, emissions)
        body.wakes.came_back(key, tick.due, record.timestamp)

    def _publish(self, partition: OwnedJourneys, record: ConsumerRecord, emissions: list[Emission]) -> None:
        """Emissions in their order: outputs to their topics, what journeys tell each other to the log, failures to the rejections."""
        for emission in emissions:
            if isinstance(emission, DetectorFailed):
                self.silences.note(emission)
                partition.emit(*silence_record(partition.rejections, record, emission))
            elif isinstance(emission, Sent):
                partition.emit(*told(emission.control, self._control_key))
            else:
                partition.emit(*published(emission, record.timestamp))
                self.book[booked(emission)] += 1
                if isinstance(emission, DecisionMade):
                    partition.body.decided.append(record.timestamp)

    def note_commit(self, partition: OwnedJourneys, now: int) -> None:
        """The decisions that were set aside are public `now` (ms UTC)."""
        body: Body = partition.body
        self.latency.observe(body.committing, now)
        body.committing = []
