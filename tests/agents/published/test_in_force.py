"""Where the rules stand, as doctor says it: what is missing, who is behind, and a file that is not what is in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.published.blueprints import BlueprintStore
from agents.published.in_force import InForce
from schemas.control import RulesPublished
from streams.rules.blueprint import Blueprint

OLD, NEW = Blueprint(name="old", holdout=0.3), Blueprint(name="new", holdout=0.2)
FILE = Path("acme.toml")


def shelf(*blueprints: Blueprint, bodies: bool = True) -> BlueprintStore:
    """These were published, one after the other."""
    words = {n: RulesPublished(name=each.name, version=n, hash=each.fingerprint()) for n, each in enumerate(blueprints, 1)}
    return BlueprintStore({each.fingerprint(): each.body() for each in blueprints} if bodies else {}, words)


@pytest.mark.parametrize(
    ("standing", "causes"),
    [
        (InForce(shelf(), {0: 0}, None), []),
        (InForce(shelf(OLD, NEW), {0: 2, 1: 2}, None), []),
        (InForce(shelf(OLD, NEW), {0: 2, 1: 2}, NEW), []),
        (InForce(shelf(OLD, NEW), {0: 2, 1: 1}, None), ["partitions 1 are under an older version"]),
        (InForce(shelf(OLD, NEW), {0: 2}, OLD), ["acme.toml is not what is in force"]),
        (InForce(shelf(), {0: 0}, OLD), ["acme.toml is not what is in force"]),
        (InForce(shelf(), {}, Blueprint()), []),
        (InForce(shelf(OLD, bodies=False), {0: 1}, OLD), ["the body of version 1 is not in journey.blueprints.v1"]),
        (InForce(shelf(OLD), {0: 1, 1: 7}, None), ["no version 7 was ever published"]),
    ],
)
def test_each_fault_is_found(standing: InForce, causes: list[str]) -> None:
    assert [cause for cause, fix in standing.findings(FILE) if fix] == causes


def test_what_is_in_force_in_words() -> None:
    assert InForce(shelf(), {}, None).words.startswith("the complete defaults")
    words = InForce(shelf(OLD, NEW), {0: 2, 1: 1}, None).words
    assert words == f"new, version 2 ({NEW.fingerprint()}), reached by 1 of 2 partitions"
