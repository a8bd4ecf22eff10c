"""When a commit is due."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents.carrier.commits import BEHIND, GATHER, Commits
from agents.carrier.ledger import Ledger
from agents.carrier.transaction import Snapshot
from tests.agents.carrier.counting import EACH
from tests.agents.carrier.fakes import chunk, running

INTERVAL, INTERVAL_BEHIND = 0.2, 1.0


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """A writer whose commits take as many seconds as told."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.seconds = clock, 0.0

    def write(self, _snapshot: Snapshot) -> None:
        self.clock.now += self.seconds


class Schedule:
    """The commits of one partition by a clock of our own. An output comes with each fifth record of a customer."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.writer = Slow(self.clock)
        self.ledger: Ledger[Any] = running(commit_interval=INTERVAL, commit_interval_behind=INTERVAL_BEHIND)
        self.commits = Commits(self.ledger, self.writer, self.clock)

    def records(self, count: int) -> None:
        self.ledger.accept(chunk(self.ledger.owned[0].position, count))

    async def commit(self, seconds: float) -> None:
        self.records(1)
        self.writer.seconds = seconds
        assert await self.commits.commit()

    async def waited(self) -> None:
        """The wait before this moment has ended, as in a worker that commits all the time."""
        self.commits._force()
        await self.commits.wait_until_due()

    @property
    def due_in(self) -> float:
        return self.commits.due_at() - self.clock.now


def test_an_output_is_committed_at_once_where_there_is_little_to_do() -> None:
    """Mutant caught: a clock of 200 ms, by which an offer waited for 100 ms on average."""

    async def scenario() -> None:
        schedule = Schedule()
        await schedule.waited()
        schedule.records(EACH - 1)
        assert schedule.due_in == pytest.approx(INTERVAL), "no output waits, and states may wait for the interval"
        schedule.records(1)
        assert schedule.due_in == pytest.approx(GATHER)

    asyncio.run(scenario())


def test_between_two_commits_the_broker_rests_for_as_long_as_one_takes() -> None:
    """Mutants caught: no rest, by which commits that take long follow each other without end; a rest longer than the interval."""

    async def scenario() -> None:
        schedule = Schedule()
        for seconds in (0.03, 0.03):
            await schedule.commit(seconds)
        await schedule.waited()
        schedule.records(EACH)
        assert schedule.due_in == pytest.approx(0.03)
        schedule.clock.now += 0.02
        assert schedule.due_in == pytest.approx(0.01), "counted from the end of the last commit"
        for seconds in (0.9, 0.9):
            await schedule.commit(seconds)
        await schedule.waited()
        schedule.records(EACH)
        assert schedule.due_in == pytest.approx(INTERVAL)

    asyncio.run(scenario())


def test_one_slow_commit_does_not_hold_up_the_next() -> None:
    """Mutant caught: the cost of the last commit alone: a pause of the disk was paid for twice."""

    async def scenario() -> None:
        schedule = Schedule()
        for seconds in (0.01, 0.15):
            await schedule.commit(seconds)
        await schedule.waited()
        schedule.records(EACH)
        assert schedule.due_in == pytest.approx(0.01)

    asyncio.run(scenario())


def test_commits_are_fewer_the_more_is_behind() -> None:
    """Mutants caught: a lag that does not count; one that holds an output up for longer than the interval."""

    async def scenario() -> None:
        schedule = Schedule()
        await schedule.commit(0.0)
        await schedule.waited()
        schedule.records(EACH)
        found = []
        for lag in (0, BEHIND // 10, BEHIND // 2, BEHIND + 1):
            schedule.ledger.lag = {0: lag - lag // 2, 1: lag // 2}
            found.append(round(schedule.due_in, 3))
        assert found == [GATHER, INTERVAL_BEHIND / 10, INTERVAL, INTERVAL_BEHIND]

    asyncio.run(scenario())


def test_what_a_commit_took_waits_no_longer() -> None:
    """Mutant caught: the age of outputs that are committed, by which a commit without any followed at once."""

    async def scenario() -> None:
        schedule = Schedule()
        schedule.records(EACH)
        await schedule.commit(0.01)
        await schedule.waited()
        assert schedule.due_in == pytest.approx(INTERVAL)

    asyncio.run(scenario())


def test_an_output_ends_a_wait_that_has_begun() -> None:
    """Mutant caught: `on_output` that only notes the time: the wait for the interval, here an hour, went on."""

    async def scenario() -> None:
        ledger: Ledger[Any] = running(commit_interval=3600.0)
        commits = Commits(ledger, Slow(Clock()))
        commits._looked = commits._clock()
        waiting = asyncio.ensure_future(commits.wait_until_due())
        await asyncio.sleep(0)  # it waits
        ledger.accept(chunk(0, EACH))
        done, _ = await asyncio.wait({waiting}, timeout=10)
        assert done == {waiting}

    asyncio.run(scenario())
