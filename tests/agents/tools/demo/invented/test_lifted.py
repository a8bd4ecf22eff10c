"""Lift as the experiment measures it, beside what is true: both of the offers that some customers do not get."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from agents.tools.demo.invented.lifted import LEAST, lifted
from agents.tools.demo.invented.run import Ran
from tests.agents.tools.demo.invented.companies import WORLD, Company, life

TREATED, HELD_OUT = 100, 40


def customer(name: str, left: int, **spared: float) -> dict[str, Any]:
    return {"truth": "customer", "customer": name, "ids": [], "left": left, "spared_by": spared}


def experiment(treated: int = TREATED, held_out: int = HELD_OUT) -> Ran:
    """A tenth of the treated and a quarter of the held out leave within a month. A voucher spared the treated .02 each, a repair .5."""
    names = [f"t{n}" for n in range(treated)], [f"h{n}" for n in range(held_out)]
    people = [
        *(customer(name, 50 if n % 10 == 0 else -1, incentive=0.02, service_recovery=0.5) for n, name in enumerate(names[0])),
        *(customer(name, 50 if n % 4 == 0 else 90, service_recovery=0.5) for n, name in enumerate(names[1])),
    ]
    reached = [
        *({"truth": "reaction", "customer": name, "offer": "voucher"} for name in names[0]),
        *({"truth": "reaction", "customer": name, "offer": "repair"} for name in (*names[0], *names[1])),
    ]
    ran = Company(truths=[*people, *reached]).ran()
    offer = life("c1").offers[0]
    ran.made = [replace(offer, id="voucher", family="incentive", arm="treated"), replace(offer, id="repair", arm="")]
    at = WORLD.start_of(40)
    ran.decided = {**dict.fromkeys(names[0], ("offered", at)), **dict.fromkeys(names[1], ("held_out", at))}
    return ran


def test_measured_with_its_interval_and_true() -> None:
    """Mutants: treated minus held out; who leaves later than a month counts; what a repair spared counts as the voucher's."""
    told = lifted(experiment())
    assert told.measured is not None
    gap, low, high = told.measured
    assert gap == pytest.approx(15.0)
    assert 0 < low < gap < high < 35
    assert told.true == pytest.approx(2.0)
    assert told.words() == f"lift per 100: measured 15.0 (95 %: {low:.1f} to {high:.1f}; 40 held out), true 2.0"


def test_too_few_to_measure_are_told_and_not_measured() -> None:
    """Mutant: an interval of any number."""
    few = lifted(experiment(held_out=LEAST - 1))
    assert few.measured is None
    assert few.words() == f"lift per 100: too few held out to measure ({LEAST - 1}), true 2.0"
    assert lifted(experiment(held_out=LEAST)).measured is not None
    assert lifted(experiment(treated=3)).words().startswith("lift per 100: too few offered something to measure (3)")


def test_without_an_offer_there_is_no_true_lift() -> None:
    """Mutant: a repair counts as reached."""
    ran = experiment()
    ran.made = [each for each in ran.made if not each.arm]
    assert lifted(ran).true is None
    assert lifted(Company().ran()).words() == "lift per 100: too few held out to measure (0), true: no offer reached anybody"
