"""An emptied read model fills itself: real serving processes, a real Kafka, a real Valkey, and changes that go on meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from confluent_kafka import Producer
from redis import Redis

from agents.carrier import journey_key
from agents.carrier.record import STATE
from agents.kafka.admin import Admin
from agents.serving.marks import Mark, key_of_mark
from agents.serving.view import key_of
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from agents.tools.embedded.valkey import Valkey
from agents.tools.operating.read_model import views
from schemas.topics import JOURNEY_CHANGELOG
from tests.agents.company import Company, until
from tests.agents.serving.test_role import states
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka

PARTITIONS, CUSTOMERS = 4, 24_000
SESSION_MS = "6000"


@dataclass(frozen=True)
class Shop:
    """A company with a changelog of many journeys, whose Valkey a test may empty and stop."""

    made: Company
    valkey: Valkey

    def add(self, customers: int) -> None:
        """Add a state of each of the first customers."""
        producer, (state, _) = Producer({"bootstrap.servers": self.made.settings.brokers, "linger.ms": 20}), states()
        for number in range(customers):
            producer.produce(JOURNEY_CHANGELOG, state, STATE + b"c%d" % number, number % PARTITIONS)
            producer.poll(0)
        assert producer.flush(60) == 0

    def missing(self) -> int:
        """How many of the customers in the changelog have no view."""
        names = [key_of((journey_key(key or b"") or b"").decode()) for _, key, _, _, _ in self.made.records(JOURNEY_CHANGELOG)]
        with Redis.from_url(self.valkey.url) as redis:
            return len(set(names)) - int(redis.exists(*set(names)))

    def start(self, worker: str) -> subprocess.Popen[bytes]:
        """Start a serving worker."""
        return self.made.worker("--only", "serving", WORKER=worker, SESSION_TIMEOUT_MS=SESSION_MS)

    def says(self, worker: str) -> dict[str, Any]:
        """What /readyz of this worker answers; nothing while it does not."""
        status, body = self.made.ask("serving", "/readyz", worker)
        return json.loads(body) if status else {}

    def figure(self, worker: str, metric: str) -> float:
        """One figure of this worker; 0 while it does not answer."""
        lines = self.made.ask("serving", "/metrics", worker)[1].decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(metric + " "))

    def filled(self, *workers: str) -> bool:
        """Whether these workers are ready and no partition lacks its views."""
        return all(self.says(worker).get("ready") for worker in workers) and not views(self.made.settings).findings

    def fills(self, worker: str) -> bool:
        """Whether this worker is in the middle of a filling."""
        return self.says(worker).get("status") == "filling" and self.figure(worker, "journey_view_fill_left") > 0


@contextmanager
def changing(shop: Shop) -> Iterator[None]:
    """Have customers change all the time, until the block ends."""
    stop = Event()

    def change() -> None:
        while not stop.is_set():
            shop.add(500)

    thread = Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def shop(server_folder: Path) -> Iterator[Shop]:
    """Return a shop with many customers, of whom each has a view, and one serving worker."""
    home = server_folder / "emptied"
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256, brief=True) as kafka, Valkey(home / "valkey") as valkey:
        variables = {
            "HOME": str(home),
            "BROKERS": kafka.bootstrap,
            "REDIS_URL": valkey.url,
            "CONTROL_KEY_FILE": str(key_file(home)),
            "PARTITIONS": str(PARTITIONS),
            "HTTP_PORT": "0",
        }
        made = Company(home, {f"SOJOURN_{name}": text for name, text in variables.items()})
        with Admin(made.settings) as admin:
            admin.create()
        found = Shop(made, valkey)
        found.add(CUSTOMERS)
        found.start("first")
        try:
            until(lambda: found.filled("first"), made.log)
            yield found
        finally:
            made.end()


def test_a_flush_under_load_is_noticed_and_healed(shop: Shop) -> None:
    """Mutants: no look at the marks; a mark written when the filling begins; readiness and doctor that ask Redis for an answer only."""
    assert shop.missing() == 0
    before = shop.figure("first", "journey_view_fills_total")
    with changing(shop):
        shop.valkey.flush()
        report = views(shop.made.settings)
        until(lambda: shop.fills("first"), shop.made.log)
        assert "records of the changelog are left to read" in shop.says("first")["reasons"][0]
        until(lambda: shop.filled("first"), shop.made.log)
        assert shop.figure("first", "journey_view_fills_total") >= before + PARTITIONS
        until(lambda: shop.missing() == 0, shop.made.log)
    assert "views are missing" in report.findings[0].cause
    assert "worker" in report.findings[0].fix


def test_a_server_that_restarts_empty_is_filled_though_nothing_changes(shop: Shop) -> None:
    """Mutant: a look only where something is written."""
    shop.valkey.kill()
    until(lambda: "Redis does not answer" in str(shop.says("first").get("reasons")), shop.made.log)
    shop.valkey.start()
    until(lambda: shop.filled("first"), shop.made.log)
    assert shop.missing() == 0


def test_a_worker_that_dies_in_the_middle_of_a_filling_is_followed_by_another(shop: Shop) -> None:
    """Mutant: the worker that takes over believes the mark `filling` to be `filled`."""
    second = shop.start("second")
    until(lambda: shop.filled("first", "second"), shop.made.log)
    shop.valkey.flush()
    until(lambda: shop.fills("second"), shop.made.log)
    second.send_signal(signal.SIGKILL)
    second.wait(10)
    until(lambda: shop.filled("first") and shop.missing() == 0, shop.made.log)


def test_the_views_of_another_changelog_are_replaced(shop: Shop) -> None:
    """The versions of another cluster may be higher, and it may have had customers that we do not know.

    Mutants: versions compared without the log; the mark of another log taken for ours.
    """
    (first,) = (child for child in shop.made.children if child.poll() is None)
    first.terminate()
    assert first.wait(30) == 0
    with Redis.from_url(shop.valkey.url) as redis:
        for number in range(PARTITIONS):
            redis.set(key_of_mark(number), Mark("filled", "another").encode())
        redis.mset({key_of(f"c{number}"): f'{{"version":{10**9},"log":"another"}}' for number in range(100)})
        redis.set(key_of("stranger"), f'{{"version":{10**9},"log":"another"}}')
        redis.set("journey:planner", "of another program")
        assert "have views of another changelog" in views(shop.made.settings).findings[0].cause
        shop.start("first")
        until(lambda: shop.filled("first"), shop.made.log)
        assert shop.missing() == 0
        assert not [text for text in redis.mget([key_of(f"c{number}") for number in range(100)]) if b"another" in (text or b"")]
        assert not redis.exists(key_of("stranger"))
        assert redis.get("journey:planner") == b"of another program"
