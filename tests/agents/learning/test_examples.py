"""Statements and proofs become examples, each once, whatever is repeated and whoever comes in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.learning.examples import Example, Joiner
from schemas.outputs import Output
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import rfc3339

DAY = 86_400_000  # ms


def stated(customer: str, day: int, risk: float = 0.2) -> RiskStated:
    return RiskStated(
        id=f"s-{customer}-{day}",
        customer=customer,
        at=rfc3339(day * DAY),
        horizon_days=60,
        risk=risk,
        prior=risk / 2,
        strengths={"idle": risk},
    )


def proved(customer: str, day: int, left: bool = False) -> RiskProved:
    since = rfc3339(day * DAY)
    return RiskProved(id=f"p-{customer}-{day}", customer=customer, at=rfc3339((day + 60) * DAY), stated=since, horizon_days=60, left=left)


def course(customer: str, horizons: int) -> list[Output]:
    """What the log holds of a customer: at the end of a horizon the proof, then the next statement."""
    every: list[Output] = [stated(customer, 0)]
    for horizon in range(horizons):
        every += [proved(customer, 60 * horizon, left=horizon % 2 == 1), stated(customer, 60 * (horizon + 1), risk=0.1 * (horizon % 9))]
    return every


def joined(outputs: list[Output]) -> list[Example]:
    joiner = Joiner()
    return [example for output in outputs if (example := joiner.take(output)) is not None]


def test_an_example_is_what_was_stated_and_what_became_of_it() -> None:
    """The statement's risks and strengths, with the proof's time and outcome, of the same customer."""
    found = joined([stated("c1", 0, 0.2), stated("c2", 0, 0.4), proved("c2", 0, left=True), proved("c1", 0)])
    assert [(one.customer, one.at, one.due, one.risk, one.prior, one.strengths, one.left) for one in found] == [
        ("c2", 0, 60 * DAY, 0.4, 0.2, {"idle": 0.4}, True),
        ("c1", 0, 60 * DAY, 0.2, 0.1, {"idle": 0.2}, False),
    ]


@given(st.lists(st.sampled_from(["c1", "c2", "c3"]), max_size=40), st.data())
def test_customers_in_any_order_and_everything_twice(order: list[str], draw: st.DataObject) -> None:
    """However the customers' records interleave, and wherever reading begins anew, each proof gives one example.

    Mutants caught: without `_until` a second reading doubles them; without the check of `_at` a proof takes the next statement.
    """
    waiting = {name: course(name, 5) for name in ("c1", "c2", "c3")}
    log = [waiting[name].pop(0) for name in order if waiting[name]]
    again_from = draw.draw(st.integers(0, len(log)))
    expected = {(each.customer, each.stated) for each in log if isinstance(each, RiskProved)}
    found = joined([*log, *log[again_from:]])
    assert [(one.customer, rfc3339(one.at)) for one in found] == list(dict.fromkeys((one.customer, rfc3339(one.at)) for one in found))
    assert {(one.customer, rfc3339(one.at)) for one in found} == expected
    assert all(one.due - one.at == 60 * DAY for one in found)


def test_a_proof_may_come_before_its_statement() -> None:
    """As where two readers hand over: the pair is joined when its second half comes, and only then; what is told
    again waits for nothing. Mutant caught: no look at `_until` where a statement comes."""
    joiner = Joiner()
    assert joiner.take(proved("c1", 0, left=True)) is None
    found = joiner.take(stated("c1", 0))
    assert found is not None
    assert found.left
    assert joiner.waiting == 0
    assert joiner.take(stated("c1", 0)) is None
    assert joiner.waiting == 0


def test_of_a_customer_only_the_newest_statement_waits() -> None:
    """Memory is one statement a customer; an old proof of a statement that is gone finds nothing, and harms nothing."""
    joiner = Joiner()
    for day in (0, 60, 120, 60):
        assert joiner.take(stated("c1", day)) is None
    assert joiner.waiting == 1
    assert joiner.take(proved("c1", 0)) is None
    found = joiner.take(proved("c1", 120))
    assert found is not None
    assert found.at == 120 * DAY
