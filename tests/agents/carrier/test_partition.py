"""What a worker holds of one partition."""

from __future__ import annotations

import pytest

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import MAX_VALUE, OwnedPartition
from agents.carrier.record import MAX_KEY, PARTITION_KEY, PartitionRecord
from tests.agents.carrier.counting import Counting, State
from tests.agents.carrier.fakes import FakeRecord, chunk, running, taken


def partition_of(states: dict[bytes, bytes] | None = None) -> OwnedPartition[State]:
    held = Held(states or {}, 5, "id", b"9")
    partition = OwnedPartition(Counting("out"), 3, held, rejections="no", failures=Failures())
    partition.job.load(partition, held.body, {})
    return partition


def test_resting_states_are_decoded_when_they_are_asked_for() -> None:
    """Mutant caught: `get` that decodes anew each time: a change made to the first object was lost."""
    partition = partition_of({b"a": b'{"n":1}'})
    assert partition.states[b"a"] == b'{"n":1}'
    first = partition.get(b"a")
    assert first == {"n": 1}
    assert partition.get(b"a") is first
    assert partition.get(b"b") is None


def test_all_states_are_bytes_again_once_a_commit_is_taken() -> None:
    """Mutants caught: what was read and not changed stays an object; it is lost; what changed goes back to the bytes it was read from."""
    partition = partition_of({b"%d" % n: b'{"n":%d}' % n for n in range(3)})
    for key in (b"0", b"1"):
        partition.get(key)
    partition.put(b"1", {"n": 100})
    partition.put(b"new", {"n": 7})
    assert partition.states == {b"0": {"n": 0}, b"1": {"n": 100}, b"2": b'{"n":2}', b"new": {"n": 7}}
    partition.take()
    assert partition.states == {b"0": b'{"n":0}', b"1": b'{"n":100}', b"2": b'{"n":2}', b"new": b'{"n":7}'}
    assert partition.read == {}
    partition.get(b"0")
    partition.drop(b"0")
    partition.take()
    assert b"0" not in partition.states


def test_a_state_is_encoded_once_a_commit_however_often_it_changed() -> None:
    """Mutant caught: encoding in `put`."""
    encodings: list[State] = []

    class Watched(Counting):
        def encode(self, state: State) -> bytes:
            encodings.append(state)
            return super().encode(state)

    partition = OwnedPartition(Watched("out"), 0, Held({}, 0, "id"), rejections="no", failures=Failures())
    partition.job.load(partition, b"", {})
    for n in range(100):
        partition.put(b"a", {"n": n})
    assert partition.take()[0][0] == (0, b"sa", b'{"n":99}')
    assert len(encodings) == 1


def test_a_dropped_journey_is_a_tombstone() -> None:
    """Mutant caught: `drop` that forgets only the state: it came back with the next recovery."""
    partition = partition_of({b"a": b'{"n":1}'})
    partition.get(b"a")
    partition.drop(b"a")
    rows, _ = partition.take()
    assert rows[0] == (3, b"sa", None)
    assert partition.get(b"a") is None
    partition.put(b"a", {"n": 1})
    assert partition.take()[0][0] == (3, b"sa", b'{"n":1}')


def test_the_partition_record_carries_position_topic_and_body() -> None:
    partition = partition_of()
    partition.body += 1
    partition.position = 8
    rows, _ = partition.take()
    assert rows == [(3, PARTITION_KEY, PartitionRecord(8, "id", b"10").encode())]
    assert (partition.position, partition.committed, partition.due) == (8, 5, False)


def test_what_could_not_be_committed_is_refused_when_it_is_emitted() -> None:
    """Mutant caught: no limit in `emit`: the transaction failed in place of the record."""
    partition = partition_of()
    with pytest.raises(ValueError, match="more than"):
        partition.emit("out", None, b"x" * (MAX_VALUE + 1))
    with pytest.raises(ValueError, match="more than"):
        partition.put(b"k" * (MAX_KEY + 1), {"n": 1})
    assert not partition.due


def test_a_rejection_goes_with_the_commit_that_passes_it_by() -> None:
    partition = partition_of()
    partition.reject(FakeRecord(5, key=b"c1", value=b"{"), "unreadable_json", "unexpected end")
    _, outputs = partition.take()
    assert [(output.topic, output.key) for output in outputs] == [("no", b"c1")]
    assert partition.rejected == 1


def test_enough_changes_make_a_commit_due_before_its_time() -> None:
    """Mutant caught: `on_due` never called."""
    ledger = running(commit_dirty=2)
    due: list[bool] = []
    ledger.on_due = lambda: due.append(True)
    ledger.owned[0].put(b"a", {"n": 1})
    ledger.owned[0].put(b"b", {"n": 1})
    ledger.accept(chunk(0, 1))
    assert due
    assert len(taken(ledger).states) == 4
