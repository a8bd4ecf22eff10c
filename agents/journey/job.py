"""The job of the journey role: it reads records, calls `streams.decide`, and gives the results to the ledger.

Safe to repeat: nothing here is final. The ledger's next commit writes journeys, partition record and outputs together, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeAlias

from agents.carrier.exits import die
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.journey.body import PAST, Body, Stored, count_clocks, pass_by_broken, read_body, write_body
from agents.journey.direct_input import DirectInput
from agents.journey.latency import Latency
from agents.journey.publishing import Publishing
from agents.journey.ruling import Ruling
from agents.journey.timer_queue import TimerQueue, wake_of
from agents.running.runs import count_changes, run_of
from schemas.control import Addressed, Broadcast, ModelPublished, RulesPublished, Tick
from schemas.control.signing import place_of
from schemas.touchpoints import Touchpoint
from streams.context import Emission
from streams.decide import decide, decide_touchpoint
from streams.engine.forgetting import is_empty
from streams.rules import Rules
from streams.rules.in_force import BodyOf, Rulebook, nothing_published
from streams.state import Journey, Partition
from streams.state.aggregates import Aggregates
from streams.state.codec import Description, UnreadableStateError

OwnedJourneys: TypeAlias = OwnedPartition[Journey]


class JourneyJob:
    """Applies the touchpoint log to journeys, record by record. A process has one job for all its partitions.

    Of `control_keys` the first signs control records, and all are accepted. `rules` are in force until the log publishes others, whose
    bodies `body_of` finds. `noted` is called with a partition and the rules that come into force for it. `book` counts what was published
    and rejected since the start, for metrics only. `by_event_time`: a history is replayed, so offers are made by the events' own times
    and not by the log's. `partitions`: of the touchpoint topic.
    """

    def __init__(
        self,
        rules: Rules,
        control_keys: Sequence[bytes],
        fail: Callable[[str], NoReturn] = die,
        body_of: BodyOf = nothing_published,
        noted: Callable[[Partition, Rules], None] = lambda _shared, _rules: None,
        *,
        by_event_time: bool = False,
        partitions: int = 1,
    ) -> None:
        self._codec, self._ruling = rules.codec, Ruling(Rulebook(rules, body_of), fail, noted)
        self._publishing = Publishing(control_keys[0], partitions)
        self.book, self.silences, self.latency = self._publishing.book, self._publishing.silences, Latency()
        self.door = DirectInput(control_keys, partitions)
        self.masked = self.door.masked
        self._fail, self._by_event_time = fail, by_event_time
        self._layouts: dict[int, Description] = {}

    @property
    def clamped(self) -> int:
        """How many touchpoints were set back because their time was too far ahead of their arrival."""
        return self.door.clamped

    def encode(self, state: Journey) -> bytes:
        """Return a journey's bytes. Equal journeys give equal bytes."""
        return self._codec.encode(state)

    def decode(self, key: bytes, value: bytes) -> Journey:  # noqa: ARG002  # the key is a customer, so it must not be in a message
        """Return the journey of these bytes. If they cannot be read, end the worker: a new journey would lose the customer's state."""
        try:
            return self._codec.decode(value, self._layouts)
        except UnreadableStateError as error:
            self._fail(f"the state of a journey cannot be read: {error}. Run the version that wrote it; nothing was changed")

    def rows(self, partition: OwnedJourneys) -> Mapping[bytes, bytes | None]:
        """Return the aggregates that have changed since the last commit was taken, each as a whole row."""
        body: Body = partition.body
        return body.shared.aggregates.take_changes()

    def load(self, partition: OwnedJourneys, body: bytes, rows: Mapping[bytes, bytes]) -> None:
        """Read what the partition's journeys share, and build the queue of timers from the headers of the states."""
        shared = read_body(body) if body else Stored()
        shared.layouts[self._codec.layout_id] = self._codec.description
        shared.aggregates = Aggregates(rows)
        self._layouts |= shared.layouts
        pass_by_broken(partition)
        wakes = TimerQueue(lambda key: wake_of(partition.states.get(key)))
        wakes.build((wake_of(state), key) for key, state in partition.states.items())
        partition.body = Body(shared, self._ruling.set_rules(shared), wakes, place_of(partition.topic_id, partition.number))

    def dump(self, partition: OwnedJourneys) -> bytes:
        """Return what the partition's journeys share, as stored with a commit. Moves `decided` to `committing`."""
        body: Body = partition.body
        if refused := body.refused_before + partition.refused:
            body.shared.outcomes["rejected"] = refused
        body.committing += body.decided
        body.decided = []
        return write_body(body.shared)

    def apply(self, partition: OwnedJourneys, record: ConsumerRecord) -> None:
        """Apply one record of the log to its customer's journey, or reject it with the reason."""
        body: Body = partition.body
        run = run_of(record.headers) if record.headers else ""
        before = dict(body.shared.outcomes) if run else {}
        key, door, logged_at = record.key or b"", self.door, record.timestamp
        event = door.open(key, record.value, record.headers, logged_at, partition.states, body.rules.conventions, body.place)
        if door.ahead:
            count_clocks(body.shared, door.ahead, logged_at)
        if isinstance(event, Touchpoint):
            self._apply_touchpoint(partition, record, key, event)
        elif isinstance(event, Tick):
            self._apply_tick(partition, record, key, event)
        elif isinstance(event, Broadcast):
            self._apply_broadcast(partition, record, event)
        elif isinstance(event, Addressed):
            self._apply_addressed(partition, record, key, event)
        else:
            self._publishing.reject(partition, record, event)
        if run:
            count_changes(body.shared, run, before)

    def _apply_broadcast(self, partition: OwnedJourneys, record: ConsumerRecord, control: Broadcast) -> None:
        body: Body = partition.body
        if isinstance(control, RulesPublished) and (refused := self._ruling.refuse(body.shared, control)) is not None:
            self._publishing.reject(partition, record, refused)
            return
        decide(self._codec.new(), body.shared, control, body.rules, record.timestamp)
        if isinstance(control, RulesPublished | ModelPublished):
            body.rules = self._ruling.set_rules(body.shared)

    def _apply_addressed(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, control: Addressed) -> None:
        """Apply a control record from another journey. If it has a state that this version cannot read, end the worker."""
        body: Body = partition.body
        journey = partition.get(key) or self._codec.new()
        wake, duplicates = journey.next_wake, body.shared.outcomes.get("duplicate")
        logged_at = 0 if self._by_event_time else record.timestamp
        try:
            emissions = decide(journey, body.shared, control, body.rules, logged_at)
        except UnreadableStateError as error:
            self._fail(f"a journey that was handed over cannot be read: {error}. Run the version that wrote it; nothing was changed")
        if body.shared.outcomes.get("duplicate") == duplicates:
            self._keep(partition, record, key, journey, wake, emissions)

    def _apply_touchpoint(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, touchpoint: Touchpoint) -> None:
        body: Body = partition.body
        journey = partition.get(key)
        if journey is None:
            if (refused := self.door.misplaced(key, partition.number)) is not None:
                self._publishing.reject(partition, record, refused)
                return
            journey = self._codec.new()
        wake = journey.next_wake
        emissions: list[Emission] = []
        logged_at = 0 if self._by_event_time else record.timestamp
        if decide_touchpoint(journey, body.shared, touchpoint, body.rules, emissions, logged_at) != "duplicate":
            self._keep(partition, record, key, journey, wake, emissions)

    def _keep(
        self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, journey: Journey, wake: int, emissions: list[Emission]
    ) -> None:
        """Keep the journey after a decision, move its timer if it is not at `wake` any more, and publish what was decided."""
        partition.put(key, journey)
        if journey.next_wake != wake:
            body: Body = partition.body
            if is_empty(journey):
                partition.drop(key)
            body.wakes.move(key, journey.next_wake)
            if 0 < journey.next_wake < record.timestamp - PAST:
                body.wakes.history_at = record.timestamp
        if emissions:
            self._publishing.publish(partition, record, emissions)

    def _apply_tick(self, partition: OwnedJourneys, record: ConsumerRecord, key: bytes, tick: Tick) -> None:
        """Apply a tick. A tick that is not for the journey's timer changes nothing; the journey is not even decoded."""
        body: Body = partition.body
        is_wake = wake_of(partition.states.get(key)) == tick.due
        journey = (partition.get(key) if is_wake else None) or self._codec.new()
        logged_at = tick.due if self._by_event_time else record.timestamp
        emissions = decide(journey, body.shared, tick, body.rules, logged_at)
        if is_wake and journey.next_wake != tick.due:
            if is_empty(journey):
                partition.drop(key)
            else:
                partition.put(key, journey)
            body.wakes.move(key, journey.next_wake)
            self._publishing.publish(partition, record, emissions)
        body.wakes.came_back(key, tick.due, record.timestamp)

    def note_commit(self, partition: OwnedJourneys, now: int) -> None:
        """Add the decisions of the commit under way to the latency figures: they are public `now` (ms UTC)."""
        body: Body = partition.body
        self.latency.observe(body.committing, now)
        body.committing = []
