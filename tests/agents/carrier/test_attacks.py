"""What attacking the proof found: fourteen ways that a careful design still lost or doubled events. One test each."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest
from confluent_kafka import TopicPartition
from msgspec.structs import replace

from agents.carrier import guards, reader, recovery
from agents.carrier.build import build_app
from agents.carrier.changelog import Rows
from agents.carrier.commits import Commits
from agents.carrier.exits import Refusal
from agents.carrier.fetching import ChunkThread
from agents.carrier.membership import Assignment
from agents.carrier.progress import Log, believed, position
from agents.carrier.record import MAX_KEY, PARTITION_KEY, PartitionRecord, journey_key
from agents.carrier.rejections import KEPT_VALUE, rejection_record
from agents.carrier.transaction import Snapshot, group_metadata, producer_settings
from agents.carrier.watchdog import Watchdog
from tests.agents.carrier.counting import Counting
from tests.agents.carrier.fakes import Died, FakeRecord, chunk, fail, options, own, running, taken
from tests.agents.carrier.fleet import Fleet, stopped
from tests.agents.company import until

RECORD = PartitionRecord(7, "id")


@pytest.mark.kafka
def test_a01_a_partition_without_a_record_is_sought_too(fleet: Fleet) -> None:
    """Guards against: a final seek that names only partitions with something applied (143 lost)."""
    fleet.send(200, keys=1, partition=0)
    fleet.start("1")
    fleet.ready("1")
    fleet.start("2")
    fleet.send(300, key="late-1", partition=1)
    fleet.send(300, key="late-2", partition=2)
    fleet.ready("2")
    fleet.send(300, key="late-3", partition=3)
    fleet.settle()
    assert [fleet.states()[f"late-{number}"] for number in (1, 2, 3)] == [300, 300, 300]


@pytest.mark.parametrize(
    ("record", "log", "cause"),
    [
        pytest.param(None, Log(0, 0, 9, 7, "id"), "holds nothing", id="changelog emptied"),
        pytest.param(RECORD, Log(0, 0, 9, 9, "id"), "ahead of its state", id="group offset moved ahead"),
        pytest.param(RECORD, Log(0, 8, 9, 7, "id"), "deleted unread", id="log trimmed"),
        pytest.param(RECORD, Log(0, 0, 6, None, "id"), "before what was already applied", id="log shorter than our progress"),
        pytest.param(RECORD, Log(0, 0, 9, 7, "other"), "created again", id="topic made again"),
    ],
)
def test_a02_state_and_progress_that_do_not_belong_together_are_refused(record: PartitionRecord | None, log: Log, cause: str) -> None:
    """Mutant caught: each comparison of `position` left out in turn. Trust is explicit, and then goes on within the log."""
    with pytest.raises(Refusal, match=cause):
        position(record, log)
    to = believed(record, log)
    mended = None if record is None else replace(record, position=to, topic_id=log.topic_id)
    assert log.start <= position(mended, dataclasses.replace(log, committed=to if mended else None)) == to <= log.end


def test_a02_a_group_offset_rewound_or_deleted_is_no_matter() -> None:
    """The states are complete up to the partition record: it wins (S19)."""
    assert position(RECORD, Log(0, 0, 9, 2, "id")) == 7
    assert position(RECORD, Log(0, 0, 9, None, "id")) == 7
    assert position(None, Log(0, 3, 9, None, "id")) == 3


@pytest.mark.kafka
def test_a02_an_emptied_changelog_ends_in_a_refusal_that_names_the_fix(fleet: Fleet) -> None:
    """Guards against: recovery that does not ask for the group's offsets."""
    fleet.send(500)
    fleet.start()
    fleet.caught_up()
    assert fleet.stop() == [0]
    fleet.delete(fleet.changelog)
    fleet.create(fleet.changelog)
    fleet.start()
    assert fleet.exit_code() == 2
    assert "the changelog holds nothing of it" in fleet.said()
    assert "sojourn topics trust" in fleet.said()


@pytest.mark.kafka
def test_a03_a_log_trimmed_past_our_progress_is_refused(fleet: Fleet) -> None:
    """Guards against: the log's start not compared; aiokafka resets to earliest without a word (5,999 skipped)."""
    fleet.send(200)
    fleet.start()
    fleet.caught_up()
    assert fleet.stop() == [0]
    fleet.send(400)
    ends = [TopicPartition(fleet.source, number, end) for number, end in fleet.ends().items()]
    for future in fleet.admin.delete_records(ends).values():
        future.result(10)
    fleet.start()
    assert fleet.exit_code() == 2
    assert "deleted unread" in fleet.said()


@pytest.mark.kafka
def test_a03_an_offset_the_log_no_longer_has_ends_the_process(fleet: Fleet) -> None:
    """Mutant caught: the reset strategy left at earliest after our seek."""
    fleet.send(100)
    worker = fleet.start()
    fleet.caught_up()
    worker.send_signal(signal.SIGSTOP)
    until(lambda: stopped(worker.pid))
    time.sleep(0.2)  # the fetch that was under way ends at the broker, empty, after 50 ms
    fleet.send(400)
    for future in fleet.admin.delete_records([TopicPartition(fleet.source, n, end) for n, end in fleet.ends().items()]).values():
        future.result(10)
    fleet.send(10)
    worker.send_signal(signal.SIGCONT)
    assert fleet.exit_code() == 70
    assert "OffsetOutOfRange" in fleet.said()


def test_a03_a_topic_made_again_while_it_is_read_ends_the_process() -> None:
    """Mutant caught: `judge` without the id."""
    watchdog = Watchdog(running(), options(), "id", fail)
    watchdog.judge("id", 4)
    with pytest.raises(Died, match="created again"):
        watchdog.judge("other", 4)
    with pytest.raises(Died, match="deleted"):
        watchdog.judge("", 0)
    with pytest.raises(Died, match="8 partitions"):
        watchdog.judge("id", 8)


def test_a04_position_follows_record_by_record() -> None:
    """Mutant caught: the position set once, behind the chunk."""
    ledger = running()
    partition = ledger.owned[0]
    poisoned = chunk(0, 5)
    poisoned.records[3].value = b"poison"  # type: ignore[misc]  # the fake's own field
    ledger.accept(poisoned)
    assert partition.position == 3


def test_a04_a_failing_encode_never_commits_a_part() -> None:
    """Mutant caught: `take` that moves `taken` before everything is encoded."""
    ledger = running([0, 1], job=FailingEncode("out"))
    ledger.accept(chunk(0, 3))
    ledger.accept(chunk(0, 3, partition=1, key=b"bad"))
    snapshot = taken(ledger)
    assert snapshot.positions == [(0, 3)], "the sound partition goes on"
    assert [key for _, key, _ in snapshot.states] == [b"sc1", PARTITION_KEY]
    assert 1 not in ledger.owned, "the other is read again"


class FailingEncode(Counting):
    """The state of the key b"bad" cannot be encoded."""

    def apply(self, partition: Any, record: Any) -> None:
        super().apply(partition, record)
        if record.key == b"bad":
            partition.put(record.key, {"n": object()})


def test_a05_nothing_of_a_failed_interval_remains() -> None:
    """Mutant caught: restoring the one journey in place of forgetting the partition: its first output stayed behind."""
    ledger = running()
    again: list[int] = []
    ledger.on_condemned = again.append
    poisoned = chunk(0, 12)
    poisoned.records[10].value = b"poison"  # type: ignore[misc]  # the fake's own field
    ledger.accept(poisoned)
    assert again == [0]
    assert ledger.snapshot() is None, "two outputs and a state of the interval were not committed"
    assert ledger.assignment is not None
    own(ledger, ledger.assignment, [0])
    ledger.accept(poisoned)
    snapshot = taken(ledger)
    assert snapshot.positions == [(0, 12)]
    assert [output.value for output in snapshot.outputs if output.topic == "out"] == [b"c1-5", b"c1-10"]
    assert len([output for output in snapshot.outputs if output.topic == "no"]) == 1


def test_a05_too_many_failures_of_our_own_stop_the_worker() -> None:
    """Mutant caught: a limit that is forgotten when the partition is read again."""
    ledger = running()
    assignment = ledger.assignment
    assert assignment is not None
    poison = chunk(0, 1001, value=b"poison")
    for _ in range(1000):
        ledger.accept(poison)
        own(ledger, assignment, [0])
    with pytest.raises(Died, match="our own code failed on more than 1000"):
        ledger.accept(poison)


def test_a06_only_the_same_member_in_the_next_generation_keeps_a_partition() -> None:
    """Mutant caught: `follows` without the member, and without the + 1."""
    for generation, member, kept in ((2, "member-1", True), (2, "other", False), (3, "member-1", False)):
        ledger = running()
        ledger.accept(chunk(0, 3))
        ledger.revoke()
        missing = ledger.assign(Assignment(generation, member, frozenset({0})))
        assert (missing == frozenset()) is kept
        assert (0 in ledger.owned) is kept


def test_a06_static_membership_is_refused() -> None:
    """It may keep its generation over a change of hands."""
    app = build_app(options())
    app.conf.consumer_group_instance_id = "1"
    with pytest.raises(Refusal, match="static membership"):
        guards.check_app(app)


@pytest.mark.parametrize(("before", "expected"), [(7, reader.Overtaken), (1041, Refusal)])
def test_a06_a_worker_frozen_in_its_read_was_overtaken(before: int, expected: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen between the changelog and the group's offset, it saw the successor's commits (1041 over a record of 7) and refused for
    good. An offset that moved in the meantime is somebody else's work: end (70) and start again. Mutant: `before` never asked."""
    answers = iter([[Log(0, 0, 2000, before, "id")], [Log(0, 0, 2000, 1041, "id")]])
    monkeypatch.setattr(reader, "read_logs", lambda *_: next(answers))
    monkeypatch.setattr(reader, "read_changelog", lambda *_: {0: Rows(record=RECORD)})
    with pytest.raises(expected):
        reader.Reader(options(), running(), "id")._read_partitions([0], threading.Event())


def test_a07_a_timeout_in_recovery_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the stock `_wait`, which reports a timeout as "stopped"."""
    monkeypatch.setattr(recovery, "die", fail)

    async def wait() -> None:
        app = build_app(options())
        async with asyncio.timeout(5):
            await recovery.LedgerRecovery(app, app.tables)._wait(asyncio.Event().wait(), timeout=0.01)

    with pytest.raises(Died, match=r"waited 0\.01 s"):
        asyncio.run(wait())


def test_a07_recovering_without_reading_ends_the_process() -> None:
    """Mutant caught: a watchdog that counts the time and not the progress."""
    ledger = running(recovery_timeout=180.0)
    ledger.revoke()
    watchdog = Watchdog(ledger, ledger.options, "id", fail)
    watchdog.look(0.0)
    watchdog.look(170.0)
    ledger.count.recovery_records += 1
    watchdog.look(190.0)
    watchdog.look(360.0)
    with pytest.raises(Died, match="without reading anything"):
        watchdog.look(371.0)


class FakeConsumer:
    """As much of aiokafka's as `lags` looks at: position 5, last stable offset 6 (the marker is at 5)."""

    def __init__(self, position: int, stable: int) -> None:
        class State:
            lso = stable
            has_valid_position = True

        State.position = position  # type: ignore[attr-defined]
        self.subscription = self
        self.assignment = self
        self._subscription = self
        self._state = State()

    def state_value(self, _tp: Any) -> Any:
        return self._state


def lags(position: int, stable: int, upto: int, applied: int | None = None) -> dict[int, int]:
    thread = ChunkThread.__new__(ChunkThread)
    tp = cast(Any, TopicPartitionLike("in", 0))
    thread.upto, thread.epochs = {tp: upto}, {tp: 1}
    thread._consumer = FakeConsumer(position, stable)
    return thread.lags({} if applied is None else {0: applied})


class TopicPartitionLike(tuple[str, int]):
    def __new__(cls, topic: str, partition: int) -> TopicPartitionLike:
        return super().__new__(cls, (topic, partition))

    @property
    def partition(self) -> int:
        return self[1]


def test_a08_lag_is_measured_from_the_position_over_the_markers() -> None:
    """Mutant caught: lag from the last record: never zero on a transactional topic, an idle worker killed every minute."""
    assert lags(position=6, stable=6, upto=5) == {0: 0}
    assert lags(position=5, stable=9, upto=5) == {0: 4}


def test_a08_what_was_fetched_and_not_applied_is_lag() -> None:
    """The last chunk of a partition, lost between fetch and ledger: no other comes to show the hole. Mutant: `applied` ignored."""
    assert lags(position=6, stable=6, upto=6, applied=4) == {0: 2}
    assert lags(position=6, stable=6, upto=5, applied=5) == {0: 0}


def test_a08_the_watchdog_ends_a_worker_that_is_behind_and_stands() -> None:
    """Mutant caught: no look at the position."""
    ledger = running(stall_timeout=60.0)
    watchdog = Watchdog(ledger, ledger.options, "id", fail)
    for now in (0.0, 100.0, 200.0):
        watchdog.look(now)  # idle: nothing is wrong
    ledger.lag = {0: 10}
    watchdog.look(200.0)
    ledger.accept(chunk(0, 3))
    watchdog.look(259.0)
    watchdog.look(310.0)
    with pytest.raises(Died, match="has not moved"):
        watchdog.look(320.0)


def test_a08_the_watchdog_ends_a_worker_whose_commit_hangs() -> None:
    """Mutant caught: no look at the commit under way. One in ten restarts of the only broker left a worker idle for good, and ready."""
    ledger = running(transaction_timeout=25.0)
    watchdog = Watchdog(ledger, ledger.options, "id", fail)
    writer = SlowWriter()

    async def commit() -> None:
        ledger.accept(chunk(0, 3))
        committing = asyncio.create_task(Commits(ledger, writer).commit())
        await asyncio.to_thread(writer.entered.wait, 5)
        watchdog.look(0.0)
        watchdog.look(35.0)
        with pytest.raises(Died, match="a commit has not come back for 36 s"):
            watchdog.look(36.0)
        writer.free.set()
        assert await committing
        watchdog.look(1000.0)

    asyncio.run(commit())


def test_a09_a_rejection_always_fits() -> None:
    """Mutant caught: the whole original kept; librdkafka refuses 1,000,001 bytes while the broker takes 1,048,588."""
    huge = FakeRecord(7, key=b"k" * 100_000, value=b"v" * 1_048_000, headers=[("h" * 9000, b"v" * 9000)] * 500)
    value, _headers = rejection_record(huge, "too_large")
    assert KEPT_VALUE < len(value) < 250_000
    assert b'"value_length":1048000' in value


def test_a09_keys_that_cannot_be_state_are_rejected_before_it() -> None:
    """Mutant caught: the length compared with >=; the null key let through."""
    ledger = running()
    for offset, key in enumerate((None, b"k" * (MAX_KEY + 1), b"k" * MAX_KEY)):
        ledger.accept(chunk(offset, 1, key=key))
    snapshot = taken(ledger)
    assert [b'"no_key"' in (o.value or b"") or b'"key_too_long"' in (o.value or b"") for o in snapshot.outputs] == [True, True]
    assert [key for _, key, _ in snapshot.states] == [b"s" + b"k" * MAX_KEY, PARTITION_KEY]


def test_a09_no_customer_is_called_like_the_partition_record() -> None:
    """Mutant caught: journeys stored under their bare key."""
    ledger = running()
    ledger.accept(chunk(0, 1, key=PARTITION_KEY))
    keys = [key for _, key, _ in taken(ledger).states]
    assert len(set(keys)) == 2
    assert [journey_key(key) for key in keys] == [PARTITION_KEY, None]


def test_a10_an_output_of_a_timer_on_an_idle_partition_is_due() -> None:
    """Mutant caught: `due` without the outbox. The same offset is sent again, so that it is fenced alike."""
    ledger = running()
    ledger.accept(chunk(0, 3))
    assert taken(ledger).positions == [(0, 3)]
    assert ledger.snapshot() is None
    ledger.owned[0].emit("out", b"c1", b"tick")
    snapshot = taken(ledger)
    assert snapshot.positions == [(0, 3)]
    assert [output.value for output in snapshot.outputs] == [b"tick"]


class SlowWriter:
    """Counts how many commits are under way at once."""

    def __init__(self) -> None:
        self.now = self.most = self.done = 0
        self.entered = threading.Event()
        self.free = threading.Event()

    def write(self, _snapshot: Snapshot) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        self.entered.set()
        assert self.free.wait(5)
        self.now -= 1
        self.done += 1


def test_a11_a_cancelled_commit_does_not_run_beside_the_next() -> None:
    """Mutant caught: `commit` without the shield: the lock was free while the thread still wrote."""
    ledger, writer = running(), SlowWriter()

    async def cancel_the_first() -> None:
        commits = Commits(ledger, writer)
        ledger.accept(chunk(0, 3))
        first = asyncio.ensure_future(commits.commit())
        await asyncio.to_thread(writer.entered.wait, 5)
        first.cancel()
        ledger.accept(chunk(3, 3))
        second = asyncio.ensure_future(commits.commit())
        await asyncio.sleep(0)  # the second has begun to wait
        assert ledger.owned[0].taken == 3, "the second waits before it sets anything aside"
        writer.free.set()
        assert await second

    asyncio.run(cancel_the_first())
    assert (writer.most, writer.done) == (1, 2)
    assert ledger.owned[0].committed == 6


def test_a12_the_transaction_outlives_a_fail_over_and_ends_before_patience_does() -> None:
    """Twenty to thirty seconds, by default."""
    assert 20_000 <= producer_settings(options())["transaction.timeout.ms"] <= 30_000


@pytest.mark.kafka
def test_a12_a_restarted_worker_does_not_wait_for_its_own_leftover(fleet: Fleet) -> None:
    """Guards against: `init_transactions` at the first commit: recovery waited for the transaction to time out.

    Its timeout is two minutes here, so that no slow machine can be taken for a wait."""
    fleet.send(500)
    fleet.start(failpoint="die:joined@1", transaction_timeout=120.0)
    assert fleet.exit_code() == 9
    fleet.start(transaction_timeout=120.0)
    begun = time.monotonic()
    fleet.ready(times=2)
    assert time.monotonic() - begun < 60
    fleet.settle()


@pytest.mark.parametrize("policy", ["delete", "compact,delete", ""])
def test_a13_a_changelog_that_forgets_is_refused(policy: str) -> None:
    """Mutant caught: `"compact" in policy`."""
    with pytest.raises(Refusal, match=r"cleanup\.policy"):
        guards.check_changelog(options(), policy)
    guards.check_changelog(options(), "compact")


@pytest.mark.parametrize(("generation", "member"), [(-1, ""), (0, "m"), (3, ""), (-1, "m")])
def test_a14_no_bytes_are_built_without_a_membership(generation: int, member: str) -> None:
    """Mutant caught: each half of the condition. The broker accepts -1 and "" on a stable group, and fences nothing."""
    with pytest.raises(ValueError, match="not a member"):
        group_metadata("g", generation, member)


def test_a14_membership_is_frozen_at_assignment() -> None:
    """Whatever becomes of the client's own idea of it, a snapshot carries what was assigned."""
    ledger = running()
    ledger.accept(chunk(0, 3))
    assert (taken(ledger).generation, taken_member(ledger)) == (1, "member-1")


def taken_member(ledger: Any) -> str:
    ledger.owned[0].emit("out", None, b"again")
    return taken(ledger).member


def test_the_group_metadata_of_this_librdkafka_is_the_form_we_build() -> None:
    """Mutant caught: version 1 of the bytes. Needs no broker: the consumer never joins."""
    guards.check_metadata(options(brokers="127.0.0.1:1"))


def test_partition_and_folder_names_do_not_meet() -> None:
    """Two apps' workers of one name lock different files."""
    assert options(app_id="a", data_dir=Path("d")).transactional_id != options(app_id="b", data_dir=Path("d")).transactional_id
