"""What is counted over customers: whole after any crash, bounded, and the same for every driver."""

from __future__ import annotations

from agents.carrier.membership import Held
from schemas.control import BaselinePublished, Norm
from streams.engine.controls import apply_control
from streams.replay import Replay
from streams.state import Partition
from streams.state.aggregates import MAX_NAMES, OTHER, Aggregates
from streams.story import story
from tests.agents.lab import Lab

TOLD = """
0    web  page_viewed    /pay page=/pay
10s  web  payment_failed /pay payment=z1
20s  web  payment_failed /pay payment=z2
8d   web  page_viewed    /pay page=/pay
9d   web  page_viewed    /pay page=/pay
"""


def test_places_count_volume_customers_and_frictions_by_week() -> None:
    """Mutants caught: customers counted per touchpoint; a repeat counted as a second friction; the week of the wake taken."""
    cells = Replay().run(story(TOLD)).partition.aggregates.rows
    named = ("volume", "customers", "friction:payment_failed", "expired")
    counted = {
        key[1]: {name: count for name, count in cell.counts.items() if name in named}
        for key, cell in cells.items()
        if key[0] == "place" and key[2:] == ("web", "exploring", "/pay")
    }
    assert list(counted.values()) == [
        {"customers": 1, "friction:payment_failed": 1, "volume": 3},
        {"customers": 1, "expired": 1, "volume": 2},
    ]


def test_a_worker_that_begins_again_in_the_middle_counts_what_the_oracle_counts() -> None:
    """Mutants caught: cells written as differences; cells forgotten at load; rows that no commit takes."""
    touchpoints = story(TOLD)
    first = Lab()
    first.tell(touchpoints[:3])
    first.commit()
    rows = {key: value for key, value in first.rows.items() if value is not None}
    states = {key: value for key, value in first.states.items() if value is not None}
    second = Lab(held=Held(states, 3, "topic-id", first.records[0].body, rows))
    second.tell(touchpoints[3:])
    second.commit()
    assert {**rows, **second.rows} == Replay().run(touchpoints).partition.aggregates.encoded_rows()
    assert second.commit() == []


def test_a_thousand_places_are_told_apart_only_so_far() -> None:
    """Mutant caught: a place per cell for ever."""
    cells = Aggregates()
    for number in range(3 * MAX_NAMES):
        cells.row(("place", "1", "web", "using", f"/{number}")).count("volume")
    assert len(cells.rows) == MAX_NAMES + 1
    assert cells.rows["place", "1", "web", "using", OTHER].counts == {"volume": 2 * MAX_NAMES}
    again = Aggregates(cells.encoded_rows())
    again.row(("place", "1", "web", "using", "/new")).count("volume")
    assert again.rows["place", "1", "web", "using", OTHER].counts == {"volume": 2 * MAX_NAMES + 1}


def test_an_older_baseline_changes_nothing() -> None:
    """Mutant caught: the last one read counts, whatever its version."""
    partition = Partition()
    for version, mean in ((2, 5.0), (1, 9.0), (2, 7.0)):
        apply_control(partition, BaselinePublished(detector="long_handling", version=version, norms={"refund": Norm(30, mean, 1.0)}))
    assert partition.norms == {"long_handling": {"refund": Norm(30, 5.0, 1.0)}}
