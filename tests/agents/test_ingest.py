"""The ingest agent: every record of the front door is forwarded under its customer's key, or rejected with its bytes."""

from __future__ import annotations

from base64 import b64decode

import msgspec
import pytest

from agents.carrier.chunk import Chunk
from agents.carrier.ledger import Ledger
from agents.carrier.membership import Assignment, Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import PartitionRecord
from agents.carrier.transaction import Output
from agents.ingest import NAMES, IngestJob, Progress
from schemas.inputs import FORMATS, Format
from schemas.outputs.rejections import Rejection
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints import ANY
from schemas.writing import encode
from streams.story import START, offset, story
from tests.agents.carrier.fakes import FakeRecord, fail, options
from tests.agents.lab import LATER, REJECTIONS, record_of
from tests.schemas.samples import touchpoints

(VIEW,) = story("0 web page_viewed /shop page=/shop", "c7")
BROKEN = b'{"kind":"page_viewed"'


class Door:
    """A ledger with the ingest job, fed by hand."""

    def __init__(self, held: Held | None = None, job: IngestJob | None = None) -> None:
        self.job = job or IngestJob()
        self.ledger: Ledger[None] = Ledger(options(role="ingest", source="interactions.v1", rejections=REJECTIONS), self.job, fail)
        assignment = Assignment(1, "member-1", frozenset({0}))
        self.ledger.assign(assignment)
        self.ledger.install(assignment, 0, held or Held({}, 0, "topic-id"))
        self.ledger.open_gates(assignment, {0: 1})

    def partition(self) -> OwnedPartition[None]:
        return self.ledger.owned[0]

    def feed(self, *records: FakeRecord) -> None:
        start = self.partition().position
        for at, record in enumerate(records, start):
            record.offset, record.topic = at, "interactions.v1"
        self.ledger.accept(Chunk(0, 1, start, list(records)))

    def commit(self) -> tuple[list[Output], PartitionRecord]:
        snapshot = self.ledger.snapshot()
        assert snapshot is not None
        self.ledger.confirm(snapshot, 0.0)
        ((_, _, value),) = snapshot.states
        return snapshot.outputs, PartitionRecord.decode(value or b"")


def progress(record: PartitionRecord) -> Progress:
    return msgspec.msgpack.decode(record.body, type=Progress)


def test_a_record_under_any_key_leaves_under_its_customers() -> None:
    door = Door()
    door.feed(record_of(VIEW, key=None), record_of(VIEW, key=b"region-4"), record_of(VIEW, key=b"x" * 9_000))
    outputs, record = door.commit()
    assert {(out.topic, out.key, out.value, out.partition) for out in outputs} == {(TOUCHPOINTS, b"c7", encode(VIEW), None)}
    assert len(outputs) == 3
    assert progress(record).outcomes == {"forwarded": 3}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_leaves_in_canonical_form(form: Format) -> None:
    door, examples = Door(), form.examples
    door.feed(*(FakeRecord(0, None, value, timestamp=LATER, headers=[(n, v or b"") for n, v in headers]) for headers, value in examples))
    outputs, _ = door.commit()
    told = [touchpoint for headers, value in examples for touchpoint in touchpoints(value, headers)]
    assert [out.value for out in outputs] == [encode(touchpoint) for touchpoint in told]
    assert [out.key for out in outputs] == [touchpoint.customer.encode() for touchpoint in told]


def test_a_batch_leaves_as_far_as_it_is_read_and_is_kept_with_what_was_not() -> None:
    """Mutants: the whole batch rejected for one event in it, the rest dropped in silence, a batch counted once for each event."""
    call = b'{"type":"track","messageId":"m%d","userId":"c%d","timestamp":"2025-10-27T09:01:00Z","event":"%s","properties":{"form":"f"}}'
    known, strange = b"Form Started", b"Moon Landed"
    whole, part = ([call % (1, 1, known), call % (2, 2, known)], [call % (3, 3, known), call % (4, 4, strange), call % (5, 5, known)])
    door = Door()
    door.feed(*(FakeRecord(0, None, b'{"batch":[' + b",".join(calls) + b"]}", timestamp=LATER) for calls in (whole, part, part)))
    outputs, record = door.commit()
    told = [(out.key, msgspec.json.decode(out.value or b"", type=ANY).id) for out in outputs if out.topic == TOUCHPOINTS]
    assert told == [(b"c1", "m1"), (b"c2", "m2"), (b"c3", "m3"), (b"c5", "m5"), (b"c3", "m3"), (b"c5", "m5")]
    kept = [msgspec.json.decode(out.value or b"", type=Rejection) for out in outputs if out.topic == REJECTIONS]
    assert [(each.reason, b64decode(each.value or "")) for each in kept] == [("unknown_kind", b'{"batch":[' + b",".join(part) + b"]}")] * 2
    assert kept[0].error == "not read of 3 in the batch: 1 unknown_kind; 'moon_landed'"
    assert progress(record).outcomes == {"forwarded": 1, "rejected": 2}
    assert progress(record).batched == 6


def test_the_events_of_batches_are_counted_one_by_one() -> None:
    """Doctor's shares are of events. Mutants: a batch counted as one event, or as one more than it holds; a reason for each record."""
    call = b'{"type":"%s","messageId":"m%d","userId":"c7","timestamp":"2025-10-27T09:01:00Z","event":"%s","properties":{"form":"f"}}'
    known, strange, group, timeless = (
        call % (b"track", 1, b"Form Started"),
        call % (b"track", 2, b"Moon Landed"),
        call % (b"group", 3, b""),
        call.replace(b"2025-10-27T09:01:00Z", b"soon") % (b"track", 4, b"Form Started"),
    )
    batches = ([known] * 5, [known, group, group, strange], [group, group], [strange, strange, timeless], [strange], [known])
    door = Door()
    door.feed(*(FakeRecord(0, None, b'{"batch":[' + b",".join(each) + b"]}", timestamp=LATER) for each in batches))
    door.feed(record_of(VIEW), FakeRecord(0, b"k", BROKEN, timestamp=LATER))
    _, record = door.commit()
    found = progress(record)
    assert (found.received, sum(found.events.values())) == (8, sum(map(len, batches)) + 2)
    assert found.events == {"forwarded": 8, "rejected": 6, "passed": 4}
    assert found.refused == {"unknown_kind": 4, "bad_time": 1, "unreadable_json": 1}
    assert Door(Held({}, record.position, "topic-id", record.body)).partition().body.events == found.events


def test_what_cannot_be_read_is_rejected_with_its_bytes_in_the_same_commit() -> None:
    door = Door()
    door.feed(
        record_of(VIEW), FakeRecord(0, b"k", BROKEN, timestamp=LATER), FakeRecord(0, b"k", b'{"kind":"tick","customer":"c7","due":1}')
    )
    outputs, record = door.commit()
    broken, forged = (msgspec.json.decode(out.value or b"", type=Rejection) for out in outputs if out.topic == REJECTIONS)
    assert (broken.reason, b64decode(broken.value or "")) == ("unreadable_json", BROKEN)
    assert forged.reason == "unsigned_control"
    assert progress(record).outcomes == {"forwarded": 1, "rejected": 2}


def test_the_books_go_on_over_a_restart_and_sum_to_what_was_received() -> None:
    """Mutant: rejections counted from zero after a recovery."""
    door = Door()
    door.feed(record_of(VIEW), FakeRecord(0, b"k", BROKEN))
    _, record = door.commit()
    again = Door(Held({}, record.position, "topic-id", record.body))
    again.feed(FakeRecord(0, b"k", BROKEN), record_of(VIEW))
    _, record = again.commit()
    assert progress(record).outcomes == {"forwarded": 2, "rejected": 2}
    assert sum(progress(record).outcomes.values()) == record.position


def test_a_time_far_ahead_is_set_back_and_counted() -> None:
    door = Door()
    door.feed(record_of(msgspec.structs.replace(VIEW, at=START + offset("3d")), logged_at=START))
    ((out,), record) = door.commit()
    assert msgspec.json.decode(out.value or b"", type=ANY).at == START
    assert progress(record).clamped == 1


def test_what_holds_nothing_for_a_journey_is_counted_by_name_and_is_no_rejection() -> None:
    """Mutant: a server's traits and groups kept as rejections, in which a real fault is not found."""
    group = b'{"type":"group","messageId":"m1","userId":"c7","groupId":"g1","timestamp":"2025-10-27T09:01:00Z"}'
    door = Door()
    door.feed(*(FakeRecord(0, None, value, timestamp=LATER) for value in (group, b'{"batch":[' + group + b"," + group + b"]}")))
    outputs, record = door.commit()
    assert outputs == []
    assert (progress(record).outcomes, progress(record).passed) == ({"passed": 2}, {"group": 3})
    assert door.job.book["passed", "group", ""] == 3


def test_a_part_that_cannot_be_read_is_kept_and_the_rest_goes_on() -> None:
    """Mutants: the whole event rejected for a field that it can do without; the field left out without a word; counted as rejected."""
    value = encode(VIEW)[:-1] + b',"page_type":7,"came_from":null,"by":"' + b"x" * 300 + b'"}'
    door = Door()
    door.feed(FakeRecord(0, None, value, timestamp=LATER))
    outputs, record = door.commit()
    told, kept = outputs
    assert (told.topic, told.value) == (TOUCHPOINTS, encode(VIEW))
    rejection = msgspec.json.decode(kept.value or b"", type=Rejection)
    assert (kept.topic, rejection.in_part, b64decode(rejection.value or "")) == (REJECTIONS, True, value)
    assert rejection.error == "page_type: Expected `str`, got `int`; by: Expected `str` of length <= 256"
    assert progress(record).outcomes == {"forwarded": 1}
    assert progress(record).unread == {"wrong_type": 1, "too_long_text": 1}
    assert door.job.book["unread", "too_long_text", ""] == 1


def test_names_of_passed_events_are_few_whatever_is_sent() -> None:
    """Mutant: a label for each name that a sender makes up."""
    door, own = Door(), b'{"event":"$own_%d","uuid":"u","distinct_id":"c7","timestamp":"2025-10-27T09:01:00Z"}'
    door.feed(*(FakeRecord(0, None, own % number, timestamp=LATER) for number in range(NAMES + 50)))
    _, record = door.commit()
    assert len(progress(record).passed) == NAMES + 1
    assert progress(record).passed["other"] == 50


def test_a_customers_events_keep_their_order() -> None:
    door = Door()
    told = story("0 web page_viewed /a page=/a\n1s web page_viewed /b page=/b\n2s web page_viewed /c page=/c", "c7")
    door.feed(*(record_of(each) for each in told))
    outputs, _ = door.commit()
    assert [out.value for out in outputs] == [encode(each) for each in told]
