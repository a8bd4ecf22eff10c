"""The second driver: the journey worker's own Faust app and agent in Faust's test context; a list takes the transactions.

Everything is what production runs (job, ledger, commits, agent, its stream and the chunk schema) but the consumer, which is played,
and the producer, which keeps what it was given.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from agents.carrier.app import CarrierApp
from agents.carrier.chunk import Chunk
from agents.carrier.chunks import chunks_of
from agents.carrier.membership import Assignment, Held
from agents.carrier.record import ROW, STATE, PartitionRecord
from agents.carrier.transaction import Snapshot, Transactions
from agents.carrier.worker import build_worker
from agents.journey.clock import Clock
from agents.journey.job import JourneyJob
from agents.running.carrier_options import carrier_options
from agents.settings import Settings
from schemas.control import HistoryEnded
from schemas.control.signing import SIGNATURE
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints.base import Touchpoint
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Partition
from tests.agents.carrier.fakes import FakeRecord, fail
from tests.agents.lab import KEY, LATER, REJECTIONS, TOPIC_ID, FakeSender, record_of, steering
from tests.drivers.cases import Case, Result, books


class KeptTransactions:
    """A producer that keeps every transaction's content."""

    def __init__(self) -> None:
        self.kept: list[Snapshot] = []

    def write(self, snapshot: Snapshot) -> None:
        self.kept.append(snapshot)


class Framed:
    """One partition of the journey app, under test."""

    def __init__(self, folder: Path, bodies: Mapping[str, Blueprint]) -> None:
        self.transactions, self.sender = KeptTransactions(), FakeSender()
        options = carrier_options(Settings(home=folder, partitions=1), "journey")
        job = JourneyJob(Rules(), [KEY], fail, bodies.get, by_event_time=True)
        worker = build_worker(options, job, cast(Transactions, self.transactions), TOPIC_ID)
        self.app: CarrierApp = worker.app
        self.clock = Clock(self.sender, KEY, "events", now=lambda: LATER)
        assignment = Assignment(1, "member-1", frozenset({0}))
        self.app.ledger.assign(assignment)
        self.app.ledger.install(assignment, 0, Held({}, 0, TOPIC_ID))
        self.app.ledger.open_gates(assignment, {0: 1})

    async def run(self, case: Case, at_once: int) -> None:
        """The case goes through the agent, so many records at once, with commits in between; then time passes."""
        (agent,) = self.app.agents.values()
        async with cast(Any, agent).test_context() as context:
            records = [record_of(each) if isinstance(each, Touchpoint) else steering(each, b"control") for each in case.events()]
            for first in range(0, len(records), at_once):
                await self._chunk(context, records[first : first + at_once])
            await self._chunk(context, [steering(HistoryEnded(until=case.until), b"control")])
            while self.clock.round(self.app.ledger):
                ticks = [
                    FakeRecord(0, key, value, timestamp=LATER, headers=[(SIGNATURE, s)]) for _, key, value, s, _ in self.sender.taken()
                ]
                await self._chunk(context, ticks)

    async def _chunk(self, context: Any, records: list[FakeRecord]) -> None:
        """These records, and then what journeys told each other because of them, and so on."""
        while records:
            told = len(self.transactions.kept)
            await self._once(context, records)
            outputs = [out for snapshot in self.transactions.kept[told:] for out in snapshot.outputs if out.topic == TOUCHPOINTS]
            records = [FakeRecord(0, out.key, out.value, timestamp=LATER, headers=list(out.headers)) for out in outputs]

    async def _once(self, context: Any, records: list[FakeRecord]) -> None:
        start = self.app.ledger.owned[0].position
        for offset, record in enumerate(records, start):
            record.offset, record.topic = offset, TOUCHPOINTS
        await context.put(Chunk(0, 1, start, list(records)))
        await self.app.commits.commit()

    def close(self) -> None:
        """The consumer's thread was never started; the loop made for it is closed here."""
        chunks_of(self.app).thread.thread_loop.close()

    def result(self) -> Result:
        """What the transactions amount to for a subscriber, and for whoever recovers."""
        outputs: Counter[tuple[str, str, bytes]] = Counter()
        states: dict[str, bytes] = {}
        cells: dict[bytes, bytes] = {}
        body = b""
        for snapshot in self.transactions.kept:
            for out in (out for out in snapshot.outputs if out.topic != TOUCHPOINTS):
                outputs[(out.topic, dict(out.headers)["ce_id"].decode(), out.value or b"")] += 1
            for _, key, value in snapshot.states:
                if key[:1] == STATE and value is None:
                    states.pop(key[1:].decode(), None)
                elif key[:1] == STATE:
                    states[key[1:].decode()] = value or b""
                elif key[:1] == ROW:
                    cells[key[1:]] = value or b""
                else:
                    body = PartitionRecord.decode(value or b"").body
        assert not [topic for topic, _, _ in outputs if topic == REJECTIONS]
        return Result(outputs, states, books(msgspec.msgpack.decode(body, type=Partition).outcomes), _kept(cells))


def _kept(cells: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Those that were not forgotten again."""
    return {key: cell for key, cell in cells.items() if cell}


def framed(case: Case, folder: Path, at_once: int = 7) -> Result:
    """The case as the worker sees it in Faust's test context, so many records at once."""

    async def play() -> Result:
        frame = Framed(folder, case.bodies)
        try:
            await frame.run(case, at_once)
            return frame.result()
        finally:
            frame.close()

    return asyncio.run(play())
