"""The topic catalogue holds together, and agrees with the records that name their topic."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import schemas
from schemas.durations import DAY
from schemas.outputs import Output
from schemas.outputs.insights import KINDS
from schemas.topic import MIB, Topic
from schemas.topics import INSIGHTS, TOPICS, topic

each_topic = pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.name)
CHANGELOGS = tuple(row for row in TOPICS if row.name.endswith("-changelog"))


@each_topic
def test_each_topic_has_a_writer_and_a_reader(row: Topic) -> None:
    """Mutant caught: a topic nobody reads."""
    assert row.writers
    assert row.readers
    assert row.records
    inside = {"ingest", "journey", "clock", "insights", "learning"}
    assert row.boundary or {*row.writers, *row.readers} <= inside
    assert topic(row.name) is row


@each_topic
def test_partition_counts_lead_to_the_setting_in_one_step(row: Topic) -> None:
    """Mutant caught: a topic as large as one that follows another, or that does not exist."""
    assert not row.as_many_as or not topic(row.as_many_as).as_many_as


def test_names_are_unique_and_versioned() -> None:
    """Mutant caught: a row copied and not renamed."""
    names = [row.name for row in TOPICS]
    assert len(set(names)) == len(names)
    assert all(name.endswith(".v1") for name in names if not name.endswith("-changelog"))


def test_inputs_are_stamped_by_the_broker() -> None:
    """Mutant caught: trusting producers' clocks for arrival, by which one of them could clamp or release everything."""
    stamped = {row.name for row in TOPICS if row.configs["message.timestamp.type"] == "LogAppendTime"}
    assert stamped == {"interactions.v1", "journey.touchpoints.v1"}


@pytest.mark.parametrize("row", CHANGELOGS, ids=lambda row: row.name)
def test_changelogs_are_compacted_and_quick_to_read_again(row: Topic) -> None:
    """Mutant caught: a retention time on a changelog: state would be lost in silence."""
    configs = row.configs
    assert configs["cleanup.policy"] == "compact"
    assert "retention.ms" not in configs
    assert 64 * MIB <= int(configs["segment.bytes"]) <= 128 * MIB
    assert 0.1 <= float(configs["min.cleanable.dirty.ratio"]) <= 0.3
    assert int(configs["delete.retention.ms"]) >= DAY


def test_a_changelog_has_the_partitions_of_its_source() -> None:
    """Mutant caught: counts that differ, under which a worker acknowledges and drops everything."""
    assert {row.name: row.as_many_as for row in CHANGELOGS} == {
        "sojourn-ingest-progress-changelog": "interactions.v1",
        "sojourn-journey-journeys-changelog": "journey.touchpoints.v1",
    }


def test_rejections_are_kept_a_week_at_most() -> None:
    """Mutant caught: original bytes of unknown content kept as long as outputs."""
    assert 0 < topic("journey.rejections.v1").days <= 7


def test_from_three_replicas_on_two_must_have_a_write() -> None:
    """Mutant caught: min.insync.replicas 2 on a single broker, which can then never be written to."""
    row = topic("journey.offers.v1")
    assert [row.configs_for(replicas)["min.insync.replicas"] for replicas in (1, 2, 3)] == ["1", "1", "2"]


def test_published_records_lie_in_the_topic_they_name() -> None:
    """Mutant caught: a new output type that its topic's row does not list."""
    for module in pkgutil.iter_modules(schemas.__path__, "schemas."):
        importlib.import_module(module.name)
    pending, published = [Output], {}
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if "topic" in vars(kind):
            published[kind.__name__] = kind.topic
    assert published
    assert {name for name, of in published.items() if name not in topic(of).records} == set()


def test_an_unknown_topic_is_named() -> None:
    """Mutant caught: a bare KeyError that does not say what there is."""
    with pytest.raises(KeyError, match=r"interactions\.v1"):
        topic("interactions.v9")


def test_the_catalogue_names_every_insight() -> None:
    """Mutant caught: an insight that is published and stands on no page."""
    assert topic(INSIGHTS).records == tuple(kind.__name__ for kind in KINDS)
