"""What ingest has counted lately: a difference of counts that only grow, and its marks stay few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.running.intake import APART_MS, MARKS, SOURCES, Intake, count_ahead, keep_marks, recent, together
from schemas.durations import HOUR

STEP = st.tuples(st.integers(0, 2 * APART_MS), st.sampled_from(("forwarded", "passed", "rejected")), st.integers(0, 9))


def counted(steps: list[tuple[int, str, int]]) -> tuple[Intake, list[Intake], dict[int, int]]:
    """The counts after these steps, the marks that were kept, and how much had been received at the time of each mark."""
    intake, marks, received = Intake(), list[Intake](), {0: 0}
    keep_marks(marks, intake, 0)
    for wait, outcome, times in steps:
        intake.at += wait
        intake.outcomes[outcome] = intake.outcomes.get(outcome, 0) + times
        for _ in range(times if outcome == "rejected" else 0):
            intake.clamped += 1
            count_ahead(intake, "app", wait)
        keep_marks(marks, intake, intake.at)
        received.setdefault(intake.at, intake.received)
    return intake, marks, received


@given(st.lists(STEP, max_size=40))
def test_what_is_recent_is_what_came_after_a_mark_of_an_hour_ago(steps: list[tuple[int, str, int]]) -> None:
    """Mutants: a mark that changes with the counts; all that ever came called recent; a negative count."""
    intake, marks, received = counted(steps)
    found = recent(intake, marks, intake.at - HOUR)
    assert len(marks) <= MARKS
    assert marks[0].at == 0 or len(marks) == MARKS
    assert found.received == intake.received - received[found.at]
    assert all(count > 0 for count in found.outcomes.values())
    assert found.clamped == found.outcomes.get("rejected", 0) == found.ahead.get("app", (0, 0))[0]
    if intake.at > HOUR and all(wait <= APART_MS for wait, *_ in steps):
        assert HOUR <= intake.at - found.at <= HOUR + 2 * APART_MS


@given(st.lists(st.lists(STEP, max_size=5), max_size=4))
def test_partitions_add_up(parts: list[list[tuple[int, str, int]]]) -> None:
    """Mutant: the counts of the last partition only."""
    found = [counted(steps)[0] for steps in parts]
    total = together(found)
    assert total.received == sum(each.received for each in found)
    assert total.clamped == total.ahead.get("app", (0, 0))[0]


def test_counts_that_are_old_are_not_recent() -> None:
    """Mutant: an idle worker tells the same hour for ever."""
    intake, marks, _ = counted([(0, "forwarded", 5)])
    assert recent(intake, marks, intake.at + 1).received == 0


def test_sources_are_limited() -> None:
    """Mutant: whoever invents sources fills the partition record."""
    intake = Intake()
    for number in range(3 * SOURCES):
        count_ahead(intake, f"source-{number}", 1)
    assert len(intake.ahead) == SOURCES + 1
    assert intake.ahead["other"] == (2 * SOURCES, 1)
