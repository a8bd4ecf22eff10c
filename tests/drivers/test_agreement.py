"""One suite, three drivers: the oracle, the worker in Faust's test context, a real worker on real Kafka. All must agree, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from tests.agents.company import Company, company
from tests.drivers.cases import CASES, VISITORS, Case, Result
from tests.drivers.framed import framed
from tests.drivers.on_kafka import on_kafka, partitions_for, place, replayed_log
from tests.drivers.replayed import replayed

RULES = Rules()


@pytest.fixture(scope="module")
def real(server_folder: Path) -> Iterator[tuple[Company, dict[str, Result]]]:
    """Return a company whose worker has been through every case, and what came of each."""
    with company(server_folder / "drivers", partitions_for(CASES)) as made:
        yield made, on_kafka(made, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_worker_in_its_frame_agrees_with_the_oracle(case: Case, tmp_path: Path) -> None:
    """Mutants: a state not written after a tick; a duplicate applied; an output emitted before its state."""
    assert framed(case, tmp_path) == replayed(case)


@pytest.mark.kafka
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_worker_on_kafka_agrees_with_the_oracle(case: Case, real: tuple[Company, dict[str, Result]]) -> None:
    """Every output is there exactly once, and the changelog holds the oracle's bytes."""
    _, results = real
    assert results[case.name] == replayed(case)


@pytest.mark.kafka
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_log_alone_says_what_was_decided(case: Case, real: tuple[Company, dict[str, Result]]) -> None:
    """The touchpoint topic, read back with the ticks that the clock wrote, replays to the same bytes."""
    made, results = real
    assert replayed_log(made, place(made, case)) == results[case.name]


def test_the_cases_are_worth_it() -> None:
    """Between them they raise every type of output that the touchpoint log can make, and are late, and come twice."""
    results = [replayed(case) for case in CASES]
    topics = {topic for result in results for topic, _, _ in result.outputs}
    assert {"journey.frictions.v1", "journey.risks.v1", "journey.decisions.v1", "journey.transitions.v1"} <= topics
    assert sum(len(result.outputs) for result in results) > 200
    assert {"applied", "duplicate", "late"} <= {outcome for result in results for outcome in result.outcomes}


@pytest.mark.parametrize("case", [case for case in CASES if case.published], ids=lambda case: case.name)
def test_rules_matter_where_they_are_published(case: Case) -> None:
    """Mutants: rules that are never turned to, or hold for what lies before them in the log."""
    assert len(case.published) == 2
    changed, plain = replayed(case), replayed(replace(case, published=()))
    assert changed.outputs != plain.outputs
    spoken = {msgspec.json.decode(output)["rules"] for _, _, output in changed.outputs}
    assert spoken == {Blueprint().fingerprint(), *case.bodies}
    before = [*islice(case.touchpoints, case.published[0][0])]
    first = replayed(replace(case, touchpoints=tuple(before), published=(), until=before[-1].at)).outputs
    assert first <= changed.outputs


def test_visitors_are_forgotten_and_one_comes_back() -> None:
    """The cases tell what they are for: one journey is gone, the other holds only what came after 91 days of silence."""
    passing, returning = map(replayed, VISITORS)
    assert (passing.states, bool(passing.outputs)) == ({}, True)
    (state,) = returning.states.values()
    assert RULES.codec.decode(state, {}).kinds == {"page_viewed": 2}


def test_a_difference_is_seen() -> None:
    """The comparison itself: a lost output, a doubled one and a stale state are each unequal."""
    right = replayed(CASES[0])
    first = next(iter(right.outputs))
    for change in (-1, 1):
        outputs = right.outputs.copy()
        outputs[first] += change
        assert replace(right, outputs=outputs) != right
    assert replace(right, states={**right.states, next(iter(right.states)): b"stale"}) != right
    assert replace(right, aggregates={**right.aggregates, next(iter(right.aggregates)): b"stale"}) != right
