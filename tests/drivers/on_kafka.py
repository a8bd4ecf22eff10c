"""The third driver: a real worker process on a real Kafka. Each case has a partition of its own, so that no case moves another's time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord, journey_key, row_key
from agents.journey.direct_input import DirectInput, Refused
from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.published.blueprints import read_shelf
from agents.settings.security import librdkafka_security
from schemas.control import HistoryEnded
from schemas.topics import BLUEPRINTS, JOURNEY_CHANGELOG, TOPICS, TOUCHPOINTS
from schemas.touchpoints.base import Touchpoint
from schemas.writing import encode
from streams.replay import Replay
from streams.rules.blueprint import blueprint_of
from streams.state import Partition, codec
from tests.agents.company import Company, until
from tests.drivers.cases import Case, Result, books
from tests.drivers.replayed import result_of

PUBLISHED = tuple(row.name for row in TOPICS if row.writers == ("journey",) and not row.compacted)


def on_kafka(company: Company, cases: Sequence[Case]) -> dict[str, Result]:
    """All cases through one worker; returns what a subscriber and a recovery find, by case, once time has passed for all."""
    send(company, cases)
    company.worker("--only", "journey", MODE="events")
    until(lambda: all(settled(company, cases).values()), company.log)
    stored, outputs = changelog(company), published(company)
    return {case.name: _result(case.name, stored[place(company, case)], outputs) for case in cases}


def partitions_for(cases: Sequence[Case]) -> int:
    """The least number of partitions in which each case has one of its own: its customer, who bears its name, belongs there."""
    return next(number for number in count(len(cases)) if len({partition_of(case.name.encode(), number) for case in cases}) == len(cases))


def place(company: Company, case: Case) -> int:
    """The partition of a case."""
    return partition_of(case.name.encode(), company.settings.partitions)


def send(company: Company, cases: Sequence[Case]) -> None:
    """Each case into its partition, behind it the end of its history; what it publishes where workers look it up."""
    signs = signer(company.settings)
    producer = LogProducer({**librdkafka_security(company.settings), "linger.ms": 5}, resend=False)
    for case in cases:
        for hash_, blueprint in case.bodies.items():
            producer.send(BLUEPRINTS, hash_, blueprint.body())
    producer.flush(30)
    for case in cases:
        number = place(company, case)
        for event in (*case.events(), HistoryEnded(until=case.until)):
            if isinstance(event, Touchpoint):
                producer.send(TOUCHPOINTS, event.customer, encode(event), partition=number)
            else:
                word = msgspec.json.encode(event)
                producer.send(TOUCHPOINTS, b"control", word, signs.sign(number, word), number)
    producer.flush(30)


def changelog(company: Company) -> dict[int, dict[bytes, bytes]]:
    """The newest of each key of the changelog, by partition."""
    stored: dict[int, dict[bytes, bytes]] = {number: {} for number in range(company.settings.partitions)}
    for number, key, value, *_ in company.records(JOURNEY_CHANGELOG):
        if value is None and journey_key(key or b""):
            stored[number].pop(key or b"", None)  # the journey was forgotten
        else:
            stored[number][key or b""] = value or b""
    return stored


def body_of(stored: Mapping[bytes, bytes]) -> Partition:
    """What a partition's journeys share, as committed."""
    record = stored.get(PARTITION_KEY)
    return msgspec.msgpack.decode(PartitionRecord.decode(record).body, type=Partition) if record else Partition()


def settled(company: Company, cases: Sequence[Case]) -> dict[str, bool]:
    """For each case, whether its history has ended and nobody waits for a moment before that end."""
    stored = changelog(company)
    return {
        case.name: body_of(stored[place(company, case)]).event_time >= case.until
        and not any(
            0 < codec.stored_next_wake(state) <= case.until for key, state in stored[place(company, case)].items() if journey_key(key)
        )
        for case in cases
    }


def published(company: Company) -> list[tuple[str, bytes, str, bytes]]:
    """Every output that a subscriber gets: (topic, key, id, JSON)."""
    return [
        (topic, key or b"", dict(headers)["ce_id"].decode(), value or b"")
        for topic in PUBLISHED
        for _, key, value, headers, _ in company.records(topic)
    ]


def _result(customer: str, stored: Mapping[bytes, bytes], outputs: Sequence[tuple[str, bytes, str, bytes]]) -> Result:
    states = {name.decode(): state for key, state in stored.items() if (name := journey_key(key))}
    cells = {name: cell for key, cell in stored.items() if (name := row_key(key)) and cell}  # an empty one was forgotten
    mine = Counter((topic, name, value) for topic, key, name, value in outputs if key.decode() == customer)
    return Result(mine, states, books(body_of(stored).outcomes), cells)


def replayed_log(company: Company, number: int) -> Result:
    """What the oracle makes of the log itself, ticks where they came and all."""
    bodies = {hash_: blueprint_of(body) for hash_, body in read_shelf(company.settings).bodies.items()}
    replay, door, at = Replay(bodies=bodies), DirectInput(company.settings.control_keys()), signer(company.settings).place(number)
    for partition, key, value, headers, logged_at in company.records(TOUCHPOINTS):
        if partition == number:
            event = door.open(key or b"", value, headers, logged_at, place=at)
            assert not isinstance(event, Refused), event
            replay.apply(event)
    return result_of(replay)
