"""One record of a stranger stops nobody: real workers on a real Kafka, with what real clients can write."""

from __future__ import annotations

import msgspec
import pytest

from schemas.outputs.rejections import Rejection
from tests.agents.carrier import poison
from tests.agents.carrier.fleet import Fleet


@pytest.mark.kafka
def test_poison_in_every_partition_costs_its_own_records_alone(fleet: Fleet) -> None:
    """Mutants: aiokafka's own reading of batches (the worker ends at each start); only the first member of a gzip stream read."""
    fleet.send(200)
    fleet.start()
    places = {("unreadable_record", number, poison.header_name(fleet.broker, fleet.source, number)) for number in range(4)}
    places |= {("unreadable_batch", number, poison.bomb(fleet.broker, fleet.source, number)) for number in range(4)}
    poison.members(fleet.broker, fleet.source, 0, "gz", 20)
    fleet.truth["gz"] += 20
    fleet.send(200)
    fleet.settle()
    found = [msgspec.json.decode(value or b"", type=Rejection) for _, value in fleet.records(fleet.rejections)]
    assert {(each.reason, each.partition, each.offset) for each in found} == places
    assert all(each.last_offset == each.offset and each.topic == fleet.source and each.value_length > 0 for each in found)
    assert "gives up" not in fleet.said()
