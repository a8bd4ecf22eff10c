"""One customer, one journey: a new customer's touchpoint counts only in the partition of its key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2  # type: ignore[import-untyped]  # ships no types

from agents.journey.job import JourneyJob
from agents.kafka.partitioning import partition_of
from streams.rules import Rules
from streams.story import story
from tests.agents.carrier.fakes import fail
from tests.agents.lab import KEY, Lab

PARTITIONS = 4
VIEWED = story("0 web page_viewed /shop page=/shop \n 1 web page_viewed /tents page=/tents")


def lab() -> Lab:
    return Lab(numbers=range(PARTITIONS), job=JourneyJob(Rules(), [KEY], fail, partitions=PARTITIONS))


@given(st.binary(max_size=80), st.integers(1, 64))
def test_a_key_belongs_where_kafkas_own_clients_put_it(key: bytes, partitions: int) -> None:
    """Mutants: the last bytes left out; a sign kept; one shift by another number."""
    assert partition_of(key, partitions) == (murmur2(key) & 0x7FFFFFFF) % partitions


@pytest.mark.parametrize("number", range(PARTITIONS))
def test_a_customer_has_one_journey_whatever_partition_their_records_come_in(number: int) -> None:
    """Mutants: no look at the partition; the rejection does not name what to set."""
    here, right = lab(), partition_of(b"c1", PARTITIONS)
    here.tell(VIEWED, number)
    here.commit()
    assert (b"c1" in here.states) == (number == right)
    assert [(each.reason, each.partition) for each in here.rejections()] == ([] if number == right else [("wrong_partition", number)] * 2)
    for each in here.rejections():
        assert f"its key belongs to partition {right} of 4" in each.error
        assert "partitioner=murmur2_random" in each.error
        assert "c1" not in each.error


def test_a_topic_with_one_partition_is_not_asked() -> None:
    here = Lab()
    here.tell(VIEWED)
    here.commit()
    assert not here.rejections()
