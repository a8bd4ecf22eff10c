"""Rows of stages: a company's own replace ours, and what could not work is refused by name."""

from __future__ import annotations

import msgspec
import pytest

from schemas.outputs.transitions import StageEntered
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.stage_rows import ROWS, Move, Moves, faults
from streams.story import story

FIRST = Move(left=("unaware",), on=("page_viewed",), to="exploring")


def test_our_own_rows_have_no_fault() -> None:
    assert faults(ROWS) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Move(left=("exploring",), on=("praised",), to="advocatng"), "unknown stage 'advocatng'; did you mean 'advocating'?"),
        (Move(left=("xploring",), on=("praised",), to="using"), "unknown stage 'xploring'; did you mean 'exploring'?"),
        (Move(left=("exploring",), on=("prased",), to="using"), "unknown cue 'prased'; did you mean 'praised'?"),
        (Move(left=("exploring",), on=("rage_click",), to="using"), "unknown cue 'rage_click'"),
        (Move(left=("renewing",), on=("praised",), to="using"), "nothing leads to 'renewing'"),
        (Move(left=("unaware",), on=("page_viewed",), to="using"), "row 1 leads from 'unaware' on 'page_viewed' to 'exploring' already"),
        (Move(left=("<",), on=("page_viewed",), to="using"), "'<' is no stage to leave"),
        (Move(left=("exploring",), on=(), to="using"), "it leaves no stage, or nothing makes it happen"),
    ],
)
def test_a_row_that_could_not_work_is_named(row: Move, fault: str) -> None:
    """Mutants: each of the checks in `faults` left out."""
    with pytest.raises(ValueError, match=r"^stage row 2 \(from") as refused:
        Rules(Blueprint(stages=(FIRST, row)))
    assert fault in str(refused.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"row 1 .*\n.*row 1 .*\n.*row 3"):
        Moves((Move(left=("nowhere",), on=("nothing",), to="exploring"), FIRST, Move(left=("using",), on=("praised",), to="advocating")))


def test_a_blueprint_replaces_the_rows() -> None:
    """Mutant: our rows used whatever the blueprint says. Churn signals of silenced detectors are still words that rows may use."""
    own = Blueprint(stages=(FIRST, Move(left=("exploring",), on=("feature_used", "dormant"), to="using")), silent=("dormant",))
    emissions = (
        Replay(Rules(own))
        .run(story("0 web page_viewed / page=/\n1m web product_viewed /t product=t\n2m app feature_used / feature=f"))
        .emissions
    )
    assert [e.stage for e in emissions if isinstance(e, StageEntered)] == ["exploring", "using"]
    assert own.fingerprint() != Blueprint().fingerprint()


def test_rows_are_read_from_a_file_as_they_are_written() -> None:
    written = {"from": ["unaware"], "on": ["page_viewed"], "to": "exploring"}
    assert msgspec.convert(written, Move) == FIRST
    assert msgspec.to_builtins(FIRST) == {"from": ("unaware",), "on": ("page_viewed",), "to": "exploring"}
