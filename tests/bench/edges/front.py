"""What the front door costs an event: from the bytes of a record to its touchpoint, and to the bytes in the outbox of the ingest role.

`python -m tests.bench.edges.front` prints it. The native form is a day's mix of kinds. The events of Segment are those of all templates of
its libraries and of RudderStack (tests/schemas/sdks), each alone and all in batches, as each library sends them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from agents.carrier.failures import Failures
from agents.carrier.membership import Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import FetchedRecord
from agents.ingest import IngestJob
from schemas.inputs import read
from schemas.topics import INTERACTIONS, REJECTIONS
from tests.bench.edges.quiet import fastest_us
from tests.bench.events import Events
from tests.bench.steps import collector_of_the_worker
from tests.schemas.sdks import rudderstack, segment_browser, segment_servers

NATIVE_US, SEGMENT_US = 12.0, 25.0  # what an event may cost at the front door
LOGGED_AT = 1_767_600_000_000  # ms UTC: later than every event
SEGMENT = (segment_browser.SDK, segment_servers.SDK, rudderstack.SDK)
BATCH = 20  # events
PIECE = 200  # events that are timed together
TURNS = 20  # times that each template is made, each time with other ids, customers and times


class Record(NamedTuple):
    """A record, and how many events are in it."""

    value: bytes
    events: int = 1


class Front(NamedTuple):
    """Microseconds of processor time an event: read at the front door, and the whole of what the role does with it."""

    native_us: float
    segment_us: float
    batch_us: float
    native_job_us: float
    segment_job_us: float
    batch_job_us: float


def measured(rounds: int) -> Front:
    """Return what each sort of records takes, of so many rounds."""
    sorts, partition = (native(), alone(), batches()), _partition()
    with collector_of_the_worker():
        reading = [fastest_us([partial(_read, piece) for piece in _pieces(each)], rounds) for each in sorts]
        working = [fastest_us([partial(_work, partition, piece) for piece in _pieces(each)], rounds) for each in sorts]
    return Front(*reading, *working)


def in_words(front: Front) -> str:
    """Return the figures in a line."""
    return (
        f"front door, us an event: native {front.native_us:.1f} (bound {NATIVE_US:.0f}), Segment {front.segment_us:.1f} alone and "
        f"{front.batch_us:.1f} in a batch (bound {SEGMENT_US:.0f}); all that ingest does with it: {front.native_job_us:.1f}, "
        f"{front.segment_job_us:.1f} and {front.batch_job_us:.1f}"
    )


def missed(front: Front) -> list[str]:
    """Return the bounds that were not reached, in words."""
    rows = (
        ("of the native form", front.native_us, NATIVE_US),
        ("of Segment", front.segment_us, SEGMENT_US),
        ("of Segment in a batch", front.batch_us, SEGMENT_US),
    )
    return [f"an event {name} costs {us:.1f} us at the front door, at most {bound:.0f}" for name, us, bound in rows if us > bound]


def native() -> list[Record]:
    """Return events of our own form, one a record."""
    made = Events(customers=1_000)
    return [Record(made.one(f"e{number}", LOGGED_AT - 1_000 + number)[1]) for number in range(3_000)]


def alone() -> list[Record]:
    """Return every event of Segment's libraries, one a record. Those of servers come as a batch of one, as they are sent."""
    return [Record(value) for sdk in SEGMENT for event in _events(sdk) for value in sdk.pack([event])]


def batches() -> list[Record]:
    """Return the same events in batches. A library may send several for one, so the first is told to hold them all."""
    found = []
    for sdk in SEGMENT:
        events = list(_events(sdk))
        for first in range(0, len(events), BATCH):
            some = events[first : first + BATCH]
            values = sdk.pack(some)
            found += [Record(value, 0 if number else len(some)) for number, value in enumerate(values)]
    return found


def _events(sdk: Any) -> Iterator[dict[str, Any]]:
    for number in range(TURNS * len(sdk.templates)):
        yield sdk.templates[number % len(sdk.templates)].make(number)


def _pieces(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """Yield the records in pieces of some hundred events, in their order."""
    step = max(1, PIECE * len(records) // sum(each.events for each in records))
    yield from (records[first : first + step] for first in range(0, len(records), step))


def _read(records: Sequence[Record]) -> int:
    for each in records:
        read(each.value, (), logged_at=LOGGED_AT)
    return sum(each.events for each in records)


def _partition() -> OwnedPartition[None]:
    job, held = IngestJob(), Held({}, 0, "topic-id")
    partition: OwnedPartition[None] = OwnedPartition(job, 0, held, rejections=REJECTIONS, failures=Failures())
    job.load(partition, b"", {})
    return partition


def _work(partition: OwnedPartition[None], records: Sequence[Record]) -> int:
    partition.outbox.clear()
    for offset, each in enumerate(records):
        partition.job.apply(partition, FetchedRecord(INTERACTIONS, 0, offset, LOGGED_AT, None, each.value, ()))
    return sum(each.events for each in records)


if __name__ == "__main__":
    print(in_words(measured(15)))
