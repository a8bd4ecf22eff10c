"""The insights agent: totals are the oracle's whatever was killed, nothing is said twice, and what is usual comes back to the journeys."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.carrier.record import PARTITION_KEY, ROW, PartitionRecord
from agents.insights.totals import Insights
from agents.journey.direct_input import DirectInput, Refused
from agents.kafka.signing import signer
from agents.tools.operating.feeding import Line, feed
from schemas.control import BaselinePublished, Norm, WorthPublished
from schemas.outputs.alarms import StepBlocked
from schemas.outputs.insights import ANY_INSIGHT, Insight, PlaceMeasured, TargetMissed, TiersSettled
from schemas.topics import INSIGHTS, TOUCHPOINTS
from schemas.touchpoints import BY_KIND
from schemas.touchpoints.service import ContactClosed
from schemas.writing import encode
from streams.customer.value.tiers import tier_of
from streams.replay import Replay
from streams.rules.blueprint import Blueprint, Target
from streams.state import Partition
from streams.state.aggregates import Aggregate, Aggregates, Key
from streams.story import story
from streams.totals import all_insights, sum_rows
from tests.agents.company import Company, company, until
from tests.drivers.on_kafka import body_of, changelog
from tests.laws.strategies import touchpoint
from tests.streams.insights.blocked.planted import WEEKS, Odds, Plan, step

_decode = msgspec.json.Decoder(ANY_INSIGHT).decode
PAY = """
0    web  page_viewed    /pay page=/pay
10s  web  payment_failed /pay payment=z1
20s  web  page_viewed    /shop page=/shop
"""


@dataclass
class FakeAnnouncer:
    """Keeps the newest under each id, as a compacted topic does, and every norm that was told."""

    standing: dict[str, bytes] = field(default_factory=dict)
    published: int = 0
    norms: list[BaselinePublished] = field(default_factory=list)
    worths: list[WorthPublished] = field(default_factory=list)

    def publish(self, insight: str, value: bytes | None) -> None:
        self.published += 1
        if value is None:
            del self.standing[insight]
        else:
            self.standing[insight] = value

    def tell(self, control: bytes) -> None:
        told: BaselinePublished | WorthPublished = msgspec.json.decode(control, type=BaselinePublished | WorthPublished)
        if isinstance(told, WorthPublished):
            self.worths.append(told)
        else:
            self.norms.append(told)

    def flush(self) -> None:
        """Everything arrives at once here."""

    def said(self) -> dict[str, Insight]:
        return {name: _decode(value) for name, value in self.standing.items()}


def agent(announcer: FakeAnnouncer, blueprint: Blueprint | None = None) -> Insights:
    return Insights(announcer, lambda _partition: blueprint or Blueprint())


def give(made: Insights, cells: Aggregates, partition: int = 0) -> None:
    """The changed cells, as a commit writes them."""
    for key, value in cells.take_changes().items():
        made.take(partition, ROW + key, value)


def told(text: str = PAY, customer: str = "c1") -> Aggregates:
    return Replay().run(story(text, customer)).partition.aggregates


def test_two_partitions_are_added_up_and_the_newest_of_each_counts() -> None:
    """Mutants caught: cells added as if they were differences; the second partition taken for a newer first."""
    announcer = FakeAnnouncer()
    made, cells = agent(announcer), told()
    for partition, part in ((0, cells), (1, told(customer="c2"))):
        give(made, part, partition)
    cells.row(("place", "2923", "web", "exploring", "/pay")).count("volume", 5)
    give(made, cells)
    made.round()
    (one,) = (each for each in announcer.said().values() if isinstance(each, PlaceMeasured) and each.place == "/pay")
    assert (one.volume, one.frictions["payment_failed"].opened, one.shares["friction_rate"].of) == (2 * 2 + 5, 2, one.visits)


def test_nothing_new_is_nothing_said_also_by_a_worker_that_begins_again() -> None:
    """Mutants caught: everything published every round; what lies in the topic not recalled."""
    announcer = FakeAnnouncer()
    first, cells = agent(announcer), told()
    rows = cells.encoded_rows()
    give(first, cells)
    assert first.round() == announcer.published > 0
    assert first.round() == 0
    second, before = agent(announcer), announcer.published
    for name, value in announcer.standing.items():
        second.recall(name, value)
    for key, value in rows.items():
        second.take(0, ROW + key, value)
    assert second.round() == 0
    assert announcer.published == before


def test_what_was_forgotten_or_holds_no_longer_is_withdrawn() -> None:
    """Mutants caught: a miss that stands for ever; an insight of a cell that is gone."""
    announcer, blueprint = FakeAnnouncer(), Blueprint(targets=(Target(measure="friction_rate", at_most=0.5, place="/pay"),))
    made, cells = agent(announcer, blueprint), Aggregates()
    cell = cells.row(("place", "2923", "web", "buying", "/pay"))
    cell.counts |= {"visits": 100, "visits_with:any": 58}
    give(made, cells)
    made.round()
    (miss,) = (each for each in announcer.said().values() if isinstance(each, TargetMissed))
    assert (miss.week, round(miss.by, 3), miss.surely, miss.count) == ("2026-01-05", 0.08, False, 100)
    cells.row(("place", "2923", "web", "buying", "/pay")).count("visits", 100)
    give(made, cells)
    made.round()
    assert [type(each) for each in announcer.said().values()] == [PlaceMeasured]
    cells.forget_old(1_767_600_000_000 + 70 * 7 * 86_400_000)
    give(made, cells)
    made.round()
    assert announcer.said() == {}


def test_a_new_target_is_judged_at_once_and_over_all_weeks() -> None:
    """No event comes between. Mutants caught: silent until the next touchpoint; only the newest week; an old target's miss stays."""
    announcer, rules = FakeAnnouncer(), [Blueprint()]
    made, cells = Insights(announcer, lambda _: rules[0]), Aggregates()
    for week in ("2923", "2924", "2925"):
        cells.row(("place", week, "web", "buying", "/pay")).counts |= {"visits": 100, "visits_with:any": 30}
    give(made, cells)
    made.round()
    rules[0] = Blueprint(targets=(Target(measure="friction_rate", at_most=0.1, place="/pay"),), owners={"/pay": "shop"})
    made.round()
    missed = [each for each in announcer.said().values() if isinstance(each, TargetMissed)]
    assert sorted((each.week, each.owner) for each in missed) == [(monday, "shop") for monday in ("2026-01-05", "2026-01-12", "2026-01-19")]
    assert made.round() == 0
    rules[0] = Blueprint()
    made.round()
    assert not any(isinstance(each, TargetMissed) for each in announcer.said().values())


def test_norms_are_told_once_and_again_only_where_they_changed_enough() -> None:
    """Mutants caught: told every round; told by fewer than 10 values; a version that does not grow."""
    announcer = FakeAnnouncer()
    made, cells = agent(announcer), Aggregates()

    def measure(values: range) -> None:
        for value in values:
            cells.add_norm_value("long_handling", "refund", 300 + value % 7)
        give(made, cells)
        made.round()

    measure(range(9))
    assert announcer.norms == []
    measure(range(9, 35))
    measure(range(35, 42))
    assert [norm.version for norm in announcer.norms] == [35]
    measure(range(42, 70))
    assert [norm.version for norm in announcer.norms] == [35, 70]
    assert announcer.norms[1].norms["refund"].mean == pytest.approx(303)


def test_norms_in_force_are_not_told_again_by_a_worker_that_begins() -> None:
    """Mutant caught: what the partitions are under is not looked at."""
    cells = Aggregates()
    for value in range(42):
        cells.add_norm_value("long_handling", "refund", 300 + value % 7)
    under = Partition(norms={"long_handling": {"refund": Norm(40, 303.0, 2.02)}}, versions={"baseline/long_handling": 40})
    announcer = FakeAnnouncer()
    made = agent(announcer)
    made.take(0, PARTITION_KEY, PartitionRecord(1, "topic", msgspec.msgpack.encode(under)).encode())
    give(made, cells)
    made.round()
    assert announcer.norms == []


def bought(customers: range, value: int) -> Aggregates:
    """Each of these customers has bought once, for so much."""
    receipts = "\n".join(f"{number}s store purchase_made till receipt=r value={value} customer=c{number}" for number in customers)
    return Replay().run(story(receipts)).partition.aggregates


def test_where_tiers_begin_is_told_again_only_where_a_border_moved() -> None:
    """Mutants caught: told every round; of fewer than 30 customers; a version that does not grow; what partitions know not looked at."""
    announcer = FakeAnnouncer()
    made = agent(announcer)
    for partition, (customers, value) in enumerate(
        [(range(29), 1_000), (range(29, 31), 1_000), (range(31, 32), 1_000), (range(32, 50), 9_000)]
    ):
        give(made, bought(customers, value), partition)
        made.round()
    assert [(told.version, told.worth.customers) for told in announcer.worths] == [(31, 31), (50, 50)]
    assert announcer.worths[0].worth.a_day == 1_000.0
    assert [tier_of(each, announcer.worths[1].worth) for each in (9_000, 1_000)] == ["top", "base"]
    under = Partition(worth=announcer.worths[1].worth, versions={"worth": 50})
    again = FakeAnnouncer()
    second = agent(again)
    second.take(0, PARTITION_KEY, PartitionRecord(1, "topic", msgspec.msgpack.encode(under)).encode())
    for partition, (customers, value) in enumerate([(range(32), 1_000), (range(32, 50), 9_000)]):
        give(second, bought(customers, value), partition)
    second.round()
    assert again.worths == []
    assert [one.customers for one in again.said().values() if isinstance(one, TiersSettled)] == [50]


# -- real processes

CUSTOMERS, EVENTS, SEED = 300, 12_000, 5
KINDS = ("page_viewed", "clicked", "cart_updated", "checkout_started", "payment_tried", "payment_failed", "order_placed", "contact_opened",
         "contact_closed", "survey_answered", "complaint_opened")  # fmt: skip


def lines() -> list[bytes]:
    """Four days of customers, who go round many places; each now and then ends a call about a refund."""
    dice, begun, made = random.Random(SEED), 1_704_700_800_000, list[bytes]()
    for number in range(EVENTS):
        at, customer = begun + number * 30_000, f"c{dice.randrange(CUSTOMERS)}"
        if number % 20:
            made.append(encode(touchpoint(BY_KIND[dice.choice(KINDS)], at, number, dice.randrange(400), customer)))
        else:
            call: dict[str, Any] = {"contact": f"h{number}", "intent": "refund", "handled_ms": dice.randrange(200_000, 400_000)}
            made.append(encode(ContactClosed(id=f"e{number}", customer=customer, at=at, channel="call", place="refunds", **call)))
    return made


@pytest.fixture(scope="module")
def killed(server_folder: Path) -> Iterator[Company]:
    """Return a company whose journey worker and insights role were killed, each more than once, while events came."""
    with company(server_folder / "insights", 3) as made:
        given = lines()
        roles = {role: _run(made, role) for role in ("journey", "insights")}
        for part in range(4):
            sent = given[part * EVENTS // 4 : (part + 1) * EVENTS // 4]
            behind = _seen(made)
            feed(made.settings, TOUCHPOINTS, (Line(line, 0) for line in sent), lambda _events, _read: None)
            until(lambda: _seen(made) > behind, made.log)  # noqa: B023
            victim = ("journey", "insights")[part % 2]
            os.kill(roles[victim].pid, signal.SIGKILL)
            roles[victim].wait(10)
            roles[victim] = _run(made, victim)
        until(lambda: _seen(made) >= EVENTS, made.log)
        yield made


def _run(made: Company, role: str) -> subprocess.Popen[bytes]:
    return made.worker("--only", role, MODE="events", INSIGHTS_INTERVAL_MS="300", SESSION_TIMEOUT_MS="6000")


def _seen(made: Company) -> int:
    """How many touchpoints are committed in the journeys' books."""
    bodies = [body_of(stored).outcomes for stored in changelog(made).values()]
    return sum(outcomes.get(name, 0) for outcomes in bodies for name in ("applied", "late", "duplicate"))


def oracle(made: Company) -> dict[Key, Aggregate]:
    """The log of each partition, replayed by one thread, added up."""
    signs = signer(made.settings)
    door, replays = DirectInput(made.settings.control_keys()), {number: Replay() for number in range(made.settings.partitions)}
    for number, key, value, headers, logged_at in made.records(TOUCHPOINTS):
        event = door.open(key or b"", value, headers, logged_at, place=signs.place(number))
        assert not isinstance(event, Refused), event
        replays[number].apply(event)
    return sum_rows([(number, *row) for number, replay in replays.items() for row in replay.partition.aggregates.encoded_rows().items()])


def oracles(made: Company) -> dict[str, Insight]:
    """What the oracle's cells amount to."""
    return {one.id: one for one in all_insights(oracle(made))}


def standing(made: Company) -> dict[str, Insight]:
    """The newest insight of each id."""
    newest = {(key or b"").decode(): value for _, key, value, *_ in made.records(INSIGHTS)}
    return {name: _decode(value) for name, value in newest.items() if value is not None}


@pytest.mark.kafka
def test_totals_are_the_oracles_whoever_was_killed(killed: Company) -> None:
    """Every insight that stands is the one that the oracle's cells amount to, and none is missing."""

    def differing() -> set[str]:
        expected = oracles(killed)
        found = {name: one for name, one in standing(killed).items() if type(one).__name__ != "BaselineSettled"}
        return {name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)}

    until(
        lambda: not differing(),
        lambda: f"{killed.log()} {[(standing(killed).get(one), oracles(killed).get(one)) for one in sorted(differing())[:2]]}",
    )
    assert sum(isinstance(one, PlaceMeasured) for one in standing(killed).values()) > 20


@pytest.mark.kafka
def test_what_is_usual_came_back_to_every_partition(killed: Company) -> None:
    """Signed, read from the log, in force; and only as often as it changed enough."""
    assert until(lambda: all(body_of(stored).norms.get("long_handling") for stored in changelog(killed).values()), killed.log)
    baselines = [value for _, key, value, *_ in killed.records(TOUCHPOINTS) if key == b"control"]
    assert 3 <= len(baselines) < 200


@pytest.mark.kafka
def test_a_second_worker_stands_by(killed: Company) -> None:
    """Ready, and not reading: one adds up for all. It takes over when the first is gone."""
    second = killed.worker("--only", "insights", MODE="events", WORKER="worker-2", INSIGHTS_INTERVAL_MS="300", SESSION_TIMEOUT_MS="6000")
    until(lambda: killed.facts("insights", "worker-2"), killed.log)
    assert second.poll() is None
    pid = killed.facts("insights")["pid"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: "added up" in _log_of(killed, 2), killed.log)


def _log_of(made: Company, times: int) -> str:
    return "added up" if made.log().count("added up") > times else ""


def test_the_journeys_are_told_which_steps_are_blocked_and_when_they_no_longer_are() -> None:
    """Mutants caught: told every round; a version that does not grow; a step that recovered is not taken back."""
    announcer = FakeAnnouncer()
    made = agent(announcer)

    def give_step(days: int, plan: Plan) -> None:
        for key, row in step(1, plan, days).items():
            made.take(0, ROW + msgspec.msgpack.encode(key), msgspec.msgpack.encode(row))
        made.round()

    first = 7 * WEEKS
    stops: Plan = lambda day, _hour: Odds(on_known=0.3, on_new=0.28) if day == first else Odds()  # noqa: E731
    give_step(first, stops)
    assert announcer.norms == []
    give_step(first + 1, stops)
    give_step(first + 1, stops)
    assert [(told.detector, told.version, set(told.norms)) for told in announcer.norms] == [("stopped_here", 1, {"web\t/checkout/payment"})]
    assert [each.place for each in announcer.said().values() if isinstance(each, StepBlocked)] == ["/checkout/payment"]
    give_step(first + 2, stops)
    assert [(told.version, set(told.norms)) for told in announcer.norms[1:]] == [(2, set())]


def test_a_blocked_step_that_is_no_longer_found_is_told_once_more_as_over() -> None:
    """The record of a day stays, and says that it is over. Mutants caught: it stands for ever; a worker that begins again forgets it.

    The days with the block are followed by days on which it is too old to be looked at.
    """
    stops: Plan = lambda day, _hour: Odds(on_known=0.3, on_new=0.28) if day >= 7 * WEEKS else Odds()  # noqa: E731
    announcer = FakeAnnouncer()

    def told_by(made: Insights, days: int) -> list[tuple[str, bool]]:
        for key, row in step(1, stops, days).items():
            made.take(0, ROW + msgspec.msgpack.encode(key), msgspec.msgpack.encode(row))
        made.round()
        return sorted((each.day, each.stands) for each in announcer.said().values() if isinstance(each, StepBlocked))

    assert told_by(agent(announcer), 7 * WEEKS + 1) == [("2026-02-16", True)]
    second = agent(announcer)
    for insight, value in announcer.standing.items():
        second.recall(insight, value)
    assert told_by(second, 7 * WEEKS + 4) == [("2026-02-16", False), ("2026-02-18", True), ("2026-02-19", True)]
