"""The sixteen ways in which stock Faust 0.15.3 loses or doubles events, and ours does not. One test each, named after it."""

from __future__ import annotations

import asyncio
import signal
import threading
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Producer

from agents.carrier import guards
from agents.carrier.build import build_app
from agents.carrier.changelog import Rows, read_changelog
from agents.carrier.commits import Commits
from agents.carrier.exits import Refusal
from agents.carrier.membership import Assignment, Held
from agents.carrier.partition import MAX_VALUE, OwnedPartition
from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.carrier.topics import Described
from agents.carrier.transaction import Output, Snapshot, Transactions
from tests.agents.carrier.counting import Counting, State
from tests.agents.carrier.fakes import Died, FakeProducer, chunk, connector, fail, ledger_of, options, own, running, taken
from tests.agents.carrier.fleet import Fleet, stopped
from tests.agents.company import until

WRITTEN = Snapshot(1, "m", [(0, 7)], [(0, b"sc", b"1"), (0, b"p", b"")], [])


def test_l01_concurrency_above_one_is_refused() -> None:
    """Mutant caught: `check_app` without its look at the agents."""
    app = build_app(options())
    topic = app.topic("in")

    @app.agent(topic, concurrency=2)
    async def twice(stream: Any) -> None:
        async for _ in stream:
            continue

    with pytest.raises(Refusal, match="concurrency above 1"):
        guards.check_app(app)


@pytest.mark.kafka
def test_l02_an_exception_costs_one_event_not_its_chunk(fleet: Fleet) -> None:
    """Guards against: `accept` that passes by the chunk after a failure."""
    fleet.send(300)
    fleet.send(1, key="c0001", value=b"poison")
    fleet.send(300)
    fleet.start()
    fleet.settle()
    assert [r["error"] for r in fleet.rejected()] == ["ValueError: poison"]


@pytest.mark.kafka
def test_l03_an_unreadable_value_is_rejected_and_nothing_stalls(fleet: Fleet) -> None:
    """Mutant caught: `reject` that emits nothing. A thousand in a row and the worker goes on: unreadable input only alerts."""
    fleet.send(1001, value=b"bad", key="c0001")
    fleet.send(100)
    fleet.start()
    fleet.settle(20)
    rejected = fleet.rejected()
    assert len({r["id"] for r in rejected}) == len(rejected) == 1001
    assert {r["reason"] for r in rejected} == {"unreadable"}


def test_l04_a_changelog_of_another_width_is_refused() -> None:
    """Mutant caught: partition counts not compared. Stock Faust acknowledges and drops everything, alive."""
    four, three = Described(4, "a"), Described(3, "b")
    given = options(outputs=("out",))
    with pytest.raises(Refusal, match="different numbers of partitions"):
        guards.check_topics(given, {"in": four, given.changelog: three, "no": four, "out": four})


def test_l05_a_commit_waits_for_every_queued_write() -> None:
    """Mutant caught: no flush before the offsets join."""
    made: list[FakeProducer] = []
    transactions = Transactions(options(), fail, connector(made))
    transactions.open()
    transactions.write(WRITTEN)
    changelog = options().changelog
    assert made[0].calls[2:] == [f"produce {changelog}"] * 2 + ["flush", "offsets [(0, 7)]", "commit", "begin"]


def test_l06_a_failed_write_ends_the_process_before_its_offset_is_committed() -> None:
    """Mutant caught: what `flush` leaves undelivered is ignored."""
    made: list[FakeProducer] = []
    transactions = Transactions(options(), fail, connector(made, left=1))
    transactions.open()
    with pytest.raises(Died, match="1 records were not delivered"):
        transactions.write(WRITTEN)
    assert not [call for call in made[0].calls if call.startswith("offsets")]


@pytest.mark.parametrize("unplaced", ["out", options().changelog])
def test_b1_a_record_without_an_offset_ends_the_process_before_its_offset_is_committed(unplaced: str) -> None:
    """Mutants caught: outputs not heard of; states not heard of; no look at what was heard. The next commit begins with a clean slate."""
    made: list[FakeProducer] = []
    transactions = Transactions(options(), fail, connector(made, unplaced=unplaced))
    transactions.open()
    with pytest.raises(Died, match="acknowledged without an offset"):
        transactions.write(replace(WRITTEN, outputs=[Output("out", b"c1", b"1", (), None)]))
    assert not [call for call in made[0].calls if call.startswith("offsets")]
    made[0].unplaced = ""
    transactions.write(WRITTEN)
    assert made[0].calls[-2:] == ["commit", "begin"]


class Growing(Counting):
    """An event whose value is b"grow" makes its journey too large to store."""

    def encode(self, state: State) -> bytes:
        return b"x" * (MAX_VALUE + 1) if state["n"] >= 1000 else super().encode(state)

    def apply(self, partition: OwnedPartition[State], record: Any) -> None:
        super().apply(partition, record)
        if record.value == b"grow":
            state = partition.get(record.key) or {"n": 0}
            partition.put(record.key, {"n": state["n"] + 1000})


def test_l07_a_state_too_large_costs_the_event_that_made_it_so() -> None:
    """Mutant caught: suspects not looked at. Stock: a crash loop on one event."""
    ledger = running(job=Growing("out"))
    again: list[int] = []
    ledger.on_condemned = again.append
    grown = chunk(0, 3)
    grown.records[1].value = b"grow"  # type: ignore[misc]  # the fake's own field
    ledger.accept(grown)
    assert ledger.snapshot() is None, "nothing of the interval may be committed"
    for _ in range(2):  # found on the first re-reading, rejected on the second
        assert again.pop() == 0
        assert ledger.assignment is not None
        own(ledger, ledger.assignment, [0])
        ledger.accept(grown)
    assert [output.topic for output in taken(ledger).outputs] == ["no"]
    assert ledger.owned[0].get(b"c1") == {"n": 2}


def test_l08_without_the_cython_iterator_no_worker_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the look for the compiled module left out."""
    monkeypatch.setattr(guards, "find_spec", lambda name: None if "cython" in name else object())
    with pytest.raises(Refusal, match="Cython"):
        guards.check_installation()


@pytest.mark.kafka
def test_l09_a_rebalance_commits_before_it_forgets(fleet: Fleet) -> None:
    """Guards against: `on_partitions_revoked` without its commit and partitions kept by number alone."""
    fleet.start("1")
    fleet.ready("1")
    for worker in ("2", "3"):
        fleet.send(2000)
        fleet.start(worker)
        fleet.send(2000)
        fleet.ready(worker)
    fleet.send(500)
    fleet.settle()
    assert sum(fleet.states().values()) == 8_500


def test_l10_a_chunk_passed_by_blocks_nothing() -> None:
    """Mutant caught: progress that waits for the stale chunk."""
    ledger = running()
    ledger.accept(chunk(0, 3))
    ledger.accept(chunk(3, 3, epoch=0))
    ledger.accept(chunk(3, 3))
    assert taken(ledger).positions == [(0, 6)]


@pytest.mark.kafka
def test_l11_recovery_waits_for_an_open_transaction(fleet: Fleet) -> None:
    """Mutant caught: ends asked for with read_committed (the last stable offset): old state, 14,932 events lost."""
    settings = {"bootstrap.servers": fleet.broker}
    frozen = Producer({**settings, "transactional.id": fleet.source})
    frozen.init_transactions(20)
    frozen.begin_transaction()
    frozen.produce(fleet.changelog, b"new", b"sc", 0)
    frozen.produce(fleet.changelog, PartitionRecord(5, "id").encode(), PARTITION_KEY, 0)
    frozen.flush(10)
    found: list[dict[int, Rows]] = []
    polled = threading.Event()

    def read() -> None:
        found.append(read_changelog(settings, fleet.changelog, [0], threading.Event(), lambda _n: polled.set()))

    reader = threading.Thread(target=read)
    reader.start()
    assert polled.wait(10)
    reader.join(1.0)
    assert reader.is_alive(), "it must wait for the transaction to end"
    frozen.commit_transaction(10)
    reader.join(10)
    assert found[0][0].states == {b"c": b"new"}
    assert found[0][0].record == PartitionRecord(5, "id")


def test_l12_state_and_offset_are_taken_in_one_tick() -> None:
    """Mutant caught: `take` that writes `committed` in place of `position`. Stock acknowledges a message with the next one."""
    ledger = running()
    ledger.accept(chunk(0, 7))
    snapshot = taken(ledger)
    states = {key: value for _, key, value in snapshot.states}
    assert states[b"sc1"] == b'{"n":7}'
    assert snapshot.positions == [(0, 7)]
    assert PartitionRecord.decode(states[PARTITION_KEY] or b"").position == 7


def test_l13_a_read_for_an_assignment_that_passed_is_never_installed() -> None:
    """Mutant caught: `install` without its look at the assignment (95,816 events lost)."""
    ledger = ledger_of()
    first, second = Assignment(1, "m", frozenset({0})), Assignment(2, "m", frozenset({0}))
    assert ledger.assign(first) == {0}
    ledger.revoke()
    assert ledger.assign(second) == {0}, "a partition that was never read whole is not kept"
    ledger.install(first, 0, Held({}, 3, "id"))
    assert ledger.owned == {}


def test_l14_a_snapshot_is_vouched_for_by_its_own_membership_or_not_made() -> None:
    """Mutant caught: outputs of a partition that moved kept over `assign` (42 outputs twice)."""
    ledger = running([0, 1])
    ledger.accept(chunk(0, 5))
    ledger.accept(chunk(0, 5, partition=1))
    before = taken(ledger)
    assert (before.generation, before.member) == (1, "member-1")
    ledger.accept(chunk(5, 5))
    ledger.accept(chunk(5, 5, partition=1))
    ledger.revoke()
    assert ledger.snapshot() is None, "between two memberships nothing is committed"
    ledger.assign(Assignment(2, "member-1", frozenset({1})))
    after = taken(ledger)
    assert (after.generation, after.positions) == (2, [(1, 10)])
    assert {output.value for output in after.outputs} == {b"c1-10"}


@pytest.mark.kafka
def test_l15_a_worker_frozen_between_offsets_and_commit_repeats_nothing(fleet: Fleet) -> None:
    """Guards against: offsets sent before the flush (76 outputs twice). The successor waits; the frozen one is refused."""
    frozen = fleet.start("1", failpoint="freeze:joined@1")
    fleet.ready("1")
    fleet.send(1000)
    until(lambda: stopped(frozen.pid))
    fleet.start("2")
    fleet.send(1000)
    fleet.ready("2")
    fleet.caught_up()
    frozen.send_signal(signal.SIGCONT)
    assert fleet.exit_code("1") == 70
    refusals = ("nothing of it was committed", "the group has forgotten this member while a commit was under way")
    assert any(refusal in fleet.said("1") for refusal in refusals), "either its commit thread or its group tells it first"
    fleet.settle()


def test_l16_nothing_passes_before_our_own_seek() -> None:
    """Mutant caught: `accept` without its look at the epoch. What was fetched before the seek is passed by, not applied."""
    ledger = running()
    ledger.accept(chunk(0, 3))
    ledger.close_gates()
    ledger.accept(chunk(3, 3))
    assert ledger.owned[0].position == 3
    assert ledger.assignment is not None
    ledger.open_gates(ledger.assignment, {0: 2})
    ledger.accept(chunk(3, 3, epoch=1))
    assert ledger.owned[0].position == 3
    ledger.accept(chunk(3, 3, epoch=2))
    assert ledger.owned[0].position == 6
    with pytest.raises(Died, match="records are missing"):
        ledger.accept(chunk(9, 3, epoch=2))


async def _commit_once(ledger: Any, writer: Any) -> bool:
    return await Commits(ledger, writer).commit()


def test_nothing_due_is_no_transaction() -> None:
    """An idle worker writes nothing."""
    made: list[FakeProducer] = []
    transactions = Transactions(options(), fail, connector(made))
    transactions.open()
    assert not asyncio.run(_commit_once(running(), transactions))
    assert made[0].calls == ["init", "begin"]
